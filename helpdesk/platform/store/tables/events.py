"""Events and acts of this and other processes, each done once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class ClaimedEvent(SQLModel, table=True):
    """An event from Webex; `claimed_by` is the process that works on it, empty while it waits for one.

    `lane` is who did it and in which space; `done_at` is empty until it was answered.
    """

    __tablename__ = "claimed_events"
    __table_args__ = (
        # Of all that was ever heard, little is open: looking for it is looking into these few.
        Index(
            "ix_claimed_events_open",
            "lane",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )
    event_id: str = Field(primary_key=True)
    activity: dict[str, Any] = Field(sa_type=JSON)
    lane: str = ""
    received_at: datetime = Field(index=True, sa_type=UtcDateTime)
    claimed_by: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None


class SpentToken(SQLModel, table=True):
    """A button that may be used once, and the press that used it."""

    __tablename__ = "spent_tokens"
    nonce: str = Field(primary_key=True)
    event_id: str
    spent_at: datetime = Field(index=True, sa_type=UtcDateTime)


class CompletedAct(SQLModel, table=True):
    """What an act with an effect came to, so that the same event, worked on again after a crash, does not repeat it."""

    __tablename__ = "acts"
    event_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    result: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(index=True, sa_type=UtcDateTime)


class Process(SQLModel, table=True):
    """A running `helpdesk run`; `seen_at` is when it last said that it is alive."""

    __tablename__ = "processes"
    name: str = Field(primary_key=True)
    transport: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
