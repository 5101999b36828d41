"""Whether the audit is as it was written: the chain is walked from its first row to its head.

Who may write to the database can make the whole chain anew, head and all; a head that was kept elsewhere tells that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from helpdesk.audit.chain import SAID, link, link_said
from helpdesk.audit.reading import ROWS, between
from helpdesk.audit.removal import tells_of_removal
from helpdesk.store import Store
from helpdesk.store.tables import AuditHead

BATCH = 5_000
# In the order of their encoding: to name each value of each row takes as long as to hash it.
_TOLD = select(*(ROWS.c[name] for name in (*SAID, "hash")))
_HEADS: Any = AuditHead.__table__  # type: ignore[attr-defined]


class Fault(StrEnum):
    """What is wrong with a row."""

    ALTERED = "altered"
    MISSING = "rows are missing before it"
    INSERTED = "inserted, or moved from its place"
    CUT = "the rows after it are cut off"
    ANEW = "not the row whose hash was kept: the chain was made anew"
    NO_HEAD = "the head of the chain is missing"
    REMOVED = "rows before it were removed, and no row tells of that"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row's id and hash, as an earlier verification told them."""

    id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Ends:
    """The head, and the first and the last row that are there, all of one moment."""

    last_id: int
    last_hash: str
    removed_to: int
    removed_hash: str
    first_there: int | None
    last_there: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`row_id` is the first row with a fault; `ends` is None where there is no head."""

    ends: Ends | None
    row_id: int = 0
    fault: Fault | None = None


async def verify(store: Store, kept: Kept | None = None) -> Verdict:
    while True:
        ends = await store.read(_ends)
        if ends is None:
            return Verdict(None, 0, Fault.NO_HEAD)
        found = await _walked(store, ends, kept)
        now = await store.read(_ends) if found.fault else ends
        # Rows that policy removes meanwhile are not missing.
        if now is None or now.removed_to == ends.removed_to:
            return found


async def _walked(store: Store, ends: Ends, kept: Kept | None) -> Verdict:
    if ends.first_there is not None and ends.first_there <= ends.removed_to:
        return Verdict(ends, ends.first_there, Fault.INSERTED)
    if kept and kept.id == ends.removed_to and kept.hash != ends.removed_hash:
        return Verdict(ends, kept.id, Fault.ANEW)
    last, before, is_told = ends.removed_to, ends.removed_hash, ends.removed_to == 0
    while rows := await store.read(_batch, last, ends.last_id):
        for *said, told_hash in rows:
            row_id = said[0]
            if row_id != last + 1:
                return Verdict(ends, row_id, Fault.MISSING)
            if link_said(said, before) != told_hash:
                is_moved = await store.read(_goes_on_behind, row_id, before)
                return Verdict(ends, row_id, Fault.INSERTED if is_moved else Fault.ALTERED)
            last, before = row_id, told_hash
            if kept and kept.id == last and kept.hash != before:
                return Verdict(ends, last, Fault.ANEW)
            is_told = is_told or tells_of_removal(
                dict(zip(SAID, said, strict=True)), ends.removed_to, ends.removed_hash
            )
    return _at_the_end(ends, kept, last, before, is_told)


def _at_the_end(ends: Ends, kept: Kept | None, last: int, before: str, is_told: bool) -> Verdict:
    if last < ends.last_id or (kept and last < kept.id):
        return Verdict(ends, last, Fault.CUT)
    if before != ends.last_hash:
        return Verdict(ends, last, Fault.ALTERED)
    if ends.last_there is not None and ends.last_there > ends.last_id:
        return Verdict(ends, ends.last_there, Fault.INSERTED)
    return Verdict(ends) if is_told else Verdict(ends, ends.removed_to + 1, Fault.REMOVED)


def _ends(session: Session) -> Ends | None:
    head = (_HEADS.c.last_id, _HEADS.c.last_hash, _HEADS.c.removed_to, _HEADS.c.removed_hash)
    there = (select(func.min(ROWS.c.id)).scalar_subquery(), select(func.max(ROWS.c.id)).scalar_subquery())
    found = session.connection().execute(select(*head, *there)).one_or_none()
    return Ends(*found) if found else None


def _batch(session: Session, after: int, end: int) -> Sequence[Any]:
    query = _TOLD.where(ROWS.c.id > after, ROWS.c.id <= end).order_by(ROWS.c.id).limit(BATCH)
    return session.connection().execute(query).all()


def _goes_on_behind(session: Session, row_id: int, before: str) -> bool:
    """Whether the row after this one was written in this one's place."""
    following = between(session, row_id, row_id + 1, 1)
    return bool(following) and link({**following[0], "id": row_id}, before) == following[0]["hash"]
