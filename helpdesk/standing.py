"""What the store knows of who is an agent: asked for every event, so in one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_
from sqlmodel import Session, col, select

from helpdesk.accounts import Account, Bound
from helpdesk.store.tables import Agent, AgentAccount, AgentCustomer, Preference

_BETWEEN = "\n"  # no key holds one: helpdesk.identifiers takes what can be printed only


@dataclass(frozen=True, slots=True)
class Known:
    """Of one address and one person. `customers` are those that they are limited to; None stands for all.

    `role` is also that of who was removed. `is_held_elsewhere`: under another address, this person was removed or is
    limited.
    """

    role: str | None
    is_removed: bool
    customers: frozenset[str] | None
    bound: Bound | None
    is_held_elsewhere: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of several addresses: who is named, who was removed, who is limited, and to which account each is bound.

    `held_elsewhere` are the persons who were removed, or are limited, under another address.
    """

    named: frozenset[str]
    removed: frozenset[str]
    limits: Mapping[str, frozenset[str]]
    bound: Mapping[str, Bound]
    held_elsewhere: frozenset[str]


_is_limited = exists().where(col(AgentCustomer.email) == col(Agent.email))
_is_held = and_(col(Agent.email) == col(AgentAccount.email), or_(col(Agent.removed_at).is_not(None), _is_limited))
_email: Any = bindparam("email")
_person: Any = bindparam("person")
_of_agent, _of_account = col(Agent.email) == _email, col(AgentAccount.email) == _email
# Without a row, each is NULL.
_KNOWN = select(  # type: ignore[call-overload]
    select(Agent.role).where(_of_agent).scalar_subquery(),
    select(col(Agent.removed_at).is_not(None)).where(_of_agent).scalar_subquery(),
    select(func.aggregate_strings(col(AgentCustomer.organization_id), _BETWEEN))
    .where(col(AgentCustomer.email) == _email)
    .scalar_subquery(),
    select(AgentAccount.person_id).where(_of_account).scalar_subquery(),
    select(AgentAccount.organization_id).where(_of_account).scalar_subquery(),
    select(col(AgentAccount.released_at).is_not(None)).where(_of_account).scalar_subquery(),
    exists().where(_is_held, col(AgentAccount.person_id) == _person, col(AgentAccount.email) != _email),
    select(Preference.language).where(col(Preference.person_id) == _person).scalar_subquery(),
)


def read_known(session: Session, email: str, person_id: str) -> Known:
    found = session.connection().execute(_KNOWN, {"email": email, "person": person_id})
    role, is_removed, customers, account, organization, is_released, is_held, language = found.one()
    return Known(
        role,
        bool(is_removed),
        None if customers is None else frozenset(customers.split(_BETWEEN)),
        None if account is None else Bound(Account(account, organization or ""), bool(is_released)),
        bool(is_held),
        language,
    )


def read_reader(session: Session, email: str) -> tuple[str, str | None]:
    """The person that an address is bound to, empty for none, and the language code that they chose, if any."""
    is_theirs = col(AgentAccount.person_id) == col(Preference.person_id)
    query = select(AgentAccount.person_id, Preference.language).join(Preference, is_theirs, isouter=True)
    is_bound = col(AgentAccount.released_at).is_(None)
    found = session.exec(query.where(col(AgentAccount.email) == email, is_bound)).first()
    return (found[0], found[1]) if found else ("", None)


def read_standing(session: Session, accounts: Mapping[str, Account]) -> Standing:
    """Of those with these addresses, who have these accounts now."""
    emails = list(accounts)
    agents = session.exec(select(Agent).where(col(Agent.email).in_(emails))).all()
    removed = frozenset(each.email for each in agents if each.removed_at is not None)
    bound = session.exec(select(AgentAccount).where(col(AgentAccount.email).in_(emails))).all()
    return Standing(
        frozenset(each.email for each in agents) - removed,
        removed,
        _limits(session, emails),
        {
            each.email: Bound(Account(each.person_id, each.organization_id or ""), bool(each.released_at))
            for each in bound
        },
        _held_elsewhere(session, accounts),
    )


def _limits(session: Session, emails: Collection[str]) -> Mapping[str, frozenset[str]]:
    limits: dict[str, set[str]] = {}
    query = select(AgentCustomer.email, AgentCustomer.organization_id)
    for email, customer in session.exec(query.where(col(AgentCustomer.email).in_(emails))):
        limits.setdefault(email, set()).add(customer)
    return {email: frozenset(customers) for email, customers in limits.items()}


def _held_elsewhere(session: Session, accounts: Mapping[str, Account]) -> frozenset[str]:
    address_of = {account.person_id: email for email, account in accounts.items()}
    query = select(AgentAccount.email, AgentAccount.person_id).join(Agent, _is_held)
    found = session.exec(query.where(col(AgentAccount.person_id).in_(list(address_of))))
    return frozenset(person for email, person in found if address_of[person] != email)
