"""Which Webex account an agent's address stands for: bound at first use, until a partner administrator releases it.

An address can pass to another account: of who left, it is free again. A role does not pass with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlmodel import Session, col

from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append, storable
from helpdesk.people.notices import Notice, Urgency, keep
from helpdesk.platform.store import insert_once
from helpdesk.platform.store.tables.people import AgentAccount


class Mismatch(StrEnum):
    """Why an account with an agent's address is not that agent."""

    PERSON = "person"
    ORGANIZATION = "organization"


class Means(StrEnum):
    """What makes somebody an agent."""

    OPERATOR = "the operator's settings"
    NAMED = "named"
    MEMBERSHIP = "membership"


@dataclass(frozen=True, slots=True)
class Account:
    """A Webex account: keys of its id and of its organization; empty where Webex does not tell that."""

    person_id: str
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """The account that an address was first used with; once released, another one may take its place."""

    account: Account
    is_released: bool = False

    def mismatch(self, other: Account) -> Mismatch | None:
        """Why `other` is not this account, if it is not."""
        if other.person_id != self.account.person_id:
            return Mismatch.PERSON
        both_told = other.organization and self.account.organization
        return Mismatch.ORGANIZATION if both_told and other.organization != self.account.organization else None


def bind(session: Session, email: str, account: Account, role: str, means: Means, now: datetime, keys: Keys) -> Bound:
    """The account that `email` stands for from now on: this one, unless another was quicker.

    That it is used for the first time is audited, and partner administrators are to hear of it.
    """
    values = {
        "person_id": account.person_id,
        "organization_id": account.organization or None,
        "bound_at": now,
        "released_at": None,
    }
    is_new = insert_once(session, AgentAccount, {"email": email, **values}) or _take_over(session, email, values)
    if is_new:
        _tell(session, email, account, role, means, now, keys)
    row = session.get_one(AgentAccount, email, populate_existing=True)
    return Bound(Account(row.person_id, row.organization_id or ""), row.released_at is not None)


def release(session: Session, email: str, now: datetime) -> bool:
    """Let another account come with this address; says whether it stood for one."""
    is_bound = col(AgentAccount.released_at).is_(None)
    releasing = update(AgentAccount).where(col(AgentAccount.email) == email, is_bound).values(released_at=now)
    return bool(session.exec(releasing).rowcount)


def _take_over(session: Session, email: str, values: Mapping[str, Any]) -> bool:
    is_released = col(AgentAccount.released_at).is_not(None)
    taking = update(AgentAccount).where(col(AgentAccount.email) == email, is_released).values(**values)
    return bool(session.exec(taking).rowcount)


def _tell(session: Session, email: str, account: Account, role: str, means: Means, now: datetime, keys: Keys) -> None:
    key = f"new agent {uuid4()}"
    about = {"email": email, "how": means.value}
    keep(session, Notice.NEW_AGENT, about, key=key, urgency=Urgency.DAILY, now=now)
    where = account.organization or "an organization that Webex does not tell"
    said = {
        "actor": email,
        "action": "agents.first_use",
        "subject": email,
        "organization_id": None,
        "reason": None,
        "outcome": f"{role}, {means.value}; account {account.person_id} of {where}",
        "event_id": key,
    }
    append(session, [{"at": now, **{name: value and storable(value) for name, value in said.items()}}], keys)
