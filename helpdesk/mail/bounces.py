"""How a mail asks to be reported on (RFC 3461), and the return address that its reports come back to.

The return address holds the mail's token, `bounce+<token>@desk.example.com`: what comes back to it is known by that
and not by the addresses within, which anybody can write.
"""

import re
from secrets import token_hex

_TOKEN = re.compile(r"[0-9a-f]{32}")
# RFC 3461 calls it xtext: two signs mean something in it, and it has no blanks.
_SPECIAL = re.compile(r"[+= ]")
# RFC 6533 has its own escape for addresses beyond ASCII.
_SPECIAL_IN_UTF8 = re.compile(r"[^!-*,-<>-\[\]-~]")


def new_token() -> str:
    # In hexadecimal: some servers change the case of addresses.
    return token_hex(16)


def return_address(bounce_address: str, token: str) -> str:
    """`bounce@desk.example.com` -> `bounce+<token>@desk.example.com`."""
    if not token:
        return bounce_address
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{token}@{domain}"


def token_in(address: str, bounce_address: str) -> str | None:
    """The token that such a return address was made of; None when it is not one of ours."""
    local, _, domain = address.lower().rpartition("@")
    own, _, own_domain = bounce_address.lower().rpartition("@")
    name, _, token = local.rpartition("+")
    return token if (name, domain) == (own, own_domain) and _TOKEN.fullmatch(token) else None


def envelope_options(token: str) -> tuple[str, ...]:
    """For MAIL FROM: the headers are enough of the mail, and `token` names it."""
    return "RET=HDRS", f"ENVID={token}"


def recipient_options(to: str) -> tuple[str, ...]:
    """For RCPT TO: report every outcome, under the address as we know it."""
    if to.isascii():
        original = "rfc822;" + _SPECIAL.sub(lambda found: f"+{ord(found[0]):02X}", to)
    else:
        original = "utf-8;" + _SPECIAL_IN_UTF8.sub(lambda found: f"\\x{{{ord(found[0]):02X}}}", to)
    return "NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT={original}"
