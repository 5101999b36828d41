"""`helpdesk agents add|remove`: what the operator changes is in the audit, as what is changed in chat is.

Both or neither: nobody does it again where the process dies in between.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from helpdesk.access import Role
from helpdesk.agents import Limit, drop_agent, put_agent, read_agent
from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append
from helpdesk.naming import outcome_of_naming
from helpdesk.store import Store

OPERATOR = "the command line"


async def name_now(store: Store, email: str, role: Role, customers: Collection[str] | Limit, keys: Keys) -> None:
    """Raises UnknownCustomer or StillLimited, and then nothing is changed."""
    await store.write(_name, email, role, customers, datetime.now(UTC), keys)


async def remove_now(store: Store, email: str, keys: Keys) -> bool:
    """Says whether `email` was named."""
    return await store.write(_remove, email, datetime.now(UTC), keys)


def _name(
    session: Session, email: str, role: Role, customers: Collection[str] | Limit, now: datetime, keys: Keys
) -> None:
    before = read_agent(session, email)
    row: dict[str, Any] = {"email": email, "role": role.value, "added_by": OPERATOR, "added_at": now}
    put_agent(session, row, customers)
    if agent := read_agent(session, email):
        _audit(session, "agents.name", email, outcome_of_naming(agent, before.role if before else None), now, keys)


def _remove(session: Session, email: str, now: datetime, keys: Keys) -> bool:
    before = read_agent(session, email)
    if before is None:
        return False
    drop_agent(session, email)
    _audit(session, "agents.remove", email, f"removed; until now {before.role}", now, keys)
    return True


def _audit(session: Session, action: str, email: str, outcome: str, now: datetime, keys: Keys) -> None:
    said = {"at": now, "actor": OPERATOR, "action": action, "subject": email, "organization_id": None, "reason": None}
    append(session, [{**said, "outcome": outcome, "event_id": f"{OPERATOR} {uuid4()}"}], keys)
