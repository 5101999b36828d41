"""How old a record is: a sync writes only what changed, so what it found unchanged is as fresh as that sync."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from helpdesk.directory.parts import Part
from helpdesk.platform.store.tables.directory import RecordSource, Sourced
from helpdesk.platform.store.tables.sync import SyncedOrganization, SyncRun

# By the runs, which are few: the organizations of all of them are not gone through.
_SYNCS: Any = (
    select(SyncedOrganization.ended_at, SyncedOrganization.failures)
    .where(
        col(SyncedOrganization.run_id).in_(select(SyncRun.id)),
        SyncedOrganization.organization_id == bindparam("of"),
    )
    .order_by(col(SyncedOrganization.run_id).desc())
)


def as_of(session: Session, record: Sourced, organization_id: str, part: Part) -> datetime | None:
    """When the source of `record` last said what it says; `part` is the list of Webex's that it is on."""
    if record.source != RecordSource.SYNC or record.synced_at is None:
        return record.synced_at
    syncs = session.connection().execute(_SYNCS, {"of": organization_id})
    whole = (ended for ended, failures in syncs if all(each["part"] != part.name for each in failures))
    return max(record.synced_at, next(whole, record.synced_at))
