"""Who is named as an agent, by an operator or a partner administrator, and for which customers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from helpdesk.people.access import Role
from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store, insert_once, upsert
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.people import Agent, AgentAccount, AgentCustomer


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
    """`customers` are the names of those that they are limited to; None stands for all.

    `role` is the last one of who was removed. `is_bound`: the address stands for a Webex account, and for no other.
    """

    email: str
    role: Role
    customers: Sequence[str] | None = None
    is_removed: bool = False
    is_bound: bool = False


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
    return await store.write(drop_agent, email, datetime.now(UTC))


async def list_agents(store: Store) -> Sequence[Agent]:
    """Those who are named now, by address."""
    return [each for each in await store.read(_agents) if each.removed_at is None]


async def named_and_removed(store: Store) -> Sequence[Agent]:
    """By address, those who are named and those who were removed."""
    return await store.read(_agents)


async def some_agents(store: Store, behind: str, most: int) -> Sequence[NamedAgent]:
    """By address, those that come behind `behind`, also who was removed; empty for the first."""
    return await store.read(_some_agents, behind, most)


async def named_agent(store: Store, email: str) -> NamedAgent | None:
    """Who is named now."""
    found = await known_agent(store, email)
    return None if found is None or found.is_removed else found


async def known_agent(store: Store, email: str) -> NamedAgent | None:
    """Who is named, or was removed."""
    return await store.read(read_agent, email)


async def customers_of_agents(store: Store) -> Mapping[str, Sequence[str]]:
    """Address -> the names of the customers that this agent is limited to; ids of those that are gone."""
    return await store.read(_customers_of_agents)


def put_agent(session: Session, row: dict[str, Any], customers: Collection[str] | Limit) -> None:
    upsert(session, Agent, [{**row, "removed_at": None}])
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


def drop_agent(session: Session, email: str, now: datetime) -> bool:
    """Says whether `email` was named. The row stays, with its limit: being in a desk space must not undo this."""
    is_named = col(Agent.removed_at).is_(None)
    removing = update(Agent).where(col(Agent.email) == email, is_named).values(removed_at=now)
    return bool(session.exec(removing).rowcount)


def bar_agent(session: Session, email: str, by: str, now: datetime) -> bool:
    """As drop_agent, of who was never named and may be an agent by being in a desk space."""
    row = {"email": email, "role": Role.AGENT.value, "added_by": by, "added_at": now, "removed_at": now}
    return insert_once(session, Agent, row)


def _agents(session: Session) -> Sequence[Agent]:
    return session.exec(select(Agent).order_by(Agent.email)).all()


def _some_agents(session: Session, behind: str, most: int) -> Sequence[NamedAgent]:
    query = select(Agent).where(col(Agent.email) > behind).order_by(Agent.email).limit(most)
    found = session.exec(query).all()
    customers = _customers_of_agents(session, [each.email for each in found])
    bound = _bound(session, [each.email for each in found])
    return [_named(each, customers, bound) for each in found]


def read_agent(session: Session, email: str) -> NamedAgent | None:
    # What was put since is not what this session may have read before.
    found = session.get(Agent, email, populate_existing=True)
    if found is None:
        return None
    return _named(found, _customers_of_agents(session, [email]), _bound(session, [email]))


def _named(row: Agent, customers: Mapping[str, Sequence[str]], bound: Collection[str]) -> NamedAgent:
    is_removed = row.removed_at is not None
    return NamedAgent(row.email, Role(row.role), customers.get(row.email), is_removed, row.email in bound)


def _bound(session: Session, emails: Collection[str]) -> Collection[str]:
    query = select(AgentAccount.email).where(col(AgentAccount.email).in_(emails))
    return frozenset(session.exec(query.where(col(AgentAccount.released_at).is_(None))))


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
