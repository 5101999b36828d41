"""Verifications, consents, views, and what acts need."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class Verification(SQLModel, table=True):
    """One code (or one approval) and what became of it. The code itself is never stored.

    `sent_at` is when it certainly went out, `failed_at` when it certainly did not; with neither it may have.
    """

    __tablename__ = "verifications"
    __table_args__ = (Index("ix_verifications_person_id_created_at", "person_id", "created_at"),)
    id: str = Field(primary_key=True)
    person_id: str
    agent_id: str = Field(index=True)
    space_id: str
    purpose: str
    proof: str
    event_id: str = Field(unique=True)
    code_hmac: str | None = None
    tries: int = 0
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approver_id: str | None = None
    reason: str | None = None


class VerificationFailure(SQLModel, table=True):
    """A wrong code. Counted per person over every code and every agent."""

    __tablename__ = "verification_failures"
    __table_args__ = (
        Index("ix_verification_failures_person_id_at", "person_id", "at"),
        Index("ix_verification_failures_agent_id_at", "agent_id", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: str
    agent_id: str
    at: datetime = Field(index=True, sa_type=UtcDateTime)


class GateRule(SQLModel, table=True):
    """What a partner administrator decided about an act; an act without a row is under its default (gate)."""

    __tablename__ = "gate_rules"
    act: str = Field(primary_key=True)
    need: str
    is_told: bool


class ViewLink(SQLModel, table=True):
    """A link that opens a customer's view once, for the agent it was sent to; only a hash of its token is kept.

    `until` is when the consent ends that it stands on.
    """

    __tablename__ = "view_links"
    token_hash: str = Field(primary_key=True)
    agent_id: str = Field(index=True)
    agent_email: str
    organization_id: str
    grant_id: str
    until: datetime = Field(sa_type=UtcDateTime)
    lapses_at: datetime = Field(index=True, sa_type=UtcDateTime)
    spent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ViewSession(SQLModel, table=True):
    """A customer's view, open in one browser, which has the secret that only a hash is kept of.

    `ended_for` is a helpdesk.proof.view.End: once it is there, the view stays closed.
    """

    __tablename__ = "view_sessions"
    id: str = Field(primary_key=True)
    secret_hash: str
    agent_id: str
    agent_email: str
    organization_id: str
    grant_id: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(index=True, sa_type=UtcDateTime)
    ended_for: str | None = None


class Consent(SQLModel, table=True):
    """One agent's leave to look at one customer's organization: asked for, or taken on the customer's setting.

    `state` is a helpdesk.proof.consent.State, `source` a helpdesk.proof.consent.Source. `answered_by` and `ended_by`
    are numbers of the administrators who were asked; the agent, the clock or the desk has none.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_of", "agent_id", "organization_id"),
        Index("ix_consents_organization_id_asked_at", "organization_id", "asked_at"),
    )
    id: str = Field(primary_key=True)
    event_id: str = Field(unique=True)
    organization_id: str
    organization_name: str
    agent_id: str
    agent_email: str
    source: str
    reason: str
    state: str
    asked_at: datetime = Field(index=True, sa_type=UtcDateTime)
    lapses_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: int | None = None
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: int | None = None
    space_id: str = ""
    thread_id: str = ""
    is_direct: bool = False


class ConsentAdministrator(SQLModel, table=True):
    """An administrator who was asked, as the directory knew them; `mailed_at`: the question went out, or may have."""

    __tablename__ = "consent_administrators"
    consent_id: str = Field(primary_key=True, foreign_key="consents.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    person_id: str
    email: str
    name: str
    language: str | None = None
    mailed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
