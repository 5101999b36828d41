"""The jobs of a process: DBOS starts them, keeps what they did and goes on with those that were interrupted."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.errors import Unavailable
from helpdesk.jobs import Job, JobStatus, JobsUnavailable, S
from helpdesk.jobs.database import jobs_database, postgresql_engine
from helpdesk.jobs.hushed import hold_back, hush
from helpdesk.jobs.lost import Lost
from helpdesk.jobs.run import Bridge, Run
from helpdesk.jobs.threads import has_stuck_threads, in_thread
from helpdesk.processes import Alive, Processes

log = structlog.get_logger()

# DBOS goes on with jobs of an equal version only. One for all releases: a job that changes gets a new name.
VERSION = "1"
QUEUE = "jobs"
# At once in one process. Most of them sleep; the others wait their turn in the database.
AT_ONCE = 100
# A job that takes its process down with it each time must not do so for ever.
MOST_RECOVERIES = 10
ANSWER_SECONDS = 10
LOOK_SECONDS = 30
LONGEST_PAUSE = 60

T = TypeVar("T")
Workflow = Callable[..., Coroutine[Any, Any, None]]

_STATUS = {
    "DELAYED": JobStatus.WAITING,
    "ENQUEUED": JobStatus.WAITING,
    "PENDING": JobStatus.RUNNING,
    "SUCCESS": JobStatus.DONE,
}


class Jobs(Generic[S]):
    """`services` is what steps get; `processes` tells whose jobs are to be taken over."""

    def __init__(self, database_url: str, jobs: Sequence[Job[S]], services: S, processes: Processes) -> None:
        self._url = jobs_database(database_url)
        self._jobs = jobs
        self._processes = processes
        self._bridge = Bridge(services, processes)
        self._workflows: dict[str, Workflow] = {}
        self._runs: dict[Run[S], str] = {}
        self._lost = Lost(processes.name, QUEUE, lambda: list(self._runs.values()))
        self._alive: Alive | None = None
        self._changed = asyncio.Event()
        self._is_running = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._database: Engine | None = None

    async def start(self) -> None:
        """Begin, off the loop; while the jobs' database is away, it is tried again and again."""
        self._work = asyncio.create_task(self._keep_going())

    async def stop(self, seconds: float) -> bool:
        """Let steps in work end, for `seconds`; what is not finished goes on in another process, or the next.

        False when threads of DBOS still wait for their database: these would hold up the end of the
        process, which then has to leave by `os._exit`.
        """
        if self._work:
            self._work.cancel()
            await asyncio.wait([self._work])
        if not self._is_running.is_set():
            return True
        self._is_running.clear()
        try:
            if not await in_thread(lambda: self._bridge.close(seconds), seconds + ANSWER_SECONDS):
                log.warning("steps of jobs are interrupted", after_seconds=seconds)
            await in_thread(self._end, ANSWER_SECONDS)
        except TimeoutError:
            pass
        return not has_stuck_threads()

    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        """Start a job, once for each key: it is kept when this returns. `arguments` are JSON.

        A key is known for as long as finished jobs are. Raises JobsUnavailable.
        """
        from dbos import DBOS, SetWorkflowID

        def enqueue() -> None:
            with SetWorkflowID(_id(name, key)):
                DBOS.enqueue_workflow(QUEUE, self._workflows[name], **arguments)

        await self._ask(enqueue)

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
                return await in_thread(question, None)
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
                log.info("jobs taken over", count=count)
        except JobsUnavailable:
            log.warning("cannot look for lost jobs", again_in=LOOK_SECONDS, exc_info=True)

    async def _begin(self) -> None:
        pause = 1
        while True:
            try:
                # Whoever has a job must be known, or it would be taken for lost.
                await self._processes.confirm()
                # Without a time limit: DBOS, too, waits for its database, and must not be begun twice.
                await in_thread(self._launch, None)
            except (Unavailable, SQLAlchemyError, OSError):
                log.warning("jobs wait for their database", again_in=pause, exc_info=True)
                await in_thread(self._end, None)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    def _launch(self) -> None:
        from dbos import DBOS, DBOSConfig
        from dbos._serialization import DBOSPortableJSON

        hush()
        self._database = postgresql_engine(self._url)
        config: DBOSConfig = {
            "name": "helpdesk",
            "system_database_url": self._url,
            "system_database_engine": self._database,
            "application_version": VERSION,
            "executor_id": self._processes.name,
            "log_level": "WARNING",
            # What a job was asked to do may be personal data, and stays out of exceptions.
            "db_engine_kwargs": {"hide_parameters": True},
            # Rows can then be read by people and by later releases, and run no code when read, unlike pickles.
            "serializer": DBOSPortableJSON,
        }
        DBOS(config=config)
        self._workflows = {job.name: self._workflow(job) for job in self._jobs}
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE)
        self._set_schedules()

    def _end(self) -> None:
        from dbos import DBOS

        hold_back()
        DBOS.destroy(destroy_registry=True)
        if self._database is not None:
            self._database.dispose()

    def _workflow(self, job: Job[S]) -> Workflow:
        from dbos import DBOS

        # A schedule hands over its time and context, which no job asks for.
        async def work(*_: Any, **arguments: Any) -> None:
            run = Run(self._bridge)
            self._runs[run] = DBOS.workflow_id or ""
            try:
                await job.work(run, **arguments)
            finally:
                del self._runs[run]

        registered: Workflow = DBOS.workflow(name=job.name, max_recovery_attempts=MOST_RECOVERIES)(work)
        return registered

    def _set_schedules(self) -> None:
        from dbos import DBOS

        scheduled = {job.name: job.schedule for job in self._jobs if job.schedule}
        for old in {each["schedule_name"] for each in DBOS.list_schedules()} - scheduled.keys():
            DBOS.delete_schedule(old)
        DBOS.apply_schedules(
            [
                {"schedule_name": name, "workflow_fn": self._workflows[name], "schedule": cron, "queue_name": QUEUE}
                for name, cron in scheduled.items()
            ]
        )


def _id(name: str, key: str) -> str:
    return f"{name}:{key}"
