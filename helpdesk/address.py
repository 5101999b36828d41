"""Email addresses as people paste them, made into the one form we store and compare."""

import re

from helpdesk.errors import BadInput
from helpdesk.language import Text

# One plain addr-spec: no quoting, no comments, so it means the same to every mail server and every list.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
LONGEST = 254


def parse_address(text: str) -> str:
    """The address in lower case. Raises BadInput unless `text` is exactly one address (RFC 5321, no quoting).

    Takes what a mail client copies: `mailto:`, angle brackets with a name before them, blanks around.
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
    text = text.strip()
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.strip(" \t\r\n\"'“”‘’«»„()[]<>,;:")
