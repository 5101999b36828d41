"""Which rows of the audit are asked for: a page of them, newest first, or all, a batch at a time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import Session, col

from helpdesk.audit.outcomes import BEYOND_SCOPE
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditHead, AuditRow

BATCH = 2_000
Row = Mapping[str, Any]
ROWS: Any = AuditRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is None asks for everything; `since` is the first moment, `until` the first that is too late."""

    actor: str | None = None
    subjects: Sequence[str] | None = None
    organization_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    customers: frozenset[str] | None = None


ALL = Selection()


async def page(store: Store, selection: Selection, size: int, before: int | None = None) -> Sequence[AuditRow]:
    """The newest `size` rows, of those whose id is below `before`."""
    return await store.read(_page, selection, size, before)


async def stream(store: Store, selection: Selection) -> AsyncIterator[Sequence[Row]]:
    """All rows that there are now, oldest first."""
    last, end = 0, await store.read(_end)
    while rows := await store.read(_batch, selection, last, end):
        yield rows
        last = rows[-1]["id"]


def between(session: Session, after: int, end: int, most: int, selection: Selection = ALL) -> Sequence[Row]:
    """Up to `most` rows behind id `after`, up to `end`, oldest first; as mappings, which are quicker than objects."""
    query = _of(selection, select(ROWS)).where(ROWS.c.id > after, ROWS.c.id <= end).order_by(ROWS.c.id).limit(most)
    return cast(Sequence[Row], session.connection().execute(query).mappings().all())


def _page(session: Session, selection: Selection, size: int, before: int | None) -> Sequence[AuditRow]:
    query = _of(selection, select(AuditRow)).order_by(col(AuditRow.id).desc()).limit(size)
    if before is not None:
        query = query.where(col(AuditRow.id) < before)
    return session.scalars(query).all()


def _end(session: Session) -> int:
    return session.connection().scalar(select(func.max(AuditHead.last_id))) or 0


def _batch(session: Session, selection: Selection, after: int, end: int) -> Sequence[Row]:
    return between(session, after, end, BATCH, selection)


def _of(selection: Selection, query: Select[Any]) -> Select[Any]:
    rows = ROWS.c
    if selection.actor is not None:
        query = query.where(rows.actor == selection.actor)
    if selection.subjects is not None:
        query = query.where(rows.subject.in_(selection.subjects))
    if selection.organization_id is not None:
        query = query.where(rows.organization_id == selection.organization_id)
    if selection.since is not None:
        query = query.where(rows.at >= selection.since)
    if selection.until is not None:
        query = query.where(rows.at < selection.until)
    if selection.customers is not None:
        # What somebody asked for in vain has an organization where it is another customer's, and none where it is
        # nobody's: shown, that would tell which.
        nobodys = and_(rows.organization_id.is_(None), rows.outcome.not_in(BEYOND_SCOPE))
        query = query.where(or_(rows.organization_id.in_(selection.customers), nobodys))
    return query
