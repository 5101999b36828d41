"""The suppression list in our own store.

Who was forgotten stays on it under a pseudonym, so that no mail goes to who complained: an address is held where
its pseudonym is.
"""

from collections.abc import Callable, Collection, Sequence

from pydantic import TypeAdapter
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from helpdesk.acts import once
from helpdesk.store import Store, upsert
from helpdesk.store.tables import Reason, Suppression
from helpdesk.suppression import Entry, Removal

# Held for this, later mail is tried all the same.
NOT_BLOCKING = frozenset({Reason.BLOCK})

_ENTRIES = (
    select(Suppression)
    .where(col(Suppression.address).in_([bindparam("address"), bindparam("pseudonym")]))
    .order_by(col(Suppression.since).desc().nulls_last(), Suppression.reason)
)
_REMOVAL = TypeAdapter(Removal)
_RESTORED = TypeAdapter(Entry)


class EmbeddedSuppressionList:
    """`pseudonym` gives the one of an address (helpdesk.personal.pseudonyms)."""

    def __init__(self, store: Store, pseudonym: Callable[[str], str] = str) -> None:
        self._store = store
        self._pseudonym = pseudonym

    async def find(self, address: str) -> Sequence[Entry]:
        return await self._store.read(_find, address, self._pseudonym(address))

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._store.write(_remove_once, address, self._pseudonym(address), event_id, keeping)

    async def restore(self, entry: Entry, event_id: str) -> Entry:
        return await self._store.write(_restore_once, entry, event_id)


def _find(session: Session, address: str, pseudonym: str) -> Sequence[Entry]:
    rows = session.exec(_ENTRIES, params={"address": address, "pseudonym": pseudonym})
    return [_entry(row, address) for row in rows]


def _remove_once(session: Session, address: str, pseudonym: str, event_id: str, keeping: Collection[Reason]) -> Removal:
    name = f"suppression.remove {address}"
    return once(session, event_id, name, _REMOVAL, lambda: _remove(session, address, pseudonym, keeping))


def _remove(session: Session, address: str, pseudonym: str, keeping: Collection[Reason]) -> Removal:
    # Locked, so that two who lift at once do not both report the same entry.
    names = {"address": address, "pseudonym": pseudonym}
    rows = session.exec(_ENTRIES.with_for_update(), params=names).all()
    removed = [row for row in rows if row.reason not in keeping]
    kept = [row for row in rows if row.reason in keeping]
    for row in removed:
        session.delete(row)
    return Removal(tuple(_entry(row, address) for row in removed), tuple(_entry(row, address) for row in kept))


def _restore_once(session: Session, entry: Entry, event_id: str) -> Entry:
    name = f"suppression.restore {entry.address} {entry.reason}"
    return once(session, event_id, name, _RESTORED, lambda: _restore(session, entry))


def _restore(session: Session, entry: Entry) -> Entry:
    row = {"address": entry.address, "reason": entry.reason, "since": entry.since, "detail": entry.detail}
    upsert(session, Suppression, [row])
    return entry


def _entry(row: Suppression, address: str) -> Entry:
    reason = Reason(row.reason)
    return Entry(address, reason, row.since, row.detail, is_blocking=reason not in NOT_BLOCKING)
