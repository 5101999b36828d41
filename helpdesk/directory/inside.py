"""One customer's own lists, read a page at a time, each behind the last line of the one before.

Every question here names the customer: nothing of any other is ever in an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlmodel import Session, col

from helpdesk.directory import Administrator, OrganizationDetails, PersonDetails, administrators
from helpdesk.directory import people_and_organizations as search
from helpdesk.directory.details import organization_details, person_details, visible_organization
from helpdesk.directory.reading import QueryKind, read
from helpdesk.platform.errors import BadInput
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Device, Domain, License, Number, Organization, Person, WebexSite
from helpdesk.search import Cursor, HitKind, name_search

PAGE = 50

T = TypeVar("T")
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of a list; `next` is where the next one begins."""

    rows: Sequence[T]
    next: Place | None = None


@dataclass(frozen=True, slots=True)
class Owned(Generic[T]):
    """A device or a number, and whose it is; `owner_id` is empty where that is no person."""

    thing: T
    owner_id: str | None
    owner: str


@dataclass(frozen=True, slots=True)
class Inside:
    store: Store
    organization_id: str

    async def organization(self) -> Organization:
        """Raises NotFound."""
        return await self.store.read(visible_organization, self.organization_id)

    async def details(self) -> OrganizationDetails:
        """Raises NotFound."""
        return await self.store.read(organization_details, self.organization_id)

    async def user(self, person_id: str) -> PersonDetails:
        """Raises NotFound, for another customer's as for nobody's."""
        return await self.store.read(person_details, person_id, frozenset({self.organization_id}))

    async def users(self, after: Place = ()) -> Listed[Person]:
        return await self.store.read(_page, _USERS, self.organization_id, _padded(after, 2), _place_of_person)

    async def users_like(self, text: str, after: Place = ()) -> Listed[Person]:
        """Those with this name, as far as it is typed, address or id."""
        return await self.store.read(_users_like, self.organization_id, text, after)

    async def devices(self, after: Place = ()) -> Listed[Owned[Device]]:
        return await self.store.read(_owned, _DEVICES, self.organization_id, _padded(after, 2), _place_of_device)

    async def numbers(self, after: Place = ()) -> Listed[Owned[Number]]:
        return await self.store.read(_owned, _NUMBERS, self.organization_id, _padded(after, 1), _place_of_number)

    async def administrators(self, after: Place = ()) -> Listed[Administrator]:
        """By role."""
        return await self.store.read(_administrators, self.organization_id, _padded(after, len(administrators.ORDER)))

    async def licenses(self) -> Sequence[License]:
        """By subscription; without one at the end."""
        return await self.store.read(_all, _LICENSES, self.organization_id)

    async def domains(self) -> Sequence[Domain]:
        return await self.store.read(_all, _DOMAINS, self.organization_id)

    async def sites(self) -> Sequence[WebexSite]:
        return await self.store.read(_all, _SITES, self.organization_id)


# Statements are made once: putting one together takes longer than SQLite takes to answer it.
_OF: Any = bindparam("of")
_MOST = PAGE + 1


def _behind(statement: Any, model: type[Any], *order: Any) -> Any:
    place = tuple_(*order) > tuple_(*(bindparam(f"after_{number}") for number in range(len(order))))
    return statement.where(col(model.organization_id) == _OF, place).order_by(*order).limit(_MOST)


def _with_owner(model: type[Any], owner_id: Any, name: Any) -> Select[Any]:
    same_house = (col(Person.id) == owner_id) & (col(Person.organization_id) == model.organization_id)
    return select(model, col(Person.id), func.coalesce(name, "")).outerjoin(Person, same_house)


_USERS = _behind(select(Person), Person, col(Person.search_name), col(Person.id))
# With something put behind it, the column is in no index: SQLite would go through all that the customer has.
_USERS_BY_ID = select(Person).where(
    col(Person.organization_id).concat("") == _OF, col(Person.id).in_(bindparam("ids", expanding=True))
)
_DEVICES = _behind(
    _with_owner(Device, Device.person_id, col(Person.display_name)), Device, col(Device.display_name), col(Device.id)
)
_OWNER_OF_NUMBER = func.coalesce(col(Person.display_name), col(Number.owner_name))
_NUMBERS = _behind(_with_owner(Number, Number.owner_id, _OWNER_OF_NUMBER), Number, col(Number.phone_number))
_LICENSES = (
    select(License)
    .where(col(License.organization_id) == _OF)
    .order_by(col(License.subscription_id).nulls_last(), License.name, License.id)
)
_DOMAINS = select(Domain).where(col(Domain.organization_id) == _OF).order_by(Domain.status, Domain.domain)
_SITES = select(WebexSite).where(col(WebexSite.organization_id) == _OF).order_by(WebexSite.url)


def _page(session: Session, statement: Any, organization_id: str, after: Place, place_of: Any) -> Listed[Any]:
    rows = list(session.execute(statement, _values(organization_id, after)).scalars())
    return _listed(rows, place_of)


def _owned(session: Session, statement: Any, organization_id: str, after: Place, place_of: Any) -> Listed[Any]:
    rows = [Owned(*row) for row in session.execute(statement, _values(organization_id, after))]
    return _listed(rows, lambda row: place_of(row.thing))


def _administrators(session: Session, organization_id: str, after: Place) -> Listed[Administrator]:
    found = administrators.behind(session, organization_id, after, _MOST)
    page = _listed(found, lambda each: each[1])
    return Listed([administrator for administrator, _ in page.rows], page.next)


def _values(organization_id: str, after: Place) -> dict[str, str]:
    return {"of": organization_id} | {f"after_{number}": part for number, part in enumerate(after)}


def _listed(rows: list[Any], place_of: Any) -> Listed[Any]:
    return Listed(rows[:PAGE], place_of(rows[PAGE - 1]) if len(rows) > PAGE else None)


def _padded(after: Place, parts: int) -> Place:
    """The place before everything, for none."""
    return after if len(after) == parts else ("",) * parts


def _place_of_person(person: Person) -> Place:
    return (person.search_name, person.id)


def _place_of_device(device: Device) -> Place:
    return (device.display_name, device.id)


def _place_of_number(number: Number) -> Place:
    return (number.phone_number,)


def _all(session: Session, statement: Any, organization_id: str) -> list[Any]:
    return list(session.execute(statement, {"of": organization_id}).scalars())


def _users_like(session: Session, organization_id: str, text: str, after: Place) -> Listed[Person]:
    try:
        readings = read(text)
    except BadInput:
        return Listed([])
    for reading in readings:
        if reading.kind in (QueryKind.EMAIL, QueryKind.ID):
            hits, cursor = search.page(session, reading, organization_id)
        elif reading.kind is QueryKind.NAME:
            hits, cursor = name_search.find(session, reading.text, PAGE, None, organization_id, _cursor(after))
        else:
            continue
        if hits:
            found = session.execute(_USERS_BY_ID, {"of": organization_id, "ids": [hit.id for hit in hits]}).scalars()
            by_id = {person.id: person for person in found}
            place = (cursor.search_name, cursor.id, cursor.key, str(cursor.shelf)) if cursor else None
            return Listed([by_id[hit.id] for hit in hits if hit.id in by_id], place)
    return Listed([])


def _cursor(after: Place) -> Cursor | None:
    """None for what is no place among names: then the list begins anew."""
    if len(after) != 4 or not after[3].isdecimal():
        return None
    name, identifier, key, shelf = after
    return Cursor(HitKind.PERSON, name, identifier, key, int(shelf))
