"""Mails, what became of them, and what holds mail back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class DeliveryStatus(StrEnum):
    """The tool's five words for what became of a mail."""

    NONE = "none"
    IN_PROGRESS = "in progress"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    ERROR = "error"


class Reason(StrEnum):
    """Why an address is on the suppression list."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    BLOCK = "block"
    INVALID = "invalid"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"


class EmailEvent(SQLModel, table=True):
    """One mail to an address and what is known of its fate; `status` is a DeliveryStatus, known since `told_at`.

    `token` is ours, in the mail's envelope or headers; `message_id` the provider's. `detail` is the receiving
    server's answer, `code` the enhanced status code in it. `told_by` says who told.
    """

    __tablename__ = "email_events"
    __table_args__ = (Index("ix_email_events_address_sent_at", "address", "sent_at"),)
    id: str = Field(primary_key=True)
    address: str
    subject: str | None = None
    sent_at: datetime = Field(index=True, sa_type=UtcDateTime)
    status: str
    detail: str | None = None
    code: str | None = None
    token: str | None = Field(default=None, unique=True)
    message_id: str | None = Field(default=None, index=True)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_by: str | None = None


class Suppression(SQLModel, table=True):
    """Why mail to an address is held; `reason` is a Reason. One row a reason."""

    __tablename__ = "suppressions"
    address: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: str | None = None


class LiftedSuppression(SQLModel, table=True):
    """An entry that was taken off the suppression list, as it was, so that it can be put back.

    `event_id` is of the event that took it off; `undone_event_id` of the one that puts it back, at `undone_at`.
    """

    __tablename__ = "lifted_suppressions"
    event_id: str = Field(primary_key=True)
    address: str = Field(primary_key=True, index=True)
    number: int = Field(primary_key=True)
    reason: str
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: str | None = None
    list_name: str = ""
    is_blocking: bool = True
    lifted_at: datetime = Field(index=True, sa_type=UtcDateTime)
    lifted_by: str
    undone_event_id: str | None = None
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = None


class TrialMail(SQLModel, table=True):
    """A mail of our own that shows whether mail reaches a user.

    `outcome` is empty until the mail server has answered: after a crash the mail may have gone out, or not.
    """

    __tablename__ = "trial_mails"
    event_id: str = Field(primary_key=True)
    address: str = Field(index=True)
    asked_by: str
    asked_at: datetime = Field(index=True, sa_type=UtcDateTime)
    outcome: str | None = None
    answer: str | None = None
