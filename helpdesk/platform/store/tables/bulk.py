"""Lists of addresses that are cleared together."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class BulkRun(SQLModel, table=True):
    """A list of addresses that an agent gave to be cleared; `state` is a helpdesk.bulk.State.

    Times and the reason are empty until it gets there. `stopped` says why it ended before its last address, in words
    of helpdesk.bulk.Stop. Where a second agent was asked to approve it, at `asked_at`, `lines_hash` is of the lines
    they are shown, and `approved_by` the address of who did. `clears_complaints` is of earlier releases: no list
    clears complaints any more.
    """

    __tablename__ = "bulk_runs"
    id: str = Field(primary_key=True)
    agent_id: str
    agent_email: str
    space_id: str
    thread_id: str
    is_direct: bool
    heading: str = ""
    state: str
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    confirmed_by: str | None = None
    reason: str | None = None
    clears_complaints: bool = False
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lines_hash: str | None = None
    approved_by: str | None = None
    stopped: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BulkItem(SQLModel, table=True):
    """A line of such a list: what was read there, what the suppression list said of it, what became of it.

    `prospect` and `outcome` are of helpdesk.bulk; `reasons` are those it was listed for.
    """

    __tablename__ = "bulk_items"
    run_id: str = Field(primary_key=True, foreign_key="bulk_runs.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    line: int
    text: str
    address: str | None = None
    prospect: str | None = None
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    outcome: str | None = None
