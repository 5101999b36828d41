"""Codes in a mail server's answer, and what each means for later mail to the address.

Codes are those of RFC 3463 with IANA's registry, and 5.1.10 of RFC 7505.
"""

import re
from datetime import timedelta

from helpdesk.platform.store.tables.mail import Reason

# A permanent fault of the address itself: no such mailbox, no such domain, bad syntax, moved, takes no mail, disabled.
HELD = {
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
# A sentence may end behind it; with another number there it is an address or a version.
_ENHANCED = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?!\.?\d)")
_BEHIND_REPLY = re.compile(r"\b[245]\d\d[ -]{1,3}#?([245]\.[0-7]\.\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"\s*([245]\d\d)\b")


def enhanced_code(answer: str) -> str | None:
    """The last one, as relays quote another's answer behind their own words: `550 5.1.1 no such user` -> `5.1.1`.

    One behind a reply code goes before others, and one that says more than the class before one that does not.
    """
    behind_reply: list[str] = _BEHIND_REPLY.findall(answer)
    anywhere: list[str] = _ENHANCED.findall(answer)
    telling = [code for code in behind_reply if is_specific(code)] or [code for code in anywhere if is_specific(code)]
    return next(reversed(telling or anywhere), None)


def is_specific(code: str) -> bool:
    """Whether it says more than its class: `5.0.0` does not."""
    return not code.endswith(".0.0")


def reply_code(answer: str) -> str | None:
    """`550 no such user` -> `550`."""
    found = _REPLY.match(answer)
    return found[1] if found else None
