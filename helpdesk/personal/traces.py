"""Where a person is in the database: rows that are about them, and rows that name them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select, tuple_
from sqlmodel import Session, col

from helpdesk.personal.holdings import HOLDINGS, Holding
from helpdesk.personal.subject import DataSubject
from helpdesk.platform.store.tables.directory import Number

# Rows that are looked through at a time.
PIECE = 2_000
_ADDRESSES = ("address", "email")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Traces:
    """Of one table: `about` are whole rows; `naming`, of rows of others or of nobody, the columns that matter."""

    holding: Holding
    about: Sequence[Row]
    naming: Sequence[Row]


def table_of(holding: Holding) -> Table:
    table: Table = holding.model.__table__  # type: ignore[attr-defined]
    return table


def rows_of(session: Session, query: Select[Any]) -> Sequence[Row]:
    return cast(Sequence[Row], session.connection().execute(query).mappings().all())


def look(session: Session, subject: DataSubject) -> list[Traces]:
    """All traces there are, table by table."""
    return [Traces(each, _about(session, each, subject), list(_naming(session, each, subject))) for each in HOLDINGS]


def is_theirs(holding: Holding, subject: DataSubject) -> ColumnElement[bool] | None:
    """The condition of rows that are about them; None where there are no such rows."""
    if not holding.whose:
        return None
    columns = table_of(holding).c
    theirs = or_(*(_spelled(columns[name]).in_(subject.keys) for name in holding.whose))
    if holding.model is Number:
        # One that Webex has no owner of: a line of somebody else's, such as a hunt group's, stays theirs.
        nobodys = and_(col(Number.owner_id).is_(None), col(Number.phone_number).in_(subject.phones))
        named = and_(col(Number.owner_id).is_(None), col(Number.owner_name).in_(subject.names))
        theirs = or_(theirs, nobodys, and_(named, col(Number.organization_id).in_(subject.organizations)))
    return theirs


def _spelled(column: Any) -> Any:
    """An address may be kept as its owner spells it; ids have one spelling, and an index."""
    return func.lower(column) if column.name in _ADDRESSES else column


def _about(session: Session, holding: Holding, subject: DataSubject) -> Sequence[Row]:
    theirs = is_theirs(holding, subject)
    if theirs is None:
        return []
    return rows_of(session, select(table_of(holding)).where(theirs))


def _naming(session: Session, holding: Holding, subject: DataSubject) -> Iterator[Row]:
    if holding.words:
        yield from (row for row in _rows(session, holding, subject) if is_named(holding, row, subject))


def is_named(holding: Holding, row: Row, subject: DataSubject) -> bool:
    """Whether a row names them that is not about them."""
    if any(subject.has(row[name]) for name in holding.whose):
        return False
    owners = [row[name] for name in holding.owned_by if row[name] is not None]
    if owners:
        return any(map(subject.has, owners))
    return any(subject.is_named_in(row[name]) for name in holding.words)


def _rows(session: Session, holding: Holding, subject: DataSubject) -> Iterator[Row]:
    """All rows that may name them, in order of their keys: as much of them as tells whether they do."""
    table = table_of(holding)
    keys = list(table.primary_key.columns)
    names = dict.fromkeys((*(each.name for each in keys), *holding.whose, *holding.owned_by, *holding.words))
    key = tuple_(*keys) if len(keys) > 1 else keys[0]
    query = select(*(table.c[name] for name in names)).order_by(*keys).limit(PIECE)
    if holding.within:
        owned = [table.c[name].in_(subject.keys) for name in holding.owned_by]
        query = query.where(or_(table.c[holding.within].in_(subject.organizations), *owned))
    behind: Any = None
    while rows := rows_of(session, query if behind is None else query.where(key > behind)):
        yield from rows
        last = tuple(rows[-1][each.name] for each in keys)
        behind = tuple_(*last) if len(keys) > 1 else last[0]
