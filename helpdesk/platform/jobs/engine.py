"""The jobs of a process: DBOS starts them, keeps what they did and goes on with those that were interrupted."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.heartbeats import Alive, Processes
from helpdesk.platform.jobs import Job, JobStatus, JobsUnavailable, S
from helpdesk.platform.jobs.database import jobs_database
from helpdesk.platform.jobs.hushed import hold_back
from helpdesk.platform.jobs.lost import Lost
from helpdesk.platform.jobs.machine import QUEUE, Machine
from helpdesk.platform.jobs.run import Bridge
from helpdesk.platform.jobs.threads import has_stuck_threads
from helpdesk.platform.threads import in_thread

log = structlog.get_logger()

ANSWER_SECONDS = 10
LOOK_SECONDS = 30
LONGEST_PAUSE = 60
# DBOS waits for its database as long as that takes: in threads of this name.
_THREAD = "jobs"

T = TypeVar("T")

_STATUS = {
    "DELAYED": JobStatus.WAITING,
    "ENQUEUED": JobStatus.WAITING,
    "PENDING": JobStatus.RUNNING,
    "SUCCESS": JobStatus.DONE,
}


class Jobs(Generic[S]):
    """One a process, since DBOS is. `services` is what steps get; `processes` are those who share the work."""

    def __init__(self, database_url: str, jobs: Sequence[Job[S]], services: S, processes: Processes) -> None:
        self._processes = processes
        self._bridge = Bridge(services, processes)
        self._machine = Machine(jobs_database(database_url), processes.name, jobs, self._bridge)
        self._lost = Lost(processes.name, self._machine.running_here)
        self._alive: Alive | None = None
        self._changed = asyncio.Event()
        self._is_running = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, off the loop; while the jobs' database is away, it is tried again and again."""
        self._work = asyncio.create_task(self._keep_going())

    async def stop(self, seconds: float) -> bool:
        """Let steps in work end, for `seconds`; what is not finished goes on in another process, or the next.

        False when threads of DBOS still wait for their database: these would hold up the end of the
        process, which then has to leave by `os._exit`.
        """
        if not self._work:
            return True
        self._work.cancel()
        await asyncio.wait([self._work])
        self._is_running.clear()
        hold_back()
        with suppress(TimeoutError):
            if not await in_thread(_THREAD, lambda: self._bridge.close(seconds), seconds + ANSWER_SECONDS):
                log.warning("job_steps_interrupted", after_seconds=seconds)
            await in_thread(_THREAD, self._machine.end, ANSWER_SECONDS)
        return not has_stuck_threads()

    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        """Start a job, once for each key: it is kept when this returns. `arguments` are JSON.

        A key is known for as long as finished jobs are. Raises JobsUnavailable.
        """
        from dbos import DBOS, SetWorkflowID

        def enqueue() -> None:
            with SetWorkflowID(_id(name, key)):
                DBOS.enqueue_workflow(QUEUE, self._machine.workflows[name], **arguments)

        await self._ask(enqueue)

    async def wake(self, name: str, key: str) -> None:
        """A job that waits (`Run.wait`) goes on at once; any other is left alone. Raises JobsUnavailable."""
        from dbos import DBOS
        from dbos._error import DBOSNonExistentWorkflowError

        with suppress(DBOSNonExistentWorkflowError):
            await self._ask(lambda: DBOS.send(_id(name, key), None))

    async def status(self, name: str, key: str) -> JobStatus | None:
        """How that job stands; nothing when it was never started, or is forgotten. Raises JobsUnavailable."""
        from dbos import DBOS

        found = await self._ask(lambda: DBOS.get_workflow_status(_id(name, key)))
        return _STATUS.get(found.status, JobStatus.FAILED) if found else None

    async def adopt(self, alive: Alive) -> None:
        """Go on, soon and until told otherwise, with what processes leave behind that are not among `alive`."""
        self._alive = alive
        self._changed.set()

    async def _ask(self, question: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._is_running.wait()
                return await in_thread(_THREAD, question)
        except (TimeoutError, SQLAlchemyError) as error:
            raise JobsUnavailable from error

    async def _keep_going(self) -> None:
        await self._begin()
        self._is_running.set()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._changed.wait()
            self._changed.clear()
            await self._recover()

    async def _recover(self) -> None:
        alive = self._alive
        if alive is None:
            return
        try:
            if count := await self._ask(lambda: self._lost.recover(alive)):
                log.info("jobs_taken_over", count=count)
        except JobsUnavailable:
            log.warning("lost_jobs_lookup_failed", again_in=LOOK_SECONDS, exc_info=True)

    async def _begin(self) -> None:
        pause = 1
        while True:
            try:
                # Whoever has a job must be known, or it would be taken for lost.
                await self._processes.confirm()
                # Without a time limit: DBOS, too, waits for its database, and must not be begun twice.
                await in_thread(_THREAD, self._machine.launch)
            except (Unavailable, SQLAlchemyError, OSError):
                log.warning("jobs_wait_for_database", again_in=pause, exc_info=True)
                await in_thread(_THREAD, self._machine.end)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return


def _id(name: str, key: str) -> str:
    return f"{name}:{key}"
