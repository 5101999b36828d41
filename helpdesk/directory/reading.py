"""What a pasted text may be: an address, an id, a number of some kind, a domain or a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.directory.forms import canonical_mac, canonical_serial, canonical_sip, is_code, is_sip, spellings
from helpdesk.directory.phones import LONGEST_EXTENSION, read_phone, read_phone_elsewhere
from helpdesk.platform.errors import BadInput
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import read_address
from helpdesk.platform.text.domains import canonical_domain
from helpdesk.platform.text.names import name_words
from helpdesk.platform.text.pasted import clean

LONGEST = 200
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BEHIND_HOST = re.compile(r"[/?#:]")
_WRAPPING = " \"'“”‘’«»„`.,;:!?()[]{}<>*_"
_DIGITS = re.compile(rf"\d{{2,{LONGEST_EXTENSION}}}")
_SUBSCRIPTION = re.compile(r"sub[-_]?\d", re.IGNORECASE)
# A digit string up to this long is likelier an extension than a whole number.
_SHORT = 6


class QueryKind(StrEnum):
    EMAIL = "email"
    ID = "id"
    PHONE = "phone"
    EXTENSION = "extension"
    MAC = "mac"
    SIP = "sip"
    SERIAL = "serial"
    ORDER = "order"
    SUBSCRIPTION = "subscription"
    DOMAIN = "domain"
    NAME = "name"


# What people write before a number to say which it is; the longest first.
_LABELS = {
    QueryKind.MAC: "adresse mac|mac address|mac",
    QueryKind.SERIAL: "serial number|serial no|serial|numéro de série|n° de série|s/n|sn",
    QueryKind.PHONE: "telephone|téléphone|phone|tel|tél|call",
    QueryKind.EXTENSION: "extension|extn|ext|poste|x",
    QueryKind.ORDER: "order number|web order|order|commande",
    QueryKind.SUBSCRIPTION: "subscription|abonnement|sub",
}
_LABELLED = {
    kind: re.compile(rf"(?:{words})(?:\s*[.:=#]\s*|\s+|(?<=^x)(?=\d))(.+)", re.IGNORECASE)
    for kind, words in _LABELS.items()
}


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` understood as a `kind`, in the form the store is searched for.

    `others` are further forms it may have there; `extension` is what was dialled behind a phone number.
    """

    kind: QueryKind
    text: str
    others: tuple[str, ...] = ()
    extension: str | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.text, *self.others)


def read(text: str, country: str | None = None, only: QueryKind | None = None) -> list[Reading]:
    """Every way to read `text`, likeliest first; never empty. With `only`, the one way of that kind.

    Numbers without a country's code are read as of `country` first. Raises BadInput for a text too long to be
    looked up, or one with nothing in it to look for.
    """
    if len(text) > LONGEST:
        raise _too_long(len(text))
    plain = clean(text)
    readings = list(dict.fromkeys(_readings(plain, country)))
    if only:
        readings = [reading for reading in readings if reading.kind is only]
    if not readings:
        raise BadInput(
            Text("Nothing in that can be looked up."),
            Text("Type an email address, a name, a customer, a domain, a site, a number or an id."),
        )
    return readings


def read_elsewhere(text: str, only: QueryKind | None = None) -> Reading | None:
    """`text` as a number without a country's code, of countries that `read` does not try; None for anything else.

    It takes 10 ms, so it is for what was not found.
    """
    if only not in (None, QueryKind.PHONE) or len(text) > LONGEST:
        return None
    phone = read_phone_elsewhere(clean(text).strip(_WRAPPING.replace("(", "")))
    return Reading(QueryKind.PHONE, phone.numbers[0], phone.numbers[1:], phone.extension) if phone else None


def _readings(plain: str, country: str | None) -> Iterator[Reading]:
    """In order of likelihood: what has a form of its own comes before what may be anything."""
    bare = plain.strip(_WRAPPING)
    if is_sip(bare):
        yield Reading(QueryKind.SIP, canonical_sip(bare))
        yield Reading(QueryKind.EMAIL, canonical_sip(bare))
        return
    if address := read_address(plain):
        yield Reading(QueryKind.EMAIL, address)
        # Addresses of devices look like those of people.
        yield Reading(QueryKind.SIP, address)
        return
    if identifier := canonical_id(bare):
        yield Reading(QueryKind.ID, identifier)
        return
    for kind, label in _LABELLED.items():
        if labelled := label.fullmatch(bare):
            yield from (each for each in _numbers(labelled[1].strip(_WRAPPING), country) if each.kind is kind)
    yield from _numbers(plain.strip(_WRAPPING.replace("(", "")), country)
    host = canonical_domain(_BEHIND_HOST.split(_SCHEME.sub("", bare))[0].removeprefix("@").rstrip("."))
    # No top-level domain begins with a digit; IP addresses and versions end so.
    if host and host.rpartition(".")[2][0].isalpha():
        yield Reading(QueryKind.DOMAIN, host)
    if name_words(bare):
        yield Reading(QueryKind.NAME, bare)


def _numbers(bare: str, country: str | None) -> Iterator[Reading]:
    """Everything that is told by digits."""
    mac = canonical_mac(bare)
    is_short = bool(_DIGITS.fullmatch(bare)) and len(bare) <= _SHORT
    if mac and not bare.isdecimal():
        yield Reading(QueryKind.MAC, mac)
        if not bare.isalnum():
            return
    if is_short:
        yield Reading(QueryKind.EXTENSION, bare)
    if phone := read_phone(bare, country):
        first, *others = phone.numbers
        yield Reading(QueryKind.PHONE, first, tuple(others), phone.extension)
    if mac and bare.isdecimal():
        yield Reading(QueryKind.MAC, mac)
    if _DIGITS.fullmatch(bare) and not is_short:
        yield Reading(QueryKind.EXTENSION, bare)
    if is_code(bare):
        yield from _codes(bare)


def _codes(bare: str) -> Iterator[Reading]:
    """Serial numbers, orders and subscriptions look alike: each is tried."""
    first, *others = spellings(bare)
    serial = Reading(QueryKind.SERIAL, canonical_serial(bare))
    order = Reading(QueryKind.ORDER, first, tuple(others))
    # Read aloud, `Sub204811` is a number.
    named = [f"Sub{bare}"] if bare.isdecimal() else []
    subscription = Reading(QueryKind.SUBSCRIPTION, first, (*others, *named))
    if _SUBSCRIPTION.match(bare):
        yield from (subscription, order, serial)
    elif bare[1:].isdecimal():
        yield from (order, serial, subscription)
    else:
        yield from (serial, order, subscription)


def _too_long(length: int) -> BadInput:
    return BadInput(
        Text("That is too long to look up: {length} characters, at most {most}.", length=length, most=LONGEST),
        Text("Paste one address, name, domain, site, number or id."),
    )
