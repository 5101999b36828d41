"""Partner administrators say who is an agent: one of them is always left, and those that the operator named stay.

What is checked is checked in the transaction that changes it, with the rows of all administrators locked: of two who
remove each other at once, the second is no administrator any more.
"""

from collections.abc import Collection
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from helpdesk import Helpdesk
from helpdesk.access import Role
from helpdesk.acts import once
from helpdesk.agents import Limit, NamedAgent, drop_agent, put_agent
from helpdesk.errors import BadInput, Refused
from helpdesk.language import Text
from helpdesk.store.tables import Agent

_ROLE: TypeAdapter[str | None] = TypeAdapter(str | None)


class NotNamed(BadInput):
    def __init__(self, email: str) -> None:
        super().__init__(
            Text("{email} is not a named agent.", email=email),
            Text("Members of a desk space are agents by being there: take them out of the space."),
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


class NoLongerAdministrator(Refused):
    def __init__(self) -> None:
        super().__init__(Text("You are no partner administrator any more."), Text("Nothing was changed."))


async def name_agent(
    desk: Helpdesk, by: str, email: str, role: Role, customers: Collection[str] | Limit, event_id: str
) -> str | None:
    """Name an agent, or change one; gives the role that they were named for until now. `email` is in lower case.

    The same event does so once. Raises UnknownCustomer, StillLimited or one of the above, and then nothing is changed.
    """
    row: dict[str, Any] = {"email": email, "role": role.value, "added_by": by, "added_at": desk.now()}
    return await desk.store.write(_name, row, customers, desk.access.partner_admins, event_id)


async def remove_agent(desk: Helpdesk, by: str, email: str, event_id: str) -> str | None:
    """As name_agent. Raises NotNamed."""
    return await desk.store.write(_remove, by, email, desk.access.partner_admins, event_id)


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
        before = _role(session, row["email"])
        put_agent(session, row, customers)
        return before

    return once(session, event_id, "agents.name", _ROLE, act)


def _remove(session: Session, by: str, email: str, by_operator: frozenset[str], event_id: str) -> str | None:
    def act() -> str | None:
        _check(session, by, email, by_operator, goes=True)
        before = _role(session, email)
        if not drop_agent(session, email):
            raise NotNamed(email)
        return before

    return once(session, event_id, "agents.remove", _ROLE, act)


def _check(session: Session, by: str, email: str, by_operator: frozenset[str], *, goes: bool) -> None:
    """`goes` is whether `email` would be no partner administrator afterwards."""
    if email in by_operator:
        raise NamedByOperator(email)
    is_administrator = col(Agent.role) == Role.PARTNER_ADMINISTRATOR.value
    query = select(Agent.email).where(is_administrator).order_by(Agent.email).with_for_update()
    administrators = by_operator.union(session.exec(query))
    if by.lower() not in administrators:
        raise NoLongerAdministrator
    if goes and administrators == {email}:
        raise LastAdministrator


def _role(session: Session, email: str) -> str | None:
    return session.exec(select(Agent.role).where(col(Agent.email) == email)).first()
