"""Runs of the sync."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class SyncRun(SQLModel, table=True):
    """One sync of everything: its holder counts `beats` for as long as it lives; another goes on where it ended."""

    __tablename__ = "sync_runs"
    id: int = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    holder: str | None = None
    beats: int = 0


class SyncedOrganization(SQLModel, table=True):
    """What became of one organization in a run; `failures` (helpdesk.sync.Failure) are parts that were not read."""

    __tablename__ = "synced_organizations"
    run_id: int = Field(primary_key=True, foreign_key="sync_runs.id", ondelete="CASCADE")
    organization_id: str = Field(primary_key=True)
    name: str
    read: int
    written: int
    removed: int
    left_out: int
    failures: list[dict[str, Any]] = Field(sa_type=JSON)
    ended_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def is_in_order(self) -> bool:
        return all(each.get("is_bearable") for each in self.failures)
