"""The suppression list in our own store."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from helpdesk.store import Store
from helpdesk.store.tables import Reason, Suppression
from helpdesk.suppression import Removal


class EmbeddedSuppressionList:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, address: str) -> Sequence[Suppression]:
        async with self._store.reading() as session:
            query = select(Suppression).where(Suppression.address == address)
            return (
                await session.exec(query.order_by(col(Suppression.since).desc().nulls_last(), Suppression.reason))
            ).all()

    async def remove(self, address: str, keeping: Collection[Reason] = ()) -> Removal:
        async with self._store.writing() as session:
            # Locked, so that two who lift at once do not both report the same entry.
            query = select(Suppression).where(Suppression.address == address).with_for_update()
            entries = (await session.exec(query)).all()
            removed = tuple(entry for entry in entries if entry.reason not in keeping)
            for entry in removed:
                await session.delete(entry)
        return Removal(removed, tuple(entry for entry in entries if entry.reason in keeping))
