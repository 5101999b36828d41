"""Whether the audit is as it was written: the chain is walked from its first row to its head.

Who may write to the database and has no key can neither change a row nor set the head back unseen. Who puts an older
copy of the whole database back, or removes all of it, is told by a head that was kept elsewhere, and by that alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from helpdesk.audit.chain import SAID, link_said
from helpdesk.audit.heads import KeptHead, known
from helpdesk.audit.keys import Keys
from helpdesk.audit.reading import ROWS
from helpdesk.audit.walking import Broken, Fault, Walk
from helpdesk.audit.writing import Head
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditHead
from helpdesk.platform.store.tables.events import ClaimedEvent

BATCH = 5_000
# In the order of their encoding: to name each value of each row takes as long as to hash it.
_TOLD = select(*(ROWS.c[name] for name in (*SAID, "pseudonyms", "hash", "key_id")))
_HEADS: Any = AuditHead.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Ends:
    """The head, and the first and the last row that are there, all of one moment."""

    last_id: int
    last_hash: str
    removed_to: int
    removed_hash: str
    key_id: str
    signature: str
    first_there: int | None
    last_there: int | None
    was_used: bool

    @property
    def head(self) -> Head:
        return Head(self.last_id, self.last_hash, self.removed_to, self.removed_hash)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`row_id` is the first row with a fault; `ends` is None where there is no head.

    `compared` are the heads that the chain was held against; `beyond` those that could not be: their rows were removed
    by policy, or they are of the time before the audit was keyed. `sealed_to` is the last row of that time.
    """

    ends: Ends | None
    row_id: int = 0
    fault: Fault | None = None
    compared: Sequence[KeptHead] = ()
    beyond: Sequence[KeptHead] = ()
    sealed_to: int = 0
    blinded: int = 0
    detail: str = field(default="", compare=False)


async def verify(store: Store, keys: Keys, kept: Sequence[KeptHead] = ()) -> Verdict:
    """Hold the chain against its key, its head, the heads the database remembers and those that are given."""
    while True:
        # First these: one that is told meanwhile would be of a row behind the end.
        remembered = await store.read(known, keys)
        ends = await store.read(_ends)
        if ends is None:
            return Verdict(None, 0, Fault.NO_HEAD)
        forged = next((head for head, is_ours in remembered if not is_ours), None)
        if forged:
            return Verdict(ends, forged.id, Fault.FORGED_HEAD)
        found = await _verified(store, keys, ends, [*(head for head, _ in remembered), *kept])
        now = await store.read(_ends) if found.fault else ends
        # Rows that policy removes meanwhile are not missing.
        if now is None or now.removed_to == ends.removed_to:
            return found


async def _verified(store: Store, keys: Keys, ends: Ends, kept: Sequence[KeptHead]) -> Verdict:
    try:
        walk = Walk(keys, ends.head, kept)
        _check_ends(ends, keys)
        while rows := await store.read(_batch, walk.last, ends.last_id):
            for *said, pseudonyms, told_hash, key_id in rows:
                await _step(store, walk, said, pseudonyms, told_hash, key_id)
        walk.finish(ends.last_there)
    except Broken as broken:
        return Verdict(ends, broken.row_id, broken.fault, detail=broken.detail)
    return Verdict(ends, 0, None, walk.compared, walk.beyond, walk.sealed_to, walk.blinded)


async def _step(store: Store, walk: Walk, said: list[Any], pseudonyms: str, told_hash: str, key_id: str) -> None:
    before = walk.hash
    try:
        walk.step(said, pseudonyms, told_hash, key_id)
    except Broken as broken:
        if broken.fault is Fault.ALTERED and await store.read(_goes_on_behind, said[0], before, walk.keys):
            raise Broken(broken.row_id, Fault.INSERTED) from None
        raise


def _check_ends(ends: Ends, keys: Keys) -> None:
    if ends.first_there is not None and ends.first_there <= ends.removed_to:
        raise Broken(ends.first_there, Fault.INSERTED)
    if not ends.signature and not ends.last_id:
        # Every desk signs its head when it starts.
        if ends.was_used and ends.last_there is None:
            raise Broken(0, Fault.EMPTIED)
        return
    key = keys.known.get(ends.key_id)
    if key is None:
        raise Broken(ends.last_id, Fault.UNKNOWN_KEY, ends.key_id)
    if ends.head.signature(key) != ends.signature:
        raise Broken(ends.last_id, Fault.HEAD)


def _ends(session: Session) -> Ends | None:
    names = ("last_id", "last_hash", "removed_to", "removed_hash", "key_id", "signature")
    there = (select(func.min(ROWS.c.id)).scalar_subquery(), select(func.max(ROWS.c.id)).scalar_subquery())
    was_used = select(ClaimedEvent.event_id).exists()  # type: ignore[call-overload]
    found: Any = (
        session.connection().execute(select(*(_HEADS.c[name] for name in names), *there, was_used)).one_or_none()
    )
    return Ends(*found) if found else None


def _batch(session: Session, after: int, end: int) -> Sequence[Any]:
    query = _TOLD.where(ROWS.c.id > after, ROWS.c.id <= end).order_by(ROWS.c.id).limit(BATCH)
    return session.connection().execute(query).all()


def _goes_on_behind(session: Session, row_id: int, before: str, keys: Keys) -> bool:
    """Whether the row after this one was written in this one's place."""
    following = session.connection().execute(_TOLD.where(ROWS.c.id == row_id + 1)).first()
    if following is None:
        return False
    *said, pseudonyms, told_hash, key_id = following
    key = keys.known.get(key_id)
    return key is not None and link_said([row_id, *said[1:]], before, key) == (pseudonyms, told_hash)
