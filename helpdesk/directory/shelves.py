"""Walks along the shelves of `name_keys`: the first places of a stretch, in order, of some customers or of all.

The database reads an ordered piece of an index and stops when there are enough, however many there would be. For
a few customers each one's own piece is read; for many, the piece of all, a window at a time.
"""

import json
from functools import cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, String, bindparam, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, col

from helpdesk.directory.keys import Place, Stretch
from helpdesk.store.tables import NameKey

Customers = frozenset[str] | None
# Up to this many customers are looked into one by one.
FEW = 64
WINDOW = 1000
# Where so many windows hold too little, they are few after all who stand there.
MOST_WINDOWS = 2

_SHELF, _ORGANIZATION = col(NameKey.shelf), col(NameKey.organization_id)
_KEY, _NAME, _ID = col(NameKey.key), col(NameKey.name), col(NameKey.id)
_ORDER = (_KEY, _NAME, _ID)
_COUNT: Any = bindparam("count")
_NO_START = "-"  # begins no name: letters and digits do


def walk(session: Session, stretch: Stretch, count: int, customers: Customers) -> list[Place]:
    """The first `count` places of the stretch that belong to `customers`, in order."""
    if customers is None:
        return _places(session, _of_all(len(stretch.words)), _values(stretch, count))
    given = {"customers": json.dumps(sorted(customers))}
    if len(customers) <= FEW:
        return _of_each(session, stretch, count, given)
    return _of_many(session, stretch, count, given)


def _of_each(session: Session, stretch: Stretch, count: int, given: dict[str, str]) -> list[Place]:
    query = _each(len(stretch.words), session.connection().dialect.name)
    values = _values(stretch, count) | given
    found = (Place(*row) for rows in session.connection().scalars(query, values) for row in rows or ())
    return sorted(found)[:count]


def _of_many(session: Session, stretch: Stretch, count: int, given: dict[str, str]) -> list[Place]:
    in_window = _in_window(len(stretch.words), session.connection().dialect.name)
    places: list[Place] = []
    for _ in range(MOST_WINDOWS):
        places += _places(session, in_window, _values(stretch, count - len(places)) | given)
        if len(places) == count:
            return places
        end = _places(session, _END_OF_WINDOW, _values(stretch, 1))
        if not end:
            return places
        stretch = stretch.behind(end[0])
    return places + _of_each(session, stretch, count - len(places), given)


def _places(session: Session, query: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[Place]:
    return [Place(*row) for row in session.connection().execute(query, values)]


def _values(stretch: Stretch, count: int) -> dict[str, Any]:
    """Words hold letters and digits only, so no wildcard of LIKE can get in."""
    return {
        "shelf": stretch.shelf,
        **{f"low_{name}": value for name, value in (stretch.passed or stretch.low)._asdict().items()},
        **{f"high_{name}": value for name, value in stretch.high._asdict().items()},
        "start": f"{stretch.start or _NO_START}%",
        **{f"word_{number}": f"% {word}%" for number, word in enumerate(stretch.words)},
        "count": count,
    }


# Made once: putting a statement together takes longer than SQLite takes to answer it.
def _text(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=String)


_STRETCH: tuple[ColumnElement[bool], ...] = (
    bindparam("shelf") == _SHELF,
    tuple_(*_ORDER) > tuple_(*(_text(f"low_{name}") for name in Place._fields)),
    tuple_(_KEY, _NAME) < tuple_(_text("high_key"), _text("high_name")),
)


def _named(name: Any, words: int) -> list[ColumnElement[bool]]:
    return [name.not_like(_text("start")), *(name.like(_text(f"word_{number}")) for number in range(words))]


@cache
def _of_all(words: int) -> Select[*tuple[Any, ...]]:
    return select(*_ORDER).where(*_STRETCH, *_named(_NAME, words)).order_by(*_ORDER).limit(_COUNT)


@cache
def _each(words: int, dialect: str) -> Select[*tuple[Any, ...]]:
    """For each customer one value: its first places, as a list."""
    customer = values_of(dialect, "customers")
    own = _of_all(words).where(customer.c.value == _ORGANIZATION).correlate(customer).subquery()
    if dialect == "sqlite":
        rows = func.json_group_array(func.json_array(*own.c), type_=JSON)
    else:
        rows = func.json_agg(func.json_build_array(*own.c), type_=JSON)
    return select(select(rows).select_from(own).scalar_subquery()).select_from(customer)


@cache
def _in_window(words: int, dialect: str) -> Select[*tuple[Any, ...]]:
    window = select(*_ORDER, _ORGANIZATION).where(*_STRETCH).order_by(*_ORDER).limit(WINDOW).subquery()
    customer = values_of(dialect, "customers")
    places = (window.c.key, window.c.name, window.c.id)
    return (
        select(*places)
        .where(window.c.organization_id.in_(select(customer.c.value)), *_named(window.c.name, words))
        .order_by(*places)
        .limit(_COUNT)
    )


_END_OF_WINDOW = select(*_ORDER).where(*_STRETCH).order_by(*_ORDER).offset(WINDOW - 1).limit(1)


def values_of(dialect: str, name: str) -> Any:
    """The values of the parameter `name`, a JSON list, as a table: no limit to how many."""
    if dialect == "sqlite":
        return func.json_each(_text(name)).table_valued("value").alias(f"each_{name}")
    return func.jsonb_array_elements_text(cast(_text(name), JSONB)).table_valued("value").alias(f"each_{name}")
