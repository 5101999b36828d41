"""The suppression list in our own store."""

from collections.abc import Collection, Sequence

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
    .where(Suppression.address == bindparam("address"))
    .order_by(col(Suppression.since).desc().nulls_last(), Suppression.reason)
)
_REMOVAL = TypeAdapter(Removal)
_RESTORED = TypeAdapter(Entry)


class EmbeddedSuppressionList:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, address: str) -> Sequence[Entry]:
        return await self._store.read(_find, address)

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._store.write(_remove_once, address, event_id, keeping)

    async def restore(self, entry: Entry, event_id: str) -> Entry:
        return await self._store.write(_restore_once, entry, event_id)


def _find(session: Session, address: str) -> Sequence[Entry]:
    return [_entry(row) for row in session.exec(_ENTRIES, params={"address": address})]


def _remove_once(session: Session, address: str, event_id: str, keeping: Collection[Reason]) -> Removal:
    name = f"suppression.remove {address}"
    return once(session, event_id, name, _REMOVAL, lambda: _remove(session, address, keeping))


def _remove(session: Session, address: str, keeping: Collection[Reason]) -> Removal:
    # Locked, so that two who lift at once do not both report the same entry.
    rows = session.exec(_ENTRIES.with_for_update(), params={"address": address}).all()
    removed = [row for row in rows if row.reason not in keeping]
    kept = [row for row in rows if row.reason in keeping]
    for row in removed:
        session.delete(row)
    return Removal(tuple(map(_entry, removed)), tuple(map(_entry, kept)))


def _restore_once(session: Session, entry: Entry, event_id: str) -> Entry:
    name = f"suppression.restore {entry.address} {entry.reason}"
    return once(session, event_id, name, _RESTORED, lambda: _restore(session, entry))


def _restore(session: Session, entry: Entry) -> Entry:
    row = {"address": entry.address, "reason": entry.reason, "since": entry.since, "detail": entry.detail}
    upsert(session, Suppression, [row])
    return entry


def _entry(row: Suppression) -> Entry:
    reason = Reason(row.reason)
    return Entry(row.address, reason, row.since, row.detail, is_blocking=reason not in NOT_BLOCKING)
