"""What goes on beside answering: saying that this process lives, taking over from dead ones, and the jobs."""

import asyncio
from contextlib import suppress

import structlog

from bot.jobs.services import Services
from bot.transports.transport import WayIn
from helpdesk.platform.heartbeats import Alive, Processes
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.platform.store import StoreUnavailable
from helpdesk.sync.whole import Sync

log = structlog.get_logger()

# Jobs are in no hurry, and their engine takes a moment of the processor: first come those who wait for an answer.
JOBS_AFTER_SECONDS = 3
JOBS_STOP_SECONDS = 5


class LongWork:
    def __init__(self, jobs: Jobs[Services], processes: Processes, sync: Sync | None, way_in: WayIn) -> None:
        self._way_in = way_in
        self._sync = sync
        self._processes = processes
        self._jobs = jobs

    async def join(self) -> None:
        """Be known to live: what an unknown process has at Webex is taken for a dead one's. Raises StoreUnavailable."""
        await self._processes.beat()

    async def keep_going(self) -> None:
        """Runs until cancelled; a database that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._processes.keep_going(self._adopt))
            group.create_task(self._start_jobs())

    async def stop(self) -> bool:
        """False when threads are left that would keep the process from ending."""
        is_clean = await self._jobs.stop(JOBS_STOP_SECONDS)
        if self._sync:
            await self._sync.stop()
        with suppress(StoreUnavailable):  # others will find out by themselves
            await self._processes.leave()
        return is_clean

    async def _start_jobs(self) -> None:
        await asyncio.sleep(JOBS_AFTER_SECONDS)
        await self._jobs.start()

    async def _adopt(self, alive: Alive) -> None:
        # First what asks nobody: Webex or the database may be away, and jobs are to be taken over all the same.
        await self._jobs.adopt(alive)
        await self._way_in.forget_dead(alive)
