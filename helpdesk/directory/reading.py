"""What a pasted text may be: an address, an id, a domain or a name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.address import bare_address, is_address
from helpdesk.directory.names import name_words
from helpdesk.errors import BadInput
from helpdesk.identifiers import canonical_id
from helpdesk.language import Text
from helpdesk.pasted import clean

LONGEST = 200
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BEHIND_HOST = re.compile(r"[/?#:]")
_WRAPPING = " \"'“”‘’«»„`.,;:!?()[]{}<>*_"


class Kind(StrEnum):
    EMAIL = "email"
    ID = "id"
    DOMAIN = "domain"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` understood as a `kind`; `text` is in the form the store is searched for."""

    kind: Kind
    text: str


def read(text: str) -> list[Reading]:
    """Every way to read `text`, likeliest first; never empty.

    Raises BadInput for a text too long to be looked up, or one with nothing in it to look for.
    """
    if len(text) > LONGEST:
        raise _too_long(len(text))
    plain = clean(text)
    address = bare_address(plain)
    if is_address(address):
        return [Reading(Kind.EMAIL, address.lower())]
    bare = plain.strip(_WRAPPING)
    if identifier := canonical_id(bare):
        return [Reading(Kind.ID, identifier)]
    readings = []
    host = _BEHIND_HOST.split(_SCHEME.sub("", bare))[0].removeprefix("@").rstrip(".")
    if _HOST.fullmatch(host):
        readings.append(Reading(Kind.DOMAIN, host.lower()))
    if name_words(bare):
        readings.append(Reading(Kind.NAME, bare))
    if not readings:
        raise BadInput(
            Text("Nothing in that can be looked up."),
            Text("Type an email address, a name, a customer, a domain, a site or an id."),
        )
    return readings


def _too_long(length: int) -> BadInput:
    return BadInput(
        Text("That is too long to look up: {length} characters, at most {most}.", length=length, most=LONGEST),
        Text("Paste one address, name, domain, site or id."),
    )
