"""What a job's function may do, and the bridge from the loop it runs on to ours.

DBOS runs jobs on a loop and threads of its own, so that nothing of it can hold up the message path. Steps
are done on our loop: the pools of the store and of Webex's client belong to it.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.heartbeats import Processes
from helpdesk.platform.jobs import S
from helpdesk.platform.webex.patience import waits_at_most

# What takes longer is more than one step.
STEP_SECONDS = 30
# What Webex asks to be waited for longer, the job waits for between two tries of a step.
STEP_WAIT_SECONDS = 10
# When something a step needs is away: after 1, 2, 4 ... seconds again, over an hour in all.
ATTEMPTS = 12
FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

P = ParamSpec("P")
T = TypeVar("T")


class Bridge(Generic[S]):
    """Steps go over it to our loop, one by one, until it is closed."""

    def __init__(self, services: S, processes: Processes) -> None:
        self._services = services
        self._processes = processes
        self._loop = asyncio.get_running_loop()
        self._in_work = 0
        self._change = threading.Condition()
        self._is_closed = False

    @property
    def life(self) -> int:
        return self._processes.life

    async def do(self, life: int, act: Callable[[S], Coroutine[Any, Any, T]]) -> T:
        """The result of `act`, done on our loop. Called from the loop of the jobs."""
        future = asyncio.run_coroutine_threadsafe(self._do(life, act), self._loop)
        async with asyncio.timeout(STEP_SECONDS):
            return await asyncio.wrap_future(future)

    @contextmanager
    def step_in_work(self) -> Iterator[None]:
        with self._change:
            if self._is_closed:
                # Cancelled, not failed: the job stays as it is, for who takes it over.
                raise asyncio.CancelledError
            self._in_work += 1
        try:
            yield
        finally:
            with self._change:
                self._in_work -= 1
                self._change.notify_all()

    def close(self, seconds: float) -> bool:
        """Let no further step begin; wait for those in work. Says whether they are done."""
        with self._change:
            self._is_closed = True
            return self._change.wait_for(lambda: not self._in_work, seconds)

    async def _do(self, life: int, act: Callable[[S], Coroutine[Any, Any, T]]) -> T:
        # We may have stood still for so long that others hold us for dead, and have the job.
        if await self._processes.confirm() != life:
            raise asyncio.CancelledError
        with waits_at_most(STEP_WAIT_SECONDS):
            return await act(self._services)


class Run(Generic[S]):
    """One run of a job, in one process. What it does is done once it is kept; a later run is told the result."""

    def __init__(self, bridge: Bridge[S]) -> None:
        self._bridge = bridge
        self._life = bridge.life

    async def step(
        self, act: Callable[Concatenate[S, P], Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`await act(services, ...)`; arguments and result are JSON. Tried again while something it needs is away.

        A step whose failure the job must tell apart says so by its result: replayed, an exception has
        lost its class.
        """
        return await self._record(act.__name__, lambda services: act(services, *args, **kwargs))

    async def sleep(self, seconds: float) -> None:
        """Until `seconds` after this was first reached, however often the job is interrupted."""
        from dbos import DBOS

        await DBOS.sleep_async(seconds)

    async def wait(self, seconds: float) -> None:
        """Until somebody wakes this job (`Starter.wake`), but no longer than `sleep` would take."""
        from dbos import DBOS

        await DBOS.recv_async(timeout_seconds=seconds)

    async def forget_finished(self, older_than: timedelta, at_most: int) -> int:
        """Forget jobs that ended that long ago, their arguments and results; says how many they were."""
        from dbos import DBOS

        with self._bridge.step_in_work():
            return await DBOS.run_step_async({"name": "forget_finished"}, _forget_finished, older_than, at_most)

    async def _record(self, name: str, act: Callable[[S], Coroutine[Any, Any, T]]) -> T:
        from dbos import DBOS

        # DBOS looks at the function, not at what it returns, to learn whether it is to be awaited.
        async def do() -> T:
            try:
                return await self._bridge.do(self._life, act)
            except Unavailable as error:
                await asyncio.sleep(getattr(error, "retry_after", None) or 0.0)
                raise

        with self._bridge.step_in_work():
            return await DBOS.run_step_async(
                {"name": name, "retries_allowed": True, "max_attempts": ATTEMPTS, "should_retry": _may_pass}, do
            )


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Unavailable | TimeoutError)


def _forget_finished(older_than: timedelta, at_most: int) -> int:
    from dbos import DBOS

    before = datetime.now(UTC) - older_than
    find = partial(DBOS.list_workflows, status=FINISHED, completed_before=before.isoformat(), limit=at_most)
    found = [each.workflow_id for each in find(load_input=False, load_output=False)]
    if found:
        DBOS.delete_workflows(found)
    return len(found)
