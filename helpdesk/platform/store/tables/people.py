"""Agents, their accounts and limits, and what they are told."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from helpdesk.platform.store.tables.columns import UtcDateTime


class Agent(SQLModel, table=True):
    """Someone named as an agent, or removed, whether or not they were named; `role` is a helpdesk.people.access.Role.

    A removed agent keeps the row: being in a desk space must not make them one again.
    """

    __tablename__ = "agents"
    email: str = Field(primary_key=True)
    role: str
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AgentCustomer(SQLModel, table=True):
    """A customer that a named agent is limited to; who has no row here sees all of them.

    It outlives the customer: were it to go with it, who was limited to that one would see all others.
    """

    __tablename__ = "agent_customers"
    email: str = Field(primary_key=True, foreign_key="agents.email", ondelete="CASCADE")
    organization_id: str = Field(primary_key=True)


class AgentAccount(SQLModel, table=True):
    """The Webex account that an address was first used with as an agent; `person_id` and `organization_id` are keys.

    Released, the next account of the partner's that comes with the address takes its place.
    """

    __tablename__ = "agent_accounts"
    email: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    organization_id: str | None = None
    bound_at: datetime = Field(sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeRow(SQLModel, table=True):
    """What partner administrators are told (notices); `batch` is the job that tells it, since `taken_at`."""

    __tablename__ = "notices"
    key: str = Field(primary_key=True)
    kind: str
    about: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    urgency: str
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    batch: str | None = Field(default=None, index=True)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SpaceChange(SQLModel, table=True):
    """How often a process was told that somebody came into a desk space or went; `space` is the key of its id."""

    __tablename__ = "space_changes"
    space: str = Field(primary_key=True)
    changes: int


class Preference(SQLModel, table=True):
    """What a person who uses the desk has chosen for themself."""

    __tablename__ = "preferences"
    person_id: str = Field(primary_key=True)
    language: str
