"""Email addresses as people paste them, made into the one form we store and compare."""

import re

from helpdesk.errors import BadInput
from helpdesk.language import Text
from helpdesk.pasted import clean

# One plain addr-spec: no quoting, no comments, so it means the same to every mail server and every list.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# `Pat <pat@acme.example>;`, but not two of them.
_ANGLED = re.compile(r"([^<>]*)<([^<>]*)>[^<>@]*")
_AROUND = " \"'“”‘’«»„`*()[]{}<>,;:"
_BEHIND = _AROUND + ".!?"
LONGEST = 254


def parse_address(text: str) -> str:
    """The address in lower case. Raises BadInput unless `text` is exactly one address (RFC 5321, no quoting).

    Takes what a mail client copies: `mailto:`, angle brackets with a name before them, quotes and
    punctuation around, invisible characters within.
    """
    address = bare_address(text)
    if not address:
        raise BadInput(Text("An email address is missing."), Text("Type one address, like pat@acme.example."))
    if not is_address(address):
        shown = address if len(address) <= LONGEST else address[:40] + "…"
        raise BadInput(
            Text("“{text}” is not an email address.", text=shown), Text("Type one address, like pat@acme.example.")
        )
    return address.lower()


def is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(text) <= LONGEST
        and len(local) <= 64
        and len(labels) > 1
        and bool(_LOCAL.fullmatch(local))
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def bare_address(text: str) -> str:
    """`Pat <mailto:pat@acme.example?subject=x>` -> `pat@acme.example`; other text only loses its wrapping."""
    text = clean(text)
    if angled := _ANGLED.fullmatch(text):
        name, inside = angled.groups()
        # With another address before it, this is not one address but two.
        if "@" not in name or _unwrapped(inside).lower() in name.lower():
            text = inside
    return _unwrapped(text)


def _unwrapped(text: str) -> str:
    text = text.lstrip(_AROUND)
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.lstrip(_AROUND).rstrip(_BEHIND)
