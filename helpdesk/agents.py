"""Who is named as an agent, by an operator or a partner administrator, and for which customers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from helpdesk.access import Role
from helpdesk.errors import BadInput, Refused
from helpdesk.identifiers import canonical_id
from helpdesk.language import Text
from helpdesk.store import Store, upsert
from helpdesk.store.tables import Agent, AgentCustomer, Organization


class Limit(Enum):
    """What becomes of the customers that a known agent is limited to, where no others are named."""

    KEPT = "kept"
    LIFTED = "lifted"


class UnknownCustomer(BadInput):
    """No customer, or several, answer to what was written; the text says which."""


class StillLimited(Refused):
    """A partner administrator sees all customers, so nobody who is limited becomes one unawares."""

    def __init__(self) -> None:
        super().__init__(
            Text("A partner administrator sees all customers, and this agent is limited to some."),
            Text("Nothing was changed. Name them for all customers."),
        )


@dataclass(frozen=True, slots=True)
class NamedAgent:
    """`customers` are the names of those that they are limited to; None stands for all."""

    email: str
    role: Role
    customers: Sequence[str] | None = None


async def add_agent(
    store: Store, email: str, role: Role, added_by: str, customers: Collection[str] | Limit = Limit.KEPT
) -> None:
    """Name `email` (in lower case) as an agent, or change their role; `customers` are ids or names of organizations.

    Raises UnknownCustomer or StillLimited, and then nothing is changed.
    """
    row: dict[str, Any] = {"email": email, "role": role.value, "added_by": added_by, "added_at": datetime.now(UTC)}
    await store.write(put_agent, row, customers)


async def remove_agent(store: Store, email: str) -> bool:
    """Says whether `email` was named."""
    return await store.write(drop_agent, email)


async def list_agents(store: Store) -> Sequence[Agent]:
    return await store.read(_agents)


async def some_agents(store: Store, behind: str, most: int) -> Sequence[NamedAgent]:
    """By address, those that come behind `behind`; empty for the first."""
    return await store.read(_some_agents, behind, most)


async def named_agent(store: Store, email: str) -> NamedAgent | None:
    return await store.read(read_agent, email)


async def customers_of_agents(store: Store) -> Mapping[str, Sequence[str]]:
    """Address -> the names of the customers that this agent is limited to; ids of those that are gone."""
    return await store.read(_customers_of_agents)


def put_agent(session: Session, row: dict[str, Any], customers: Collection[str] | Limit) -> None:
    upsert(session, Agent, [row])
    of_agent = col(AgentCustomer.email) == row["email"]
    if customers is not Limit.KEPT:
        session.exec(delete(AgentCustomer).where(of_agent))
    if not isinstance(customers, Limit):
        # No row at all would be no limit at all.
        if not customers:
            raise UnknownCustomer(Text("No customer is named."))
        ids = {_customer(session, each) for each in customers}
        upsert(session, AgentCustomer, [{"email": row["email"], "organization_id": each} for each in ids])
    if row["role"] == Role.PARTNER_ADMINISTRATOR and session.exec(select(AgentCustomer).where(of_agent)).first():
        raise StillLimited


def _customer(session: Session, text: str) -> str:
    """The id of the organization that `text` is the id or, in whatever case, the whole name of."""
    key, name = canonical_id(text), _folded(text)
    known = session.exec(select(Organization.id, Organization.display_name))
    found = [each for each, display_name in known if each == key or _folded(display_name) == name]
    if not found:
        raise UnknownCustomer(Text("No customer has the id or the name “{name}”.", name=text))
    if len(found) > 1:
        raise UnknownCustomer(
            Text("{count} customers are called “{name}”.", count=str(len(found)), name=text),
            Text("Name one by its id: {ids}.", ids=", ".join(found)),
        )
    return found[0]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def drop_agent(session: Session, email: str) -> bool:
    return bool(session.exec(delete(Agent).where(col(Agent.email) == email)).rowcount)


def _agents(session: Session) -> Sequence[Agent]:
    return session.exec(select(Agent).order_by(Agent.email)).all()


def _some_agents(session: Session, behind: str, most: int) -> Sequence[NamedAgent]:
    query = select(Agent).where(col(Agent.email) > behind).order_by(Agent.email).limit(most)
    found = session.exec(query).all()
    customers = _customers_of_agents(session, [each.email for each in found])
    return [NamedAgent(each.email, Role(each.role), customers.get(each.email)) for each in found]


def read_agent(session: Session, email: str) -> NamedAgent | None:
    # What was put since is not what this session may have read before.
    found = session.get(Agent, email, populate_existing=True)
    if found is None:
        return None
    return NamedAgent(email, Role(found.role), _customers_of_agents(session, [email]).get(email))


def _customers_of_agents(session: Session, of: Collection[str] | None = None) -> Mapping[str, Sequence[str]]:
    name = func.coalesce(Organization.display_name, AgentCustomer.organization_id)
    query = select(AgentCustomer.email, name).join(
        Organization, col(Organization.id) == AgentCustomer.organization_id, isouter=True
    )
    if of is not None:
        query = query.where(col(AgentCustomer.email).in_(of))
    found: dict[str, list[str]] = {}
    for email, customer in session.exec(query.order_by(AgentCustomer.email, name)):
        found.setdefault(email, []).append(customer)
    return found
