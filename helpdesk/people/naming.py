"""Partner administrators say who is an agent: one of them is always left, and those that the operator named stay.

What is checked is checked in the transaction that changes it, with the rows of all administrators locked: of two who
remove each other at once, the second is no administrator any more.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from helpdesk.people.access import HasAccess, Role
from helpdesk.people.accounts import release
from helpdesk.people.agents import Limit, NamedAgent, bar_agent, drop_agent, named_agent, put_agent
from helpdesk.platform.clock import HasClock
from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.idempotency import once
from helpdesk.platform.language import Text
from helpdesk.platform.store import HasStore
from helpdesk.platform.store.tables.people import Agent
from helpdesk.platform.text.address import canonical_address

REMOVED = "removed"
RELEASED = "released: the next account that comes with the address is taken"
BY_MEMBERSHIP = "agent by being in a desk space"
_ROLE: TypeAdapter[str | None] = TypeAdapter(str | None)


class NotNamed(BadInput):
    def __init__(self, email: str) -> None:
        super().__init__(
            Text("{email} is not a named agent.", email=email),
            Text("Write “agents” to see who is."),
        )


class NamedByOperator(Refused):
    def __init__(self, email: str) -> None:
        super().__init__(
            Text("{email} is a partner administrator by the operator’s settings.", email=email),
            Text("Nothing was changed. The operator takes the address out of HELPDESK_PARTNER_ADMINS."),
        )


class LastAdministrator(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Somebody has to be left who names agents: this is the last partner administrator."),
            Text("Nothing was changed. Make somebody else a partner administrator first."),
        )


class NotBound(BadInput):
    def __init__(self, email: str) -> None:
        super().__init__(
            Text("{email} stands for no account yet.", email=email),
            Text("Nothing was changed. The next account that comes with this address is taken."),
        )


class NoLongerAdministrator(Refused):
    def __init__(self) -> None:
        super().__init__(Text("You are no partner administrator any more."), Text("Nothing was changed."))


class NamingServices(HasStore, HasAccess, HasClock, Protocol):
    """Naming and removing agents needs these."""


async def name_agent(
    desk: NamingServices, by: str, email: str, role: Role, customers: Collection[str] | Limit, event_id: str
) -> str | None:
    """Name an agent, or change one; gives the role that they were named for until now. `email` is in lower case.

    The same event does so once. Raises UnknownCustomer, StillLimited or one of the above, and then nothing is changed.
    """
    row: dict[str, Any] = {"email": email, "role": role.value, "added_by": by, "added_at": desk.now()}
    return await desk.store.write(_name, row, customers, desk.access.partner_admins, event_id)


async def remove_agent(desk: NamingServices, by: str, email: str, event_id: str) -> str | None:
    """As name_agent; a member of a desk space can be removed without having been named. Raises NotNamed."""
    may_bar = await named_agent(desk.store, email) is None and await desk.access.is_member(email)
    return await desk.store.write(_remove, by, email, desk.access.partner_admins, event_id, desk.now(), may_bar)


async def release_account(desk: NamingServices, by: str, email: str, event_id: str) -> None:
    """Let another Webex account come with this address: theirs was made anew. The same event does so once.

    Raises NotBound or NoLongerAdministrator.
    """
    await desk.store.write(_release, by, email, desk.access.partner_admins, event_id, desk.now())


def outcome_of_naming(agent: NamedAgent, before: str | None) -> str:
    """What the audit says of it; `before` is the role until now."""
    limit = "all customers" if agent.customers is None else f"{len(agent.customers)} customers"
    return f"{agent.role}, {limit}; until now {before or 'not named'}"


def _name(
    session: Session,
    row: dict[str, Any],
    customers: Collection[str] | Limit,
    by_operator: frozenset[str],
    event_id: str,
) -> str | None:
    def act() -> str | None:
        is_demoted = row["role"] != Role.PARTNER_ADMINISTRATOR
        _check(session, row["added_by"], row["email"], by_operator, goes=is_demoted)
        before = role_until_now(session, row["email"])
        put_agent(session, row, customers)
        return before

    return once(session, event_id, "agents.name", _ROLE, act)


def _remove(
    session: Session,
    by: str,
    email: str,
    by_operator: frozenset[str],
    event_id: str,
    now: datetime,
    may_bar: bool,
) -> str | None:
    def act() -> str | None:
        _check(session, by, email, by_operator, goes=True)
        before = role_until_now(session, email)
        if not drop_agent(session, email, now) and not (may_bar and bar_agent(session, email, by, now)):
            raise NotNamed(email)
        return before or BY_MEMBERSHIP

    return once(session, event_id, "agents.remove", _ROLE, act)


def _release(session: Session, by: str, email: str, by_operator: frozenset[str], event_id: str, now: datetime) -> None:
    def act() -> str | None:
        _check_asker(by, _administrators(session, by_operator))
        if not release(session, email, now):
            raise NotBound(email)
        return None

    once(session, event_id, "agents.release", _ROLE, act)


def _check(session: Session, by: str, email: str, by_operator: frozenset[str], *, goes: bool) -> None:
    """`goes` is whether `email` would be no partner administrator afterwards."""
    if email in by_operator:
        raise NamedByOperator(email)
    administrators = _administrators(session, by_operator)
    _check_asker(by, administrators)
    if goes and administrators == {email}:
        raise LastAdministrator


def _administrators(session: Session, by_operator: frozenset[str]) -> frozenset[str]:
    is_administrator = col(Agent.role) == Role.PARTNER_ADMINISTRATOR.value
    query = select(Agent.email).where(is_administrator, col(Agent.removed_at).is_(None))
    return by_operator.union(session.exec(query.order_by(Agent.email).with_for_update()))


def _check_asker(by: str, administrators: frozenset[str]) -> None:
    if canonical_address(by) not in administrators:
        raise NoLongerAdministrator


def role_until_now(session: Session, email: str) -> str | None:
    """What they are now; None for who is neither named nor removed."""
    agent = session.get(Agent, email)
    if agent is None:
        return None
    return agent.role if agent.removed_at is None else REMOVED
