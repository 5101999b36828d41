"""People and organizations by name: a page of hits, in order, and where the next begins."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from helpdesk.platform.store.tables.directory import Domain, DomainStatus, Organization, Person
from helpdesk.search import Cursor, Hit, HitKind
from helpdesk.search.key_ranges import walk
from helpdesk.search.keys import Group, IndexPlace, Stretch, group_of, stretches
from helpdesk.search.limited import Customers

Page = tuple[list[Hit], Cursor | None]

_IDS: Any = bindparam("ids", expanding=True)
PEOPLE: Select[*tuple[Any, ...]] = select(
    *(col(each) for each in (Person.id, Person.organization_id, Person.display_name, Person.email)),
    col(Organization.display_name).label("organization_name"),
).join(Organization, col(Organization.id) == Person.organization_id)
_PEOPLE = PEOPLE.where(col(Person.id).in_(_IDS))
# Customers of one name are told apart by a domain, best by one that they claimed.
_DOMAIN = (
    select(col(Domain.domain))
    .where(col(Domain.organization_id) == Organization.id)
    .order_by(col(Domain.status) == DomainStatus.IN_USE.value, col(Domain.status), col(Domain.domain))
    .limit(1)
    .scalar_subquery()
)
ORGANIZATIONS: Select[*tuple[Any, ...]] = select(
    col(Organization.id), col(Organization.display_name), func.coalesce(_DOMAIN, "").label("domain")
)
_ORGANIZATIONS = ORGANIZATIONS.where(col(Organization.id).in_(_IDS))


def find(
    session: Session,
    text: str,
    size: int,
    customers: Customers = None,
    organization_id: str | None = None,
    after: Cursor | None = None,
) -> Page:
    """The next `size` people and organizations with every word of `text` in their name, begun at least."""
    found: list[tuple[Cursor, Hit]] = []
    for stretch in _ahead(stretches(text), organization_id, after):
        _gather(session, stretch, size + 1, scope(customers, organization_id), found)
        if len(found) > size:
            return [hit for _, hit in found[:size]], found[size - 1][0]
    return [hit for _, hit in found], None


def scope(customers: Customers, organization_id: str | None) -> Customers:
    if organization_id is None:
        return customers
    return frozenset({organization_id}) if customers is None else customers & {organization_id}


def _ahead(along: Sequence[Stretch], organization_id: str | None, after: Cursor | None) -> list[Stretch]:
    """What is still to be walked. Inside an organization, it is no hit itself."""
    if organization_id:
        along = [stretch for stretch in along if group_of(stretch.shelf) is not Group.ORGANIZATION]
    if after is None:
        return list(along)
    shelves = [stretch.shelf for stretch in along]
    if after.shelf not in shelves:
        return []
    current = shelves.index(after.shelf)
    return [along[current].behind(IndexPlace(after.key, after.search_name, after.id)), *along[current + 1 :]]


def _gather(
    session: Session, stretch: Stretch, most: int, customers: Customers, found: list[tuple[Cursor, Hit]]
) -> None:
    """Add to `found` what is on the stretch, until it holds `most`."""
    while (missing := most - len(found)) > 0:
        walked = walk(session, stretch, missing, customers)
        places = [place for place in walked if stretch.is_first(place)]
        hits = hits_of(session, group_of(stretch.shelf), [place.id for place in places], customers)
        found += [(_cursor(stretch.shelf, place), hits[place.id]) for place in places if place.id in hits]
        if len(walked) < missing:
            return
        stretch = stretch.behind(walked[-1])


def hits_of(session: Session, group: Group, ids: Sequence[str], customers: Customers) -> dict[str, Hit]:
    """By id; without those that are gone, or are another customer's by now."""
    if not ids:
        return {}
    if group is Group.ORGANIZATION:
        rows = session.connection().execute(_ORGANIZATIONS, {"ids": list(ids)})
        found = {row.id: (row.id, organization_hit(row)) for row in rows}
    else:
        rows = session.connection().execute(_PEOPLE, {"ids": list(ids)})
        found = {row.id: (row.organization_id, person_hit(row)) for row in rows}
    return {key: hit for key, (owner, hit) in found.items() if customers is None or owner in customers}


def organization_hit(row: Any) -> Hit:
    return Hit(HitKind.ORGANIZATION, row.id, row.display_name, row.domain)


def person_hit(row: Any) -> Hit:
    return Hit(HitKind.PERSON, row.id, row.display_name, row.email, row.organization_name)


def _cursor(shelf: int, place: IndexPlace) -> Cursor:
    kind = HitKind.ORGANIZATION if group_of(shelf) is Group.ORGANIZATION else HitKind.PERSON
    return Cursor(kind, place.name, place.id, place.key, shelf)
