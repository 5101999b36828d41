"""Who may do what: roles, what each allows, and who holds one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from helpdesk.identifiers import id_key
from helpdesk.members import Memberships
from helpdesk.store import Store, upsert
from helpdesk.store.tables import Agent, AgentAccount, AgentCustomer, Preference


class Permission(StrEnum):
    """What a command or a button asks of the person who uses it."""

    USE_DESK = "use the desk"
    LOOK_UP = "look up"
    VERIFY = "verify callers"
    OVERRIDE = "approve without a code"
    VIEW = "look at customers as a read-only administrator"
    ASK_CONSENT = "ask customers to let them look"
    READ_EMAIL = "see email status"
    UNSUPPRESS = "clear suppressions"
    CLEAR_COMPLAINT = "clear spam complaints"
    MAIL_CUSTOMER = "have Webex mail a whole customer"
    CLEAR_MANY = "clear many addresses at once"
    SET_POLICY = "set the policy"
    READ_AUDIT = "read what everybody did"
    NAME_AGENTS = "say who is an agent"


class Role(StrEnum):
    AGENT = "agent"
    ADVANCED = "advanced"
    PARTNER_ADMINISTRATOR = "partner administrator"


_AGENT = frozenset(
    {
        Permission.USE_DESK,
        Permission.LOOK_UP,
        Permission.VERIFY,
        Permission.VIEW,
        Permission.READ_EMAIL,
        Permission.UNSUPPRESS,
    }
)
_ADVANCED = _AGENT | {
    Permission.OVERRIDE,
    Permission.ASK_CONSENT,
    Permission.CLEAR_COMPLAINT,
    Permission.MAIL_CUSTOMER,
    Permission.CLEAR_MANY,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.ADVANCED: _ADVANCED,
    Role.PARTNER_ADMINISTRATOR: _ADVANCED | {Permission.SET_POLICY, Permission.READ_AUDIT, Permission.NAME_AGENTS},
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who typed or pressed. `person_id` is the key of their Webex id; `role` is None for who is no agent.

    `customers` are the ids of the organizations that they are limited to; None stands for all.
    """

    person_id: str
    email: str
    role: Role | None = None
    customers: frozenset[str] | None = None

    def may(self, permission: Permission) -> bool:
        return self.role is not None and permission in PERMISSIONS[self.role]


_BETWEEN = "\n"  # no key holds one: helpdesk.identifiers takes what can be printed only
# One statement, since it is asked for every event. Without a row, the aggregate is NULL: no limit.
_KNOWN = select(
    select(Agent.role).where(Agent.email == bindparam("email")).scalar_subquery(),
    select(func.aggregate_strings(col(AgentCustomer.organization_id), _BETWEEN))
    .where(AgentCustomer.email == bindparam("email"))
    .scalar_subquery(),
    select(Preference.language).where(Preference.person_id == bindparam("person")).scalar_subquery(),
)


class Access:
    """Roles by name (the store, the settings) or by membership of a desk space; asked anew for every event."""

    def __init__(
        self, store: Store, partner_admins: Sequence[str], desk_spaces: Sequence[str], memberships: Memberships
    ) -> None:
        self._store = store
        self.partner_admins = frozenset(email.lower() for email in partner_admins)
        self._desk_spaces = {id_key(space): space for space in desk_spaces}
        self._memberships = memberships

    async def recognise(self, person_id: str, email: str) -> tuple[Sender, str | None]:
        """Who this is, with the highest role that `email` holds now, and the language code they chose, if any.

        `email` may be empty, where Webex does not tell it: then there is no role.
        """
        key = email.lower()
        named, customers, chosen = await self._store.read(_known, key, person_id)
        if key in self.partner_admins:
            return Sender(person_id, email, Role.PARTNER_ADMINISTRATOR), chosen
        if named is not None:
            return Sender(person_id, email, Role(named), customers), chosen
        is_agent = bool(key) and await self._in_desk_space(key)
        return Sender(person_id, email, Role.AGENT if is_agent else None), chosen

    async def may_all_see(self, space_id: str, sender: Sender) -> bool:
        """Whether this is a desk space in which everyone may see whatever `sender` may. Raises WebexError."""
        if id_key(space_id) not in self._desk_spaces:
            return False
        members = await self._memberships.of(space_id)
        if members.has_others:
            return False
        limits = await self._store.read(_limits, members.addresses - self.partner_admins)
        return all(sender.customers is not None and sender.customers <= limit for limit in limits)

    async def language_of(self, email: str) -> str | None:
        """The language code that the account of this agent chose, if any."""
        return await self._store.read(_language_of, email.lower())

    def members_changed(self, space_id: str) -> None:
        self._memberships.forget(space_id)

    async def _in_desk_space(self, email: str) -> bool:
        for space in self._desk_spaces.values():
            if email in (await self._memberships.of(space)).addresses:
                return True
        return False


async def preferred_language(store: Store, person_id: str) -> str | None:
    return (await store.read(_known, "", person_id))[2]


async def administrators(store: Store, by_operator: frozenset[str]) -> frozenset[str]:
    """The addresses of all partner administrators: `by_operator` and those that are named."""
    return by_operator.union(await store.read(_administrators))


async def prefer_language(store: Store, person_id: str, code: str) -> None:
    await store.write(upsert, Preference, [{"person_id": person_id, "language": code}])


def _known(session: Session, email: str, person_id: str) -> tuple[str | None, frozenset[str] | None, str | None]:
    found = session.connection().execute(_KNOWN, {"email": email, "person": person_id})
    role, customers, language = found.one()
    return role, None if customers is None else frozenset(customers.split(_BETWEEN)), language


def _language_of(session: Session, email: str) -> str | None:
    query = select(Preference.language).join(AgentAccount, col(AgentAccount.person_id) == Preference.person_id)
    return session.exec(query.where(col(AgentAccount.email) == email)).first()


def _administrators(session: Session) -> Collection[str]:
    is_administrator = col(Agent.role) == Role.PARTNER_ADMINISTRATOR.value
    return session.exec(select(Agent.email).where(is_administrator, col(Agent.removed_at).is_(None))).all()


def _limits(session: Session, addresses: Collection[str]) -> Collection[frozenset[str]]:
    """The customers of each of these who is limited to some."""
    limits: dict[str, set[str]] = {}
    query = select(AgentCustomer.email, AgentCustomer.organization_id)
    for email, customer in session.exec(query.where(col(AgentCustomer.email).in_(addresses))):
        limits.setdefault(email, set()).add(customer)
    return {frozenset(each) for each in limits.values()}
