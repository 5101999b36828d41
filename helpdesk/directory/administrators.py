"""Who runs a customer: those of its people who hold a role, by role."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlmodel import Session, col

from helpdesk.directory import Administrator
from helpdesk.platform.store.tables.directory import Person, PersonRole, WebexRole

# A customer of more people is big: on SQLite, fewer hold a role in the whole database than it has people.
BIG = 5_000

_OF: Any = bindparam("of")
_ORGANIZATION = col(Person.organization_id)
ORDER = (col(WebexRole.name), col(Person.search_name), col(Person.id), col(WebexRole.id))
_BEHIND = tuple_(*ORDER) > tuple_(*(bindparam(f"after_{number}") for number in range(len(ORDER))))


def _where(organization_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(col(Person.id), col(Person.display_name), col(Person.email), *ORDER)
        .join(PersonRole, col(PersonRole.person_id) == Person.id)
        .join(WebexRole, col(WebexRole.id) == PersonRole.role_id)
        .where(organization_id == _OF)
    )


# By its people or, with something put behind the column, so that it is in no index, by all who hold a role.
_WAYS = {False: _where(_ORGANIZATION), True: _where(_ORGANIZATION.concat(""))}
_BEHIND_PLACE = {
    is_big: every.where(_BEHIND).order_by(*ORDER).limit(bindparam("most")) for is_big, every in _WAYS.items()
}
_FROM_START = {
    is_big: every.order_by(*ORDER).limit(bindparam("most")).offset(bindparam("start"))
    for is_big, every in _WAYS.items()
}
_COUNT = {is_big: select(func.count()).select_from(every.subquery()) for is_big, every in _WAYS.items()}
_IS_BIG = select(col(Person.id)).where(_ORGANIZATION == _OF).offset(BIG).limit(1)


def behind(
    session: Session, organization_id: str, place: tuple[str, ...], most: int
) -> list[tuple[Administrator, tuple[str, ...]]]:
    """The next `most` behind a place among them, each with its own; a place has a part for each of ORDER."""
    values = {"most": most} | {f"after_{number}": part for number, part in enumerate(place)}
    rows = _rows(session, _BEHIND_PLACE, organization_id, values)
    return [(_administrator(row), tuple(row[3:])) for row in rows]


def some(session: Session, organization_id: str, start: int, most: int) -> list[Administrator]:
    rows = _rows(session, _FROM_START, organization_id, {"start": start, "most": most})
    return [_administrator(row) for row in rows]


def count(session: Session, organization_id: str) -> int:
    return int(_rows(session, _COUNT, organization_id, {}).scalar_one())


def _rows(
    session: Session, ways: Mapping[bool, Select[*tuple[Any, ...]]], organization_id: str, values: Mapping[str, Any]
) -> Any:
    of, plain = {"of": organization_id}, session.connection()
    # PostgreSQL counts for itself what there is more of.
    is_big = plain.dialect.name == "sqlite" and plain.scalar(_IS_BIG, of) is not None
    return plain.execute(ways[is_big], {**of, **values})


def _administrator(row: Any) -> Administrator:
    person_id, name, email, role, *_ = row
    return Administrator(person_id, name, email, role)
