"""Whether who comes with an agent's address is that agent: the account it was first used with, of the partner's own.

Another one is refused, and partner administrators are told at once.
"""

import asyncio
from collections.abc import Collection

import structlog

from helpdesk.audit.keys import Keys
from helpdesk.people.accounts import Account, Bound, Means, Mismatch, bind
from helpdesk.people.members import Memberships
from helpdesk.people.notices import Notice, Urgency, notify, tell_soon
from helpdesk.people.organizations import Ask, Organizations
from helpdesk.people.partner import Partner
from helpdesk.platform.clock import Clock
from helpdesk.platform.jobs import NoJobs, Starter
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

# Refused accounts that this process remembers to have told of; of others the database does.
MOST_TOLD = 1_000


class Identity:
    def __init__(
        self,
        store: Store,
        spaces: Collection[str],
        memberships: Memberships,
        partner: Partner,
        organization_of: Ask,
        now: Clock,
        keys: Keys | None,
    ) -> None:
        # Set once there are jobs: they are made with the desk, and the desk with this.
        self.jobs: Starter = NoJobs()
        self._store = store
        self._spaces = spaces
        self._memberships = memberships
        self._partner = partner
        self._organizations = Organizations(organization_of)
        self._now = now
        self._keys = keys
        self._told: set[str] = set()
        self._telling: set[asyncio.Task[None]] = set()

    async def admits(
        self, person_id: str, email: str, bound: Bound | None, role: str, means: Means, *, is_here: bool
    ) -> bool:
        """Whether the account of this person is the one that the address is bound to; at first use, it is bound.

        `is_here`: they typed or pressed just now. Raises WebexError where an unknown account cannot be asked about.
        """
        account = Account(person_id, self._heard_organization(email, person_id))
        is_open = bound is None or bound.is_released
        if is_open and not is_here:
            # Who was released has to come again: what still goes on for them may be another's by now.
            return bound is None and not await self._partner.is_foreign(account.organization)
        if is_open and not account.organization:
            account = Account(person_id, await self._organizations.of(person_id))
        why = Mismatch.ORGANIZATION if await self._partner.is_foreign(account.organization) else None
        if is_open and not why:
            bound = await self._bind(email, account, role, means)
        why = why or (bound.mismatch(account) if bound else None)
        if why:
            await self._refuse(email, account.person_id, await self._reason(account, why))
        return why is None

    async def _bind(self, email: str, account: Account, role: str, means: Means) -> Bound:
        if self._keys is None:
            raise RuntimeError("made without the keys of the audit: nobody can be bound")
        return await self._store.write(bind, email, account, role, means, self._now(), self._keys)

    async def _reason(self, account: Account, why: Mismatch) -> Mismatch:
        """That it is of another organization says more than that it is another account."""
        try:
            organization = account.organization or await self._organizations.of(account.person_id)
        except WebexError:
            return why
        return Mismatch.ORGANIZATION if await self._partner.is_foreign(organization) else why

    def _heard_organization(self, email: str, person_id: str) -> str:
        """As far as it is at hand: of who is in a desk space, it came with the list of its members."""
        for space in self._spaces:
            members = self._memberships.known(space)
            account = members.accounts.get(email) if members else None
            if account and account.person_id == person_id and account.organization:
                return account.organization
        return self._organizations.heard(person_id)

    async def _refuse(self, email: str, person_id: str, why: Mismatch) -> None:
        """Have partner administrators told, once for each account."""
        log.warning("account_refused", why=why.value)
        key = f"second account {email} {person_id}"
        if key in self._told:
            return
        about = {"email": email, "why": why.value}
        is_new = await notify(self._store, Notice.SECOND_ACCOUNT, about, key=key, urgency=Urgency.NOW, now=self._now())
        if len(self._told) < MOST_TOLD:
            self._told.add(key)
        if is_new:
            # In the background: where no job can be started, that takes its time to show.
            task = asyncio.create_task(tell_soon(self.jobs, key))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
