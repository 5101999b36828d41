"""Long work that outlives the process which began it: what a job is, and how one stands.

A job is a plain async function of a `Run` and JSON arguments, in a file of its own, listed in
`bot.jobs.JOBS`. It may be killed anywhere and goes on elsewhere: it is run again from its beginning,
with the results of the steps that were done. So, between steps, it does nothing but decide:

    async def welcome(run: Run[Helpdesk], address: str) -> None:
        sent = await run.step(send_welcome, address)         # async def send_welcome(desk: Helpdesk, address: str)
        await run.sleep(60)
        ...

    JOB = Job("welcome", welcome)

A step may be done twice, when the process dies before its result is kept: it must bear that. A job
whose steps change gets a new name, so that one begun by the last release is not continued by this one's.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Protocol, TypeVar

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.language import Text

if TYPE_CHECKING:
    from helpdesk.platform.jobs.run import Run

S = TypeVar("S")


class JobsUnavailable(Unavailable):
    """The jobs' database cannot be reached."""

    def __init__(self) -> None:
        super().__init__(
            Text("The desk cannot start long work right now."),
            Text("Nothing was started. Try again in a minute; tell your operator if it stays like this."),
        )


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Starter(Protocol):
    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        """Start a job, once for each key: it is kept when this returns. `arguments` are JSON.

        A key is known for as long as finished jobs are. Raises JobsUnavailable.
        """

    async def wake(self, name: str, key: str) -> None:
        """A job that waits (`Run.wait`) goes on at once; any other is left alone. Raises JobsUnavailable."""

    async def status(self, name: str, key: str) -> JobStatus | None:
        """How that job stands; nothing when it was never started, or is forgotten. Raises JobsUnavailable."""


class NoJobs:
    """Stands where nothing runs jobs, such as on the command line."""

    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        raise JobsUnavailable

    async def wake(self, name: str, key: str) -> None:
        raise JobsUnavailable

    async def status(self, name: str, key: str) -> JobStatus | None:
        raise JobsUnavailable


@dataclass(frozen=True, slots=True)
class Job(Generic[S]):
    """`schedule` is a cron expression, in UTC: each time it comes, the job runs once, whoever lives."""

    name: str
    work: "Callable[Concatenate[Run[S], ...], Coroutine[Any, Any, None]]"
    schedule: str | None = None


class HasJobs(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def jobs(self) -> Starter: ...
