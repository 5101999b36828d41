"""The suppression list in our own store."""

from collections.abc import Collection, Sequence

from pydantic import TypeAdapter
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from helpdesk.acts import once
from helpdesk.store import Store
from helpdesk.store.tables import Reason, Suppression
from helpdesk.suppression import Removal

_ENTRIES = (
    select(Suppression)
    .where(Suppression.address == bindparam("address"))
    .order_by(col(Suppression.since).desc().nulls_last(), Suppression.reason)
)
_REMOVAL = TypeAdapter(Removal)


class EmbeddedSuppressionList:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, address: str) -> Sequence[Suppression]:
        return await self._store.read(_find, address)

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._store.write(_remove_once, address, event_id, keeping)


def _find(session: Session, address: str) -> Sequence[Suppression]:
    return session.exec(_ENTRIES, params={"address": address}).all()


def _remove_once(session: Session, address: str, event_id: str, keeping: Collection[Reason]) -> Removal:
    name = f"suppression.remove {address}"
    return once(session, event_id, name, _REMOVAL, lambda: _remove(session, address, keeping))


def _remove(session: Session, address: str, keeping: Collection[Reason]) -> Removal:
    # Locked, so that two who lift at once do not both report the same entry.
    entries = session.exec(_ENTRIES.with_for_update(), params={"address": address}).all()
    removed = tuple(entry for entry in entries if entry.reason not in keeping)
    for entry in removed:
        session.delete(entry)
    return Removal(removed, tuple(entry for entry in entries if entry.reason in keeping))
