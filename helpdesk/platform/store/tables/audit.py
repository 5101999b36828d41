"""The audit, its head, and tries that were refused."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class AuditRow(SQLModel, table=True):
    """One act: who, what, on whom, in which customer, why, with what outcome, when. Only ever appended to.

    Ids leave no gap. `hash` ties it to the row before it (helpdesk.audit.chain), under the key that `key_id` names.
    `pseudonyms` are those of the addresses in its texts, which may take their place (helpdesk.audit.names).
    """

    __tablename__ = "audit"
    # However often an event is worked on, what came of it is told once.
    __table_args__ = (Index("ix_audit_once", "event_id", "action", "subject", "outcome", unique=True),)
    id: int = Field(primary_key=True)
    at: datetime = Field(index=True, sa_type=UtcDateTime)
    actor: str = Field(index=True)
    action: str
    subject: str = Field(index=True)
    organization_id: str | None = Field(default=None, index=True)
    reason: str | None = None
    outcome: str
    event_id: str
    hash: str
    key_id: str
    pseudonyms: str


class AuditHead(SQLModel, table=True):
    """One row: where the audit's chain ends, and how far its beginning was removed, as policy said.

    `removed_hash` is of the last row that was removed, which the chain goes on from.
    """

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    last_id: int
    last_hash: str
    removed_to: int = 0
    removed_hash: str = ""
    key_id: str = ""
    signature: str = ""


class ToldHead(SQLModel, table=True):
    """A head of the audit that was told outside, signed (helpdesk.audit.heads); `at` is when."""

    __tablename__ = "audit_heads_told"
    last_id: int = Field(primary_key=True)
    last_hash: str
    at: datetime = Field(sa_type=UtcDateTime)
    key_id: str
    signature: str


class RefusedTry(SQLModel, table=True):
    """How often somebody was refused in one hour, until that is a row of the audit (helpdesk.audit.refused)."""

    __tablename__ = "refused_tries"
    hour: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    kind: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    count: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
