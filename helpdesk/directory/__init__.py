"""Who and what there is: the people and organizations of every customer, and the questions asked of them.

Search spans all customers at once, which no Webex API does; so it reads our own index (the store),
filled by import or sync. The words are here, the questions in `lookup` and `details`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from helpdesk.directory.reading import QueryKind
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.directory import Device, Domain, License, Number, Organization, Person
from helpdesk.search import Cursor, Hit, HitKind

# Of a customer, on its card.
FIRST_ADMINISTRATORS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits for `text` read as a `kind`; `near` holds similar names when there is no hit.

    `tried` are the kinds it was read as until something was found, `others` those it may be too, where that
    finds something. `only` is all that is known of the one hit, when there is just one.
    """

    text: str
    kind: QueryKind
    hits: list[Hit]
    next: Cursor | None = None
    near: list[Hit] = field(default_factory=list)
    organization: Organization | None = None
    only: "Details | None" = None
    tried: tuple[QueryKind, ...] = ()
    others: tuple[QueryKind, ...] = ()


class UserStatus(StrEnum):
    """The status words of the Help Desk tool (help.webex.com/article/bl994)."""

    ACTIVE = "active"
    VERIFIED = "verified"
    NOT_VERIFIED = "not verified"
    INACTIVE = "inactive"
    PENDING = "pending"
    DELAYED_CLAIM = "delayed claim"


@dataclass(frozen=True, slots=True)
class Administrator:
    person_id: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """`as_of`, here and below, is when the source of the record last said so."""

    person: Person
    organization: Organization
    status: UserStatus
    emails: list[str]
    licenses: list[License]
    roles: list[str]
    devices: list[Device]
    numbers: list[Number]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class OrganizationDetails:
    organization: Organization
    domains: list[Domain]
    sites: list[str]
    orders: list[str]
    licenses: list[License]
    administrators: list[Administrator]
    administrator_count: int
    people_count: int
    device_count: int
    number_count: int


@dataclass(frozen=True, slots=True)
class DeviceDetails:
    """`numbers` are those of its owner: they ring here; `sip_urls` are all of the device, its first one first."""

    device: Device
    organization: Organization
    owner: Person | None
    numbers: list[Number]
    sip_urls: list[str]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class NumberDetails:
    """`owner` is empty for a number of a workspace or a group, and for one that is free; it rings at `devices`."""

    number: Number
    organization: Organization
    owner: Person | None
    devices: list[Device]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """A web order or, where `kind` says so, a subscription, with the licenses it is known to have brought.

    `source` tells of it: of orders the import file alone, of subscriptions whoever tells of their licenses.
    """

    kind: HitKind
    number: str
    organization: Organization
    licenses: list[License]
    source: str
    as_of: datetime | None


Details = PersonDetails | OrganizationDetails | DeviceDetails | NumberDetails | OrderDetails


class Refresher(Protocol):
    """Asks Webex anew about one record. Both say whether it changed; where Webex cannot be asked, it did not."""

    async def person(self, person_id: str) -> bool: ...

    async def organization(self, organization_id: str) -> bool: ...


class NotFound(HelpdeskError):
    """No such person or organization, or none that this agent may see: the words are the same."""

    def __init__(self) -> None:
        super().__init__(
            Text("There is nothing like that here, or it is gone."), Text("Look it up again by name or address.")
        )
