"""What the store knows of who is an agent: asked for every event, so in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    union_all,
)
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from helpdesk.accounts import Account, Bound
from helpdesk.store.tables import Agent, AgentAccount, AgentCustomer, Preference, SpaceChange

# PostgreSQL knows no type of a bare NULL or text.
_NOTHING, _ZERO = cast(literal(""), String), literal(0)
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
    limits: dict[str, set[str]] = {}
    named: set[str] = set()
    removed: set[str] = set()
    held: set[str] = set()
    bound: dict[str, Bound] = {}
    changes = 0
    for kind, key, text, other, number in session.connection().execute(_standing(accounts, space)):
        match kind:
            case "agent":
                (removed if number else named).add(key)
            case "limit":
                limits.setdefault(key, set()).add(text)
            case "account":
                bound[key] = Bound(Account(text, other), bool(number))
            case "held":
                held.add(text)
            case "changes":
                changes = number
    of_agents = {email: frozenset(customers) for email, customers in limits.items()}
    return Standing(frozenset(named), frozenset(removed), of_agents, bound, frozenset(held), changes)


def _standing(accounts: Mapping[str, Account], space: str) -> CompoundSelect[Any]:
    """One statement, since it is asked for every answer: of each row its kind, a key, two texts and a number."""
    emails = list(accounts)
    agent, limit, account, change = col(Agent.email), col(AgentCustomer.email), col(AgentAccount.email), SpaceChange
    person, organization = col(AgentAccount.person_id), func.coalesce(AgentAccount.organization_id, "")
    has_other_address = [and_(person == its.person_id, account != email) for email, its in accounts.items()]
    is_removed, is_released = col(Agent.removed_at).is_not(None), col(AgentAccount.released_at).is_not(None)
    return union_all(
        _rows("agent", agent, number=_number(is_removed)).where(agent.in_(emails)),
        _rows("limit", limit, col(AgentCustomer.organization_id)).where(limit.in_(emails)),
        _rows("account", account, person, organization, _number(is_released)).where(account.in_(emails)),
        _rows("held", account, person).join(Agent, _is_held).where(or_(false(), *has_other_address)),
        _rows("changes", col(change.space), number=col(change.changes)).where(col(change.space) == space),
    )


def _rows(kind: str, key: Any, text: Any = _NOTHING, other: Any = _NOTHING, number: Any = _ZERO) -> Select[Any]:
    return sql_select(cast(literal(kind), String), key, text, other, number)


def _number(condition: Any) -> Any:
    return case((condition, 1), else_=0)
