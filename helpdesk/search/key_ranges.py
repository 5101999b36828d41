"""Walks along the shelves of `name_keys`: the first places of a stretch, in order, of some customers or of all.

The database reads an ordered piece of an index and stops when there are enough, however many there would be. For
a few customers each one's own piece is read. For many, and for two words, the piece of all is gone through a window
at a time; who is not met there soon is rare, and found by what is rare about them.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlmodel import Session, col

from helpdesk.platform.store.tables.search import NameKey
from helpdesk.search.keys import WORD_SHELVES, IndexPlace, Stretch
from helpdesk.search.limited import Customers

# Up to this many customers are looked into one by one.
FEW = 64
WINDOW = 1000
# Nobody pages through so many.
MOST_MIRRORED = 10_000
# Where so many windows hold too little, there are few after all.
MOST_WINDOWS = 2

# Written into statements: lists are slow to put in, and what is run for many rows at once takes none.
HAS_WORD_SHELF = col(NameKey.shelf).in_([literal_column(str(each)) for each in WORD_SHELVES])
_SHELF, _ORGANIZATION = col(NameKey.shelf), col(NameKey.organization_id)
_KEY, _NAME, _ID = col(NameKey.key), col(NameKey.name), col(NameKey.id)
_ORDER = (_KEY, _NAME, _ID)
_NO_START = "-"  # begins no name: letters and digits do


def walk(session: Session, stretch: Stretch, count: int, customers: Customers) -> list[IndexPlace]:
    """The first `count` places of the stretch that belong to `customers`, in order."""
    if customers is None and not stretch.mirror:
        return _places(session, _of_all(len(stretch.words)), _values(stretch, count))
    if customers is None:
        return _in_windows(session, stretch, count, {})
    given = {"customers": values_for(session, customers)}
    if len(customers) <= FEW:
        return _of_each(session, stretch, count, given)
    return _in_windows(session, stretch, count, given)


def walk_all(
    session: Session, stretches: Sequence[Stretch], count: int, customers: Customers
) -> list[tuple[int, IndexPlace]]:
    """The first `count` places of each of some short stretches, in one question, with its number."""
    values: dict[str, Any] = {}
    for number, stretch in enumerate(stretches):
        values |= {f"{name}{number}": value for name, value in _values(stretch, count).items()}
    if customers is not None:
        values["customers"] = values_for(session, customers)
    words = len(stretches[0].words)
    query = _all(len(stretches), words, customers is not None, session.connection().dialect.name)
    return [
        (number, IndexPlace(*row)) for number, *row in sorted(map(tuple, session.connection().execute(query, values)))
    ]


def _of_each(session: Session, stretch: Stretch, count: int, given: dict[str, Any]) -> list[IndexPlace]:
    query = _each(len(stretch.words), session.connection().dialect.name)
    values = _values(stretch, count) | given
    found = (IndexPlace(*row) for rows in session.connection().scalars(query, values) for row in rows or ())
    return sorted(found)[:count]


def _in_windows(session: Session, stretch: Stretch, count: int, given: dict[str, Any]) -> list[IndexPlace]:
    """For what may be rare in the stretch: it is gone through a little, then looked for by another way."""
    if stretch.mirror and _is_short(session, stretch):
        return _mirrored(session, stretch, count, given)
    in_window = _in_window(len(stretch.words), bool(given), session.connection().dialect.name)
    places: list[IndexPlace] = []
    for _ in range(MOST_WINDOWS):
        places += _places(session, in_window, _values(stretch, count - len(places)) | given)
        if len(places) == count:
            return places
        end = _places(session, _END_OF_WINDOW, _values(stretch, 1))
        if not end:
            return places
        stretch = stretch.behind(end[0])
    by_another_way = _mirrored if stretch.mirror else _of_each
    return places + by_another_way(session, stretch, count - len(places), given)


def _is_short(session: Session, stretch: Stretch) -> bool:
    """Whether little stands where the same names stand the other way round."""
    return session.connection().scalar(_END_OF_MIRROR, _mirror(stretch)) is None


def _mirror(stretch: Stretch) -> dict[str, Any]:
    low, high = stretch.mirror or ("", "")
    return {"shelf": stretch.shelf, "mirror_low": low, "mirror_high": high, "window": WINDOW}


def _mirrored(session: Session, stretch: Stretch, count: int, given: dict[str, Any]) -> list[IndexPlace]:
    """Where few stand among those with one word, few have the other: all of them are looked at."""
    query = _in_mirror(len(stretch.words), bool(given), session.connection().dialect.name)
    values = _values(stretch, 0) | _mirror(stretch) | given
    found = {stretch.first_place(*row) for row in session.connection().execute(query, values)}
    return sorted(place for place in found if place > (stretch.passed or stretch.low))[:count]


def _places(session: Session, query: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[IndexPlace]:
    return [IndexPlace(*row) for row in session.connection().execute(query, values)]


def _values(stretch: Stretch, count: int) -> dict[str, Any]:
    """Words hold letters and digits only, so no wildcard of LIKE can get in."""
    return {
        "shelf": stretch.shelf,
        **{f"low_{name}": value for name, value in (stretch.passed or stretch.low)._asdict().items()},
        **{f"high_{name}": value for name, value in stretch.high._asdict().items()},
        "start": f"{stretch.start or _NO_START}%",
        **{f"word_{number}": f"% {word}%" for number, word in enumerate(stretch.words)},
        "count": count,
        "window": WINDOW,
    }


# Made once: putting a statement together takes longer than SQLite takes to answer it.
def _text(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=String)


def _between(end: str = "") -> list[ColumnElement[bool]]:
    """The rows of a stretch; its parameters' names end in `end`."""
    low = (_text(f"low_{name}{end}") for name in IndexPlace._fields)
    return [
        bindparam(f"shelf{end}") == _SHELF,
        tuple_(*_ORDER) > tuple_(*low),
        tuple_(_KEY, _NAME) < tuple_(_text(f"high_key{end}"), _text(f"high_name{end}")),
    ]


def _named(name: Any, words: int, end: str = "") -> list[ColumnElement[bool]]:
    begun = (name.like(_text(f"word_{number}{end}")) for number in range(words))
    return [name.not_like(_text(f"start{end}")), *begun]


@cache
def _of_all(words: int, end: str = "") -> Select[*tuple[Any, ...]]:
    wanted = select(*_ORDER).where(*_between(end), *_named(_NAME, words, end))
    return wanted.order_by(*_ORDER).limit(bindparam(f"count{end}"))


@cache
def _all(stretches: int, words: int, is_limited: bool, dialect: str) -> CompoundSelect[*tuple[Any, ...]]:
    """Each place with the number of its stretch before it."""
    own = [_of_all(words, str(number)) for number in range(stretches)]
    if is_limited:
        own = [_limited(each, _ORGANIZATION, dialect) for each in own]
    pieces = [each.subquery() for each in own]
    return union_all(*(select(literal_column(str(number)), *each.c) for number, each in enumerate(pieces)))


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
def _in_window(words: int, is_limited: bool, dialect: str) -> Select[*tuple[Any, ...]]:
    window = select(*_ORDER, _ORGANIZATION).where(*_between()).order_by(*_ORDER).limit(bindparam("window")).subquery()
    places = (window.c.key, window.c.name, window.c.id)
    wanted = select(*places).where(*_named(window.c.name, words)).order_by(*places).limit(bindparam("count"))
    return _limited(wanted, window.c.organization_id, dialect) if is_limited else wanted


@cache
def _in_mirror(words: int, is_limited: bool, dialect: str) -> Select[*tuple[Any, ...]]:
    # In this order, and not without end, since PostgreSQL would rather go through the whole table.
    wanted = select(_NAME, _ID).where(*_IN_MIRROR, *_named(_NAME, words)).order_by(*_ORDER).limit(MOST_MIRRORED)
    return _limited(wanted, _ORGANIZATION, dialect) if is_limited else wanted


def _limited(wanted: Select[*tuple[Any, ...]], organization: Any, dialect: str) -> Select[*tuple[Any, ...]]:
    # With something put behind it, the column is in no index: neither database is to begin with the customers.
    return wanted.where(is_among(organization.concat(""), dialect, "customers"))


_IN_MIRROR = (bindparam("shelf") == _SHELF, _text("mirror_low") <= _KEY, _text("mirror_high") > _KEY)
_END_OF_MIRROR = select(_KEY).where(*_IN_MIRROR).order_by(*_ORDER).offset(bindparam("window") - 1).limit(1)
_END_OF_WINDOW = select(*_ORDER).where(*_between()).order_by(*_ORDER).offset(bindparam("window") - 1).limit(1)


def values_for(session: Session, values: Iterable[str]) -> Any:
    """As a parameter for the following: one, however many values there are."""
    ordered = sorted(values)
    return json.dumps(ordered) if session.connection().dialect.name == "sqlite" else ordered


def values_of(dialect: str, name: str) -> Any:
    """The values of the parameter `name` as a table."""
    if dialect == "sqlite":
        return func.json_each(_text(name)).table_valued("value").alias(f"each_{name}")
    given = func.unnest(bindparam(name, type_=ARRAY(String)))
    return given.table_valued("value").render_derived(name=f"each_{name}")


def is_among(column: Any, dialect: str, name: str) -> Any:
    """That `column` is one of the values of the parameter `name`."""
    return column.in_(select(values_of(dialect, name).c.value))
