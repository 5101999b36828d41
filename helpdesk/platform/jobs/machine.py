"""DBOS, set up for the desk: what it is told at its start, and the desk's jobs as workflows of it.

It is imported where it is used: it takes a moment and some memory, which a start has no time for. Its calls
block; they are for threads.
"""

import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic

from sqlalchemy import Engine

from helpdesk.platform.jobs import Job, S
from helpdesk.platform.jobs.database import postgresql_engine
from helpdesk.platform.jobs.hushed import hush
from helpdesk.platform.jobs.run import Bridge, Run
from helpdesk.platform.store.private import keep_private, sqlite_file

# DBOS goes on with jobs of an equal version only. One for all releases: a job that changes gets a new name.
VERSION = "1"
QUEUE = "jobs"
# At once in one process. Most of them sleep; the others wait their turn in the database.
AT_ONCE = 100
# A job that takes its process down with it each time must not do so for ever.
MOST_RECOVERIES = 10

Workflow = Callable[..., Coroutine[Any, Any, None]]


class Machine(Generic[S]):
    """`name` marks the jobs that this process runs."""

    def __init__(self, url: str, name: str, jobs: Sequence[Job[S]], bridge: Bridge[S]) -> None:
        self.workflows: dict[str, Workflow] = {}
        self._url = url
        self._name = name
        self._jobs = jobs
        self._bridge = bridge
        self._runs: dict[Run[S], str] = {}
        self._database: Engine | None = None
        # A stop may come while it begins.
        self._one_at_a_time = threading.Lock()

    def running_here(self) -> list[str]:
        return list(self._runs.values())

    def launch(self) -> None:
        """Begin; what this process had to do in an earlier life goes on. Raises what the database's driver raises."""
        with self._one_at_a_time:
            self._launch()

    def end(self) -> None:
        """Jobs that run are dropped where they are; they stay marked as running, for whoever goes on with them."""
        from dbos import DBOS

        with self._one_at_a_time:
            DBOS.destroy(destroy_registry=True)
            if self._database is not None:
                self._database.dispose()

    def _launch(self) -> None:
        from dbos import DBOS, DBOSConfig
        from dbos._serialization import DBOSPortableJSON

        hush()
        if file := sqlite_file(self._url):
            keep_private(file)
        self._database = postgresql_engine(self._url)
        config: DBOSConfig = {
            "name": "helpdesk",
            "system_database_url": self._url,
            "system_database_engine": self._database,
            "application_version": VERSION,
            "executor_id": self._name,
            "log_level": "WARNING",
            # What a job was asked to do may be personal data, and stays out of exceptions.
            "db_engine_kwargs": {"hide_parameters": True},
            # Rows can then be read by people and by later releases, and run no code when read, unlike pickles.
            "serializer": DBOSPortableJSON,
        }
        DBOS(config=config)
        self.workflows = {job.name: self._workflow(job) for job in self._jobs}
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE)
        self._set_schedules()

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
                {"schedule_name": name, "workflow_fn": self.workflows[name], "schedule": cron, "queue_name": QUEUE}
                for name, cron in scheduled.items()
            ]
        )
