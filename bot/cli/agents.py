"""`helpdesk agents add|remove`: what the operator changes is in the audit, as what is changed in chat is.

Both or neither: nobody does it again where the process dies in between.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append
from helpdesk.people.access import Role
from helpdesk.people.accounts import release
from helpdesk.people.agents import Limit, bar_agent, drop_agent, put_agent, read_agent
from helpdesk.people.naming import BY_MEMBERSHIP, RELEASED, outcome_of_naming, role_until_now
from helpdesk.platform.store import Store

OPERATOR = "the command line"


async def name_now(store: Store, email: str, role: Role, customers: Collection[str] | Limit, keys: Keys) -> None:
    """Raises UnknownCustomer or StillLimited, and then nothing is changed."""
    await store.write(_name, email, role, customers, datetime.now(UTC), keys)


async def remove_now(store: Store, email: str, keys: Keys, *, may_be_member: bool = False) -> bool:
    """Says whether there was somebody to remove: who is named or, with `may_be_member`, was never removed before."""
    return await store.write(_remove, email, may_be_member, datetime.now(UTC), keys)


async def release_now(store: Store, email: str, keys: Keys) -> bool:
    """Let another Webex account come with this address; says whether it was bound to one."""
    return await store.write(_release, email, datetime.now(UTC), keys)


def _name(
    session: Session, email: str, role: Role, customers: Collection[str] | Limit, now: datetime, keys: Keys
) -> None:
    before = role_until_now(session, email)
    row: dict[str, Any] = {"email": email, "role": role.value, "added_by": OPERATOR, "added_at": now}
    put_agent(session, row, customers)
    if agent := read_agent(session, email):
        _audit(session, "agents.name", email, outcome_of_naming(agent, before), now, keys)


def _remove(session: Session, email: str, may_be_member: bool, now: datetime, keys: Keys) -> bool:
    before = role_until_now(session, email)
    if not drop_agent(session, email, now) and not (may_be_member and bar_agent(session, email, OPERATOR, now)):
        return False
    _audit(session, "agents.remove", email, f"removed; until now {before or BY_MEMBERSHIP}", now, keys)
    return True


def _release(session: Session, email: str, now: datetime, keys: Keys) -> bool:
    is_released = release(session, email, now)
    if is_released:
        _audit(session, "agents.release", email, RELEASED, now, keys)
    return is_released


def _audit(session: Session, action: str, email: str, outcome: str, now: datetime, keys: Keys) -> None:
    said = {"at": now, "actor": OPERATOR, "action": action, "subject": email, "organization_id": None, "reason": None}
    append(session, [{**said, "outcome": outcome, "event_id": f"{OPERATOR} {uuid4()}"}], keys)
