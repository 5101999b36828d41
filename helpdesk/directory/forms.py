"""One form for what is written in many: MAC addresses, serial numbers, SIP addresses, orders and subscriptions."""

import re

from helpdesk.platform.text.address import canonical_address, is_address

# `00:00:5E:00:53:11`, `00-00-5e-00-53-11`, `0000.5e00.5311`, `00005E-005311`, `00005e005311`.
_MAC = re.compile(
    r"[0-9a-f]{2}([:. -]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}"
    r"|(?:[0-9a-f]{4}[:. -]){2}[0-9a-f]{4}|[0-9a-f]{6}[:. -][0-9a-f]{6}"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,39}")
_DIGIT = re.compile(r"[0-9]")
_SIP = re.compile(r"sips?:", re.IGNORECASE)
# What may follow the address: a port, and parameters.
_BEHIND_SIP = re.compile(r"[;?>].*$|:\d+$")


def canonical_mac(text: str) -> str | None:
    """`0000.5e00.5311` -> `00:00:5E:00:53:11`; None for what is no MAC address."""
    if not _MAC.fullmatch(text.strip().lower()):
        return None
    digits = "".join(letter for letter in text.upper() if letter.isalnum())
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def canonical_serial(text: str) -> str:
    """Serial numbers are printed in capitals, and copied with blanks."""
    return "".join(text.split()).upper()


def canonical_sip(text: str) -> str:
    """`<sip:Desk@acme.example;transport=tls>` -> `desk@acme.example`."""
    bare = _BEHIND_SIP.sub("", _SIP.sub("", text.strip().lstrip("<"), count=1)).rstrip(">")
    return canonical_address(bare)


def is_sip(text: str) -> bool:
    return bool(_SIP.match(text.lstrip("< "))) and is_address(canonical_sip(text))


def is_code(text: str) -> bool:
    """May be a serial number, an order or a subscription: one word with a digit in it."""
    return bool(_CODE.fullmatch(text) and _DIGIT.search(text))


def spellings(code: str) -> tuple[str, ...]:
    """How a code may be kept that came from outside as it stands: `sub204811` is `Sub204811` to Webex."""
    return tuple(dict.fromkeys((code, code.upper(), code.lower(), code.capitalize())))
