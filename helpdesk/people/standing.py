"""What the store knows of who is an agent: asked for every event, so in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, literal_column, null, or_, union_all
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from helpdesk.people.accounts import Account, Bound
from helpdesk.platform.store.tables.people import Agent, AgentAccount, AgentCustomer, Preference, SpaceChange

_BETWEEN = "\n"  # no key holds one: helpdesk.platform.identifiers takes what can be printed only


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

    `held_elsewhere` are the persons who were removed, or are limited, under another address. `changes` is how often
    any process was told that somebody came into the space or went.
    """

    named: frozenset[str]
    removed: frozenset[str]
    limits: Mapping[str, frozenset[str]]
    bound: Mapping[str, Bound]
    held_elsewhere: frozenset[str]
    changes: int


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
_RELEASED, _HELD = 1, 2
# What a row tells of, beside agents (0).
_ACCOUNT, _SPACE = 1, 2
_emails: Any = bindparam("emails", expanding=True)
_persons: Any = bindparam("persons", expanding=True)
_is_removed = case((col(Agent.removed_at).is_not(None), 1), else_=0)
_is_released = case((col(AgentAccount.released_at).is_not(None), _RELEASED), else_=0)
_is_person_held = case((exists().where(_is_held), _HELD), else_=0)
# One statement too, since it is asked for every answer in a desk space: a row for each agent, or for each of their
# customers, one for each account, and one for the space.
_STANDING = union_all(
    sql_select(literal_column("0"), col(Agent.email), col(AgentCustomer.organization_id), null(), _is_removed)
    .join_from(Agent, AgentCustomer, col(AgentCustomer.email) == col(Agent.email), isouter=True)
    .where(col(Agent.email).in_(_emails)),
    sql_select(
        literal_column("1"),
        col(AgentAccount.email),
        col(AgentAccount.organization_id),
        col(AgentAccount.person_id),
        _is_released + _is_person_held,
    ).where(or_(col(AgentAccount.email).in_(_emails), col(AgentAccount.person_id).in_(_persons))),
    sql_select(literal_column("2"), col(SpaceChange.space), null(), null(), col(SpaceChange.changes)).where(
        col(SpaceChange.space) == bindparam("space")
    ),
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


def read_standing(session: Session, accounts: Mapping[str, Account], space: str) -> Standing:
    """Of those with these addresses, who have these accounts now, in the space with this key."""
    address_of = {account.person_id: email for email, account in accounts.items() if account.person_id}
    asked = {"emails": list(accounts), "persons": list(address_of), "space": space}
    named, removed, held, bound = set[str](), set[str](), set[str](), dict[str, Bound]()
    limits: dict[str, set[str]] = {}
    changes = 0
    for kind, email, organization, person, flag in session.connection().execute(_STANDING, asked):
        if kind == _SPACE:
            changes = flag
            continue
        if kind == _ACCOUNT:
            if flag & _HELD and address_of.get(person, email) != email:
                held.add(person)
            if email in accounts:
                bound[email] = Bound(Account(person, organization or ""), bool(flag & _RELEASED))
            continue
        (removed if flag else named).add(email)
        if organization is not None:
            limits.setdefault(email, set()).add(organization)
    return Standing(
        frozenset(named),
        frozenset(removed),
        {email: frozenset(customers) for email, customers in limits.items()},
        bound,
        frozenset(held),
        changes,
    )
