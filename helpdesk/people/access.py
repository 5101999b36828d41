"""Who may do what: roles, what each allows, and who holds one."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog
from sqlmodel import Session, col, select

from helpdesk.audit.keys import Keys
from helpdesk.people.accounts import Account, Means
from helpdesk.people.identity import Identity
from helpdesk.people.members import Memberships
from helpdesk.people.organizations import Ask, not_told
from helpdesk.people.partner import Partner
from helpdesk.people.space_changes import note_change
from helpdesk.people.standing import Known, Standing, read_known, read_reader, read_standing
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.store import Store, upsert
from helpdesk.platform.store.tables.people import Agent, Preference
from helpdesk.platform.text.address import canonical_address

log = structlog.get_logger()


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


# So often a space is looked at while people come and go; then it is taken for one with strangers.
_MOST_LOOKS = 4


class Access:
    """Roles by name (the store, the settings) or by membership of a desk space; asked anew for every event.

    Membership counts for the partner's own people alone, and whoever it is, for the account that the address was
    first used with (helpdesk.people.accounts). `organization_of` tells the key of a person's organization, by their
    key. `keys` are those of the audit, which first uses are written to: without them nobody new is let in.
    """

    def __init__(
        self,
        store: Store,
        partner_admins: Sequence[str],
        desk_spaces: Sequence[str],
        memberships: Memberships,
        partner: Partner | None = None,
        organization_of: Ask = not_told,
        now: Clock = utc_now,
        keys: Keys | None = None,
    ) -> None:
        self._store = store
        self.partner_admins = frozenset(map(canonical_address, partner_admins))
        self._desk_spaces = {id_key(space): space for space in desk_spaces}
        self._memberships = memberships
        self._partner = partner or Partner()
        spaces = self._desk_spaces.values()
        self.identity = Identity(store, spaces, memberships, self._partner, organization_of, now, keys)
        self._telling: set[asyncio.Task[None]] = set()

    async def recognise(self, person_id: str, email: str, *, is_here: bool = False) -> tuple[Sender, str | None]:
        """Who this is, with the highest role that this account holds now, and the language code they chose, if any.

        `is_here`: they typed or pressed just now, which binds the address to the account at first use; what goes on
        for somebody binds nothing. `email` may be empty, where Webex does not tell it: then there is no role.
        Without a `person_id`, the role is that of the address. Raises WebexError where who is in a desk space, or
        whose an unknown account is, cannot be found out.
        """
        key = canonical_address(email)
        known = await self._store.read(read_known, key, person_id)
        stranger = Sender(person_id, email), known.language
        means = await self._means(key, person_id, known)
        if means is None:
            return stranger
        role, customers = _role(means, known)
        admits = self.identity.admits
        if person_id and not await admits(person_id, key, known.bound, role.value, means, is_here=is_here):
            return stranger
        return Sender(person_id, email, role, customers), known.language

    async def may_all_see(self, space_id: str, sender: Sender) -> bool:
        """Whether this is a desk space in which everyone may see whatever `sender` may. Raises WebexError.

        Somebody of another organization, or who was removed, or another account than an agent's, may not.
        """
        if id_key(space_id) not in self._desk_spaces:
            return False
        for _ in range(_MOST_LOOKS):
            members = await self._memberships.of(space_id)
            if members.has_others:
                return False
            people = {email: members.accounts.get(email, Account("")) for email in members.addresses}
            standing = await self._store.read(read_standing, people, id_key(space_id))
            may_all = await self._may_all_read(sender, people, standing)
            # Somebody may have come while it was looked at, or another process was told that somebody did.
            is_new = self._memberships.told_by_all(space_id, standing.changes)
            if not is_new and self._memberships.is_newest(space_id, members):
                return may_all
        return False

    async def _may_all_read(self, sender: Sender, people: Mapping[str, Account], standing: Standing) -> bool:
        for email, account in people.items():
            if not await self._may_read(email, account, standing):
                return False
            limit = None if email in self.partner_admins else standing.limits.get(email)
            if limit is not None and (sender.customers is None or not sender.customers <= limit):
                return False
        return True

    async def is_member(self, email: str) -> bool:
        """Whether somebody with this address is in a desk space. Raises WebexError."""
        found = [await self._memberships.of(space) for space in self._desk_spaces.values()]
        return any(canonical_address(email) in members.addresses for members in found)

    async def reader(self, email: str) -> tuple[str, str | None]:
        """The person that an agent's address is bound to, empty for none, and the language code that they chose."""
        return await self._store.read(read_reader, canonical_address(email))

    def members_changed(self, space_id: str) -> None:
        """This process was told that somebody came into a space or went."""
        self._memberships.forget(space_id)

    def members_changed_for_all(self, space_id: str) -> None:
        """The same, where the other processes are not told of it by themselves."""
        self._memberships.forget(space_id)
        if id_key(space_id) in self._desk_spaces:
            task = asyncio.create_task(self._tell_all(id_key(space_id)))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    def members_untold(self, *, is_deaf: bool) -> None:
        """Nobody tells this process who comes and goes, or somebody does again."""
        if is_deaf:
            self._memberships.deaf()
        else:
            self._memberships.hearing()

    async def _tell_all(self, space: str) -> None:
        try:
            await self._store.write(note_change, space)
        except HelpdeskError as error:
            # They find out by themselves, within GOOD_SECONDS of helpdesk.people.members.
            log.warning("members_change_not_shared", error=type(error).__name__)

    async def _means(self, email: str, person_id: str, known: Known) -> Means | None:
        """What makes them an agent. Who was named or removed is no more by being in a space than that says."""
        if email in self.partner_admins:
            return Means.OPERATOR
        if known.role is not None:
            return None if known.is_removed else Means.NAMED
        if not email or known.is_held_elsewhere:
            return None
        return Means.MEMBERSHIP if await self._is_partners_member(email, person_id) else None

    async def _is_partners_member(self, email: str, person_id: str) -> bool:
        for space in self._desk_spaces.values():
            members = await self._memberships.of(space)
            if email not in members.addresses:
                continue
            account = members.accounts.get(email, Account(person_id))
            is_theirs = not person_id or account.person_id == person_id
            if is_theirs and await self._partner.has(account.organization, email):
                return True
        return False

    async def _may_read(self, email: str, account: Account, standing: Standing) -> bool:
        """Whether the account of a member of a desk space is that of an agent."""
        bound = standing.bound.get(email)
        if account.person_id and bound and not bound.is_released and bound.mismatch(account):
            return False
        if email in self.partner_admins or email in standing.named:
            return not await self._partner.is_foreign(account.organization)
        if email in standing.removed or account.person_id in standing.held_elsewhere:
            return False
        return await self._partner.has(account.organization, email)


def _role(means: Means, known: Known) -> tuple[Role, frozenset[str] | None]:
    """The role, and the customers that it is limited to."""
    if means is Means.OPERATOR:
        return Role.PARTNER_ADMINISTRATOR, None
    return (Role(known.role), known.customers) if known.role else (Role.AGENT, None)


async def administrators(store: Store, by_operator: frozenset[str]) -> frozenset[str]:
    """The addresses of all partner administrators: `by_operator` and those that are named."""
    return by_operator.union(await store.read(_administrators))


async def preferred_language(store: Store, person_id: str) -> str | None:
    return (await store.read(read_known, "", person_id)).language


async def prefer_language(store: Store, person_id: str, code: str) -> None:
    await store.write(upsert, Preference, [{"person_id": person_id, "language": code}])


def _administrators(session: Session) -> Collection[str]:
    is_administrator = col(Agent.role) == Role.PARTNER_ADMINISTRATOR.value
    return session.exec(select(Agent.email).where(is_administrator, col(Agent.removed_at).is_(None))).all()


class HasAccess(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def access(self) -> Access: ...
