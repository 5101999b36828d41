"""Customers that are no longer the partner's, taken out of the store in pieces, for which nobody waits long."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Session, col, select

from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, RecordSource
from helpdesk.search.index import followed
from helpdesk.sync.seen import Seen
from helpdesk.sync.statements import DEVICE, NUMBER, PERSON
from helpdesk.sync.writing import remove_others


async def remove_customers(store: Store, there: Collection[str]) -> int:
    """Remove those that a sync once found and that are not `there` any more. Those of the import file alone stay."""
    gone = [key for key in await store.read(_synced) if key not in there]
    for key in gone:
        for kind in (DEVICE, NUMBER, PERSON):
            await remove_others(store, kind, key, Seen())
        await store.write(_remove, key)
    return len(gone)


def _synced(session: Session) -> list[str]:
    return list(session.exec(select(Organization.id).where(Organization.source == RecordSource.SYNC.value)))


def _remove(session: Session, key: str) -> None:
    with followed(session, Organization, [key]):
        session.connection().execute(delete(Organization).where(col(Organization.id) == key))
