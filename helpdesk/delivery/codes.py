"""What a mail server's answer means for later mail to the address: by its code, never by "5xx" alone.

Codes are those of RFC 3463 with IANA's registry, and 5.1.10 of RFC 7505.
"""

import re
from datetime import timedelta

from helpdesk.store.tables import Reason

# A permanent fault of the address itself: no such mailbox, no such domain, bad syntax, moved, takes no mail, disabled.
_HELD = {
    "5.1.1": Reason.BOUNCE,
    "5.1.2": Reason.BOUNCE,
    "5.1.3": Reason.INVALID,
    "5.1.6": Reason.BOUNCE,
    "5.1.10": Reason.BOUNCE,
    "5.2.1": Reason.BOUNCE,
}
# May pass: a domain whose name service was down, a mailbox that is being emptied. So many mails must have met it.
REPEATED = {"5.4.4": 2, "5.2.2": 3}
REPEATED_WITHIN = timedelta(days=7)
_NO_SUCH_RECIPIENT = {"550", "551", "553"}
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"\s*([245]\d\d)\b")


def enhanced_code(answer: str) -> str | None:
    """The last one, as relays quote another's answer behind their own words: `550 5.1.1 no such user` -> `5.1.1`."""
    found = _ENHANCED.findall(answer)
    return found[-1] if found else None


def reply_code(answer: str) -> str | None:
    """`550 no such user` -> `550`."""
    found = _REPLY.match(answer)
    return found[1] if found else None


def held_for(code: str | None) -> Reason | None:
    """Why an address is held back after the receiving server answered with this enhanced code; None: it is not."""
    if code is not None and code.startswith("5.7."):
        return Reason.BLOCK  # about us, not about the address: noted, and later mail is tried
    return _HELD.get(code or "")


def held_for_refusal(answer: str, at_recipient: bool) -> Reason | None:
    """The same for what our own relay answers while we hand a mail over, where a refusal may be about us."""
    code = enhanced_code(answer)
    if code is not None and not code.endswith(".0.0"):
        return _HELD.get(code)
    # "550 relay not permitted" and qmail's "not in my list of allowed rcpthosts" are no words about the address.
    is_about_us = "relay" in answer.lower() or "rcpthosts" in answer.lower()
    is_held = at_recipient and reply_code(answer) in _NO_SUCH_RECIPIENT and not is_about_us
    return Reason.BOUNCE if is_held else None
