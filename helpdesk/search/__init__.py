"""The name index: people and organizations found by what was typed."""

from dataclasses import dataclass
from enum import StrEnum


class HitKind(StrEnum):
    ORGANIZATION = "organization"
    PERSON = "person"
    NUMBER = "number"
    DEVICE = "device"
    ORDER = "order"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a result. `detail` tells namesakes apart: a person's address, a device's serial number; may be empty.

    `id` leads to the details: a UUID; a number, an order and a subscription have a key of their own (exact_lookup).
    """

    kind: HitKind
    id: str
    name: str
    detail: str = ""
    organization_name: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last hit shown. The next page starts behind it, whatever was added or removed meanwhile.

    `key` and `shelf` say where the search for names was (keys).
    """

    kind: HitKind
    search_name: str
    id: str
    key: str = ""
    shelf: int = 0
