"""All customers at once: several side by side, at one rate, going on where an earlier run was interrupted."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from helpdesk.directory.parts import ORGANIZATIONS, ROLES
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store, StoreUnavailable, upsert
from helpdesk.platform.store.tables.directory import WebexRole
from helpdesk.platform.store.tables.sync import SyncedOrganization
from helpdesk.platform.webex.client import WebexClient, WebexError, WebexForbidden, WebexUnauthorized
from helpdesk.platform.webex.patience import LONGEST_WAIT_SECONDS, waits_at_most
from helpdesk.sync import AdminTokenRefused, SyncOutcome, SyncRunning, rows
from helpdesk.sync.admin import AdminApi
from helpdesk.sync.customer import Customer, failure
from helpdesk.sync.gentle import GentleStore
from helpdesk.sync.ledger import Ledger
from helpdesk.sync.removal import remove_customers
from helpdesk.sync.rows import Context, Prepared
from helpdesk.sync.statements import ORGANIZATION
from helpdesk.sync.writing import country_of, roles_there, touch, write_changed

log = structlog.get_logger()

AT_ONCE = 4
BEAT_SECONDS = 3.0
# Without a beat for so long, whoever was at it is gone.
PATIENCE_SECONDS = 15.0

Tell = Callable[[SyncOutcome, int, int], None]


class Sync:
    """`holder` names this process; `every` is how often a sync is due, never when it is nothing."""

    def __init__(
        self,
        store: Store,
        client: WebexClient,
        holder: str,
        every: timedelta = timedelta(0),
        now: Clock = utc_now,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._store = GentleStore(store)
        self._api = AdminApi(client)
        self._ledger = Ledger(store, holder, now)
        self._every = every
        self._now = now
        self._patience = patience_seconds
        self._work: asyncio.Task[list[SyncedOrganization]] | None = None

    async def run(self, tell: Tell = lambda *_: None) -> list[SyncedOrganization]:
        """What became of every organization of this run; `tell` hears of each, how many are done, and of how many.

        Raises SyncRunning, AdminTokenRefused, StoreUnavailable, and WebexError where the customers cannot be listed.
        """
        run_id = await self._claim()
        # Begun by a step of a job, it goes on beside it, and is in no hurry.
        with waits_at_most(LONGEST_WAIT_SECONDS):
            work = asyncio.create_task(self._all(run_id, tell))
        beats = asyncio.create_task(self._beat(run_id))
        try:
            await asyncio.wait({work, beats}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise SyncRunning  # another took it over
            await work
            await self._ledger.finish(run_id)
            return await self._ledger.outcomes(run_id)
        except WebexUnauthorized:
            raise AdminTokenRefused from None
        finally:
            await _cancel(work, beats)
            with suppress(StoreUnavailable):
                await self._ledger.release()

    async def is_due(self) -> bool:
        """Whether one was interrupted, or the last one began long enough ago."""
        if not self._every:
            return False
        last = await self._ledger.last()
        return last is None or last.finished_at is None or self._now() - last.started_at >= self._every

    async def advance(self, seconds: float) -> bool:
        """Be at it for `seconds` more; says whether it has ended. For jobs, whose steps are short."""
        if self._work is None:
            self._work = asyncio.create_task(self.run())
        await asyncio.wait({self._work}, timeout=seconds)
        if not self._work.done():
            return False
        work, self._work = self._work, None
        try:
            _log(await work)
        except SyncRunning:
            log.info("sync_already_running")
        return True

    async def stop(self) -> None:
        """Leave the rest to whoever goes on."""
        if self._work is not None:
            await _cancel(self._work)
            # Cut off while it claimed the run, it does not know that it has it.
            with suppress(StoreUnavailable):
                await self._ledger.release()

    async def _claim(self) -> int:
        claim = await self._ledger.claim()
        if not claim.is_ours:
            await asyncio.sleep(self._patience)
            if not await self._ledger.take_over(claim):
                raise SyncRunning
        return claim.run_id

    async def _beat(self, run_id: int) -> None:
        """Ends when another has taken the run over."""
        is_ours = True
        while is_ours:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(StoreUnavailable):
                is_ours = await self._ledger.beat(run_id)

    async def _all(self, run_id: int, tell: Tell) -> None:
        found = [each for each in map(rows.organization, await self._organizations()) if each]
        if not found:
            raise NoCustomers
        roles = await self._roles(run_id)
        done = await self._ledger.done(run_id)
        left = iter([each for each in found if each.row["id"] not in done])
        count = len(done)

        async def work_through(organizations: Iterator[Prepared]) -> None:
            nonlocal count
            for organization in organizations:
                outcome = await self._one(organization, roles)
                await self._ledger.note(run_id, outcome)
                count += 1
                tell(outcome, count, len(found))

        workers = [asyncio.create_task(work_through(left)) for _ in range(AT_ONCE)]
        try:
            await asyncio.gather(*workers)
        finally:
            await _cancel(*workers)
        await remove_customers(self._store, {each.row["id"] for each in found})

    async def _one(self, organization: Prepared, roles: set[str]) -> SyncOutcome:
        key = organization.row["id"]
        await write_changed(self._store, ORGANIZATION, [organization], self._now())
        country = await self._store.read(country_of, key)
        context = Context(organization.row["webex_id"], key, roles=roles, country=country)
        outcome = await Customer(self._store, self._api, context, organization.row["display_name"], self._now).sync()
        if outcome.is_in_order:
            await self._store.write(touch, ORGANIZATION, key, {"synced_at": self._now()})
        return outcome

    async def _organizations(self) -> list[Any]:
        try:
            return await self._api.organizations()
        except WebexForbidden:
            raise NoCustomers from None

    async def _roles(self, run_id: int) -> set[str]:
        """The keys of the roles there are, which are the same for all. Without them, those known before will do."""
        try:
            found = [each for each in map(rows.role, await self._api.roles()) if each]
        except WebexUnauthorized:
            raise
        except WebexError as error:
            await self._ledger.note(run_id, SyncOutcome("", "every customer", failures=[failure(error, ROLES)]))
        else:
            await self._store.write(lambda session: upsert(session, WebexRole, found))
        return await self._store.read(roles_there)


class NoCustomers(HelpdeskError):
    """None is listed, or none may be. An empty list is taken for a lost right, not for a partner who lost all."""

    def __init__(self) -> None:
        super().__init__(
            Text("Webex lists no organization for this token."),
            Text("It must be of an administrator of the partner, with the scope {scope}.", scope=ORGANIZATIONS.scope),
        )


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _log(outcomes: list[SyncedOrganization]) -> None:
    incomplete = [each for each in outcomes if each.failures]
    for each in incomplete:
        log.warning("customer_sync_incomplete", organization=each.organization_id, failures=each.failures)
    log.info(
        "sync_ended",
        organizations=len(outcomes),
        written=sum(each.written for each in outcomes),
        removed=sum(each.removed for each in outcomes),
        failed=sum(not each.is_in_order for each in outcomes),
    )
