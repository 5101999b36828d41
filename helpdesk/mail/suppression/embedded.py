"""The suppression list in our own store.

Who was forgotten stays on it under a pseudonym, so that no mail goes to who complained: an address is held where
its pseudonym is.
"""

from collections.abc import Callable, Collection, Sequence

from pydantic import TypeAdapter
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from helpdesk.mail.suppression import Removal, SuppressionEntry
from helpdesk.platform.idempotency import once
from helpdesk.platform.store import Store, upsert
from helpdesk.platform.store.tables.mail import Reason, Suppression

# Held for this, later mail is tried all the same.
NOT_BLOCKING = frozenset({Reason.BLOCK})

_ENTRIES = (
    select(Suppression)
    .where(col(Suppression.address).in_(bindparam("names", expanding=True)))
    .order_by(col(Suppression.since).desc().nulls_last(), Suppression.reason)
)
_REMOVAL = TypeAdapter(Removal)
_RESTORED = TypeAdapter(SuppressionEntry)


class EmbeddedSuppressionList:
    """`pseudonyms` gives those of an address (helpdesk.personal.pseudonyms)."""

    def __init__(self, store: Store, pseudonyms: Callable[[str], Sequence[str]] = lambda _: ()) -> None:
        self._store = store
        self._pseudonyms = pseudonyms

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        return await self._store.read(_find, address, [address, *self._pseudonyms(address)])

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._store.write(_remove_once, address, [address, *self._pseudonyms(address)], event_id, keeping)

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        return await self._store.write(_restore_once, entry, event_id)


def _find(session: Session, address: str, names: Sequence[str]) -> Sequence[SuppressionEntry]:
    rows = session.exec(_ENTRIES, params={"names": names})
    return [_entry(row, address) for row in rows]


def _remove_once(
    session: Session, address: str, names: Sequence[str], event_id: str, keeping: Collection[Reason]
) -> Removal:
    name = f"suppression.remove {address}"
    return once(session, event_id, name, _REMOVAL, lambda: _remove(session, address, names, keeping))


def _remove(session: Session, address: str, names: Sequence[str], keeping: Collection[Reason]) -> Removal:
    # Locked, so that two who lift at once do not both report the same entry.
    rows = session.exec(_ENTRIES.with_for_update(), params={"names": names}).all()
    removed = [row for row in rows if row.reason not in keeping]
    kept = [row for row in rows if row.reason in keeping]
    for row in removed:
        session.delete(row)
    return Removal(tuple(_entry(row, address) for row in removed), tuple(_entry(row, address) for row in kept))


def _restore_once(session: Session, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
    name = f"suppression.restore {entry.address} {entry.reason}"
    return once(session, event_id, name, _RESTORED, lambda: _restore(session, entry))


def _restore(session: Session, entry: SuppressionEntry) -> SuppressionEntry:
    row = {"address": entry.address, "reason": entry.reason, "since": entry.since, "detail": entry.detail}
    upsert(session, Suppression, [row])
    return entry


def _entry(row: Suppression, address: str) -> SuppressionEntry:
    reason = Reason(row.reason)
    return SuppressionEntry(address, reason, row.since, row.detail, is_blocking=reason not in NOT_BLOCKING)
