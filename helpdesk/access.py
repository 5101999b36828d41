"""Who may do what: roles, what each allows, and who holds one."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from helpdesk.store import Store, upsert
from helpdesk.store.tables import Agent, AgentCustomer, Preference

# Membership of a desk space is asked of Webex; this long an answer is good.
MEMBERSHIP_SECONDS = 60


class Permission(StrEnum):
    """What a command or a button asks of the person who uses it."""

    USE_DESK = "use the desk"
    LOOK_UP = "look up"
    VERIFY = "verify callers"
    ASK_CONSENT = "ask customers to let them look"
    OVERRIDE = "approve without a code"
    VIEW = "look at customers as a read-only administrator"
    READ_EMAIL = "see email status"
    UNSUPPRESS = "clear suppressions"
    CLEAR_COMPLAINT = "clear spam complaints"
    MAIL_CUSTOMER = "have Webex mail a whole customer"
    CLEAR_MANY = "clear many addresses at once"
    SET_POLICY = "set the policy"
    READ_AUDIT = "read what everybody did"


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
    Role.PARTNER_ADMINISTRATOR: _ADVANCED | {Permission.SET_POLICY, Permission.READ_AUDIT},
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

IsMember = Callable[[str, str], Awaitable[bool]]  # (space id, email) -> is a member of it


class Access:
    """Roles by name (the store, the settings) or by membership of a desk space; asked anew for every event."""

    def __init__(
        self, store: Store, partner_admins: Sequence[str], desk_spaces: Sequence[str], is_member: IsMember
    ) -> None:
        self._store = store
        self._partner_admins = frozenset(email.lower() for email in partner_admins)
        self._desk_spaces = tuple(desk_spaces)
        self._is_member = is_member
        self._memberships: dict[str, tuple[float, bool]] = {}

    async def recognise(self, person_id: str, email: str) -> tuple[Sender, str | None]:
        """Who this is, with the highest role that `email` holds now, and the language code they chose, if any.

        `email` may be empty, where Webex does not tell it: then there is no role.
        """
        key = email.lower()
        named, customers, chosen = await self._store.read(_known, key, person_id)
        if key in self._partner_admins:
            return Sender(person_id, email, Role.PARTNER_ADMINISTRATOR), chosen
        if named is not None:
            return Sender(person_id, email, Role(named), customers), chosen
        is_agent = bool(key) and await self._in_desk_space(key)
        return Sender(person_id, email, Role.AGENT if is_agent else None), chosen

    async def _in_desk_space(self, email: str) -> bool:
        now = time.monotonic()
        asked_at, was_member = self._memberships.get(email, (-MEMBERSHIP_SECONDS, False))
        if now - asked_at < MEMBERSHIP_SECONDS:
            return was_member
        is_member = False
        for space in self._desk_spaces:
            is_member = is_member or await self._is_member(space, email)
        self._memberships[email] = (now, is_member)
        return is_member


async def preferred_language(store: Store, person_id: str) -> str | None:
    return (await store.read(_known, "", person_id))[2]


async def prefer_language(store: Store, person_id: str, code: str) -> None:
    await store.write(upsert, Preference, [{"person_id": person_id, "language": code}])


def _known(session: Session, email: str, person_id: str) -> tuple[str | None, frozenset[str] | None, str | None]:
    found = session.connection().execute(_KNOWN, {"email": email, "person": person_id})
    role, customers, language = found.one()
    return role, None if customers is None else frozenset(customers.split(_BETWEEN)), language
