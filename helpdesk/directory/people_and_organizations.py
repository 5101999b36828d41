"""Finds people and organizations: a page of hits for a reading of what was typed, or what comes close to it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_, union
from sqlmodel import Session, col

from helpdesk.directory.reading import QueryKind, Reading
from helpdesk.platform.store.tables.directory import Domain, Organization, Person, PersonEmail, WebexSite
from helpdesk.search import Cursor, Hit, HitKind
from helpdesk.search import fuzzy as near
from helpdesk.search import fuzzy_addresses as near_addresses
from helpdesk.search import name_search as named
from helpdesk.search.limited import Customers, Limited
from helpdesk.search.name_search import ORGANIZATIONS, PEOPLE, Page, organization_hit, person_hit, scope

PAGE = 5
# What is looked for here; the rest is in helpdesk.directory.exact_lookup.
KINDS = frozenset({QueryKind.EMAIL, QueryKind.ID, QueryKind.DOMAIN, QueryKind.NAME})
# Addresses of a domain that are looked at for whose they are, where nobody claimed it.
MOST_OF_DOMAIN = 2000

# Statements are made once: putting one together takes longer than SQLite takes to answer it.
_TEXT: Any = bindparam("text")
_COUNT: Any = bindparam("count")


def _ordered(statement: Select[*tuple[Any, ...]], model: type[Organization | Person]) -> Limited:
    place = tuple_(col(model.search_name), col(model.id))
    behind = place > tuple_(bindparam("after_name"), bindparam("after_id"))
    return Limited(statement.where(behind).order_by(col(model.search_name), col(model.id)).limit(_COUNT))


def _people(*where: ColumnElement[bool]) -> Limited:
    return _ordered(PEOPLE.add_columns(col(Person.search_name)).where(*where), Person)


def _organizations(*where: ColumnElement[bool]) -> Limited:
    return _ordered(ORGANIZATIONS.add_columns(col(Organization.search_name)).where(*where), Organization)


def _of_domain() -> Any:
    """Organizations that claimed or verified a domain, have a site of that name, or people with such addresses."""
    used = (
        select(col(Person.organization_id))
        .join(PersonEmail, col(PersonEmail.person_id) == Person.id)
        .where(col(PersonEmail.domain) == _TEXT)
        .limit(MOST_OF_DOMAIN)
        .subquery()
    )
    return union(
        select(col(Domain.organization_id)).where(col(Domain.domain) == _TEXT),
        select(col(WebexSite.organization_id)).where(col(WebexSite.url) == _TEXT),
        select(used.c.organization_id),
    )


_HOLDERS = _people(col(Person.id).in_(select(col(PersonEmail.person_id)).where(col(PersonEmail.address) == _TEXT)))
_EXACT: Mapping[QueryKind, Mapping[HitKind, Limited]] = {
    QueryKind.EMAIL: {HitKind.PERSON: _HOLDERS},
    QueryKind.ID: {
        HitKind.ORGANIZATION: _organizations(col(Organization.id) == _TEXT),
        HitKind.PERSON: _people(col(Person.id) == _TEXT),
    },
    QueryKind.DOMAIN: {HitKind.ORGANIZATION: _organizations(col(Organization.id).in_(_of_domain()))},
}


def page(
    session: Session,
    reading: Reading,
    organization_id: str | None = None,
    after: Cursor | None = None,
    customers: Customers = None,
) -> Page:
    """Organizations before people; inside an organization, its people only."""
    if reading.kind is QueryKind.NAME:
        return named.find(session, reading.text, PAGE, customers, organization_id, after)
    rows: list[tuple[Cursor, Hit]] = []
    for kind, statement in _EXACT[reading.kind].items():
        is_inside = organization_id is not None and kind is HitKind.ORGANIZATION
        if not is_inside and (after is None or after.kind is kind or kind is HitKind.PERSON):
            values = {"text": reading.text, "count": PAGE + 1 - len(rows)} | _behind(after, kind)
            found = statement.rows(session, values, scope(customers, organization_id))
            rows += [(Cursor(kind, row.search_name, row.id), _hit(kind, row)) for row in found]
    return [hit for _, hit in rows[:PAGE]], rows[PAGE - 1][0] if len(rows) > PAGE else None


def nearly(
    session: Session, reading: Reading, organization_id: str | None = None, customers: Customers = None
) -> list[Hit]:
    """What is most like what was typed, best first."""
    within = scope(customers, organization_id)
    if reading.kind is QueryKind.NAME:
        return near.find(session, reading.text, PAGE, within)
    if reading.kind is QueryKind.EMAIL:
        return near_addresses.find(session, reading.text, PAGE, within)
    return []


def person_by_address(session: Session, address: str, customers: Customers = None) -> str | None:
    """The id of the person who has `address` (in lower case)."""
    row = _holder(session, address, customers)
    return row.id if row else None


def organization_of_address(session: Session, address: str, customers: Customers = None) -> str | None:
    """The id of the organization that who has `address` (in lower case) belongs to."""
    row = _holder(session, address, customers)
    return row.organization_id if row else None


def _holder(session: Session, address: str, customers: Customers) -> Any:
    values = {"text": address, "count": 1, **_behind(None, HitKind.PERSON)}
    return _HOLDERS.rows(session, values, customers).first()


def _behind(after: Cursor | None, kind: HitKind) -> dict[str, str]:
    is_within = after is not None and after.kind is kind
    return {
        "after_name": after.search_name if after and is_within else "",
        "after_id": after.id if after and is_within else "",
    }


def _hit(kind: HitKind, row: Any) -> Hit:
    return organization_hit(row) if kind is HitKind.ORGANIZATION else person_hit(row)
