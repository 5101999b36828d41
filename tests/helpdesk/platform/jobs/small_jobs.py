"""A desk that counts, and small jobs that have it do things, well and badly."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from helpdesk.platform.heartbeats import Processes
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.store import Store, StoreUnavailable


class Desk:
    """Counts what was done; `doing` is set while a step waits for `go`."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.doing = asyncio.Event()
        self.go = asyncio.Event()

    async def wait_for(self, what: str, times: int = 1) -> None:
        async with asyncio.timeout(15):
            while self.done[what] < times:
                self.go.clear()
                await self.go.wait()

    def note(self, what: str) -> None:
        self.done[what] += 1
        self.go.set()


async def greet(run: Run[Desk], whom: str) -> None:
    await run.step(note, f"hello {whom}")


async def note(desk: Desk, what: str) -> None:
    desk.note(what)


async def fail(run: Run[Desk], whom: str) -> None:
    await run.step(refuse, whom)


async def refuse(desk: Desk, whom: str) -> None:
    desk.note("refused")
    raise ValueError(f"no mail for {whom}")


async def need(run: Run[Desk]) -> None:
    await run.step(ask_what_is_away)


async def ask_what_is_away(desk: Desk) -> None:
    desk.note("asked")
    if desk.done["asked"] == 1:
        raise StoreUnavailable


async def two_steps(run: Run[Desk]) -> None:
    await run.step(slowly)
    await run.step(note, "second")


async def slowly(desk: Desk) -> None:
    desk.doing.set()
    await desk.go.wait()
    desk.note("first")


async def drop(run: Run[Desk]) -> None:
    await run.step(note, "once")
    if await run.step(is_dropped):
        await run.step(note, "never")


async def is_dropped(desk: Desk) -> bool:
    desk.note("tried")
    if desk.done["tried"] == 1:
        # As a job is whose database went away while it kept a result.
        raise asyncio.CancelledError
    return False


JOBS = [Job(work.__name__, work) for work in (greet, fail, need, two_steps, drop)]


@asynccontextmanager
async def running(
    url: str, desk: Desk, these: Sequence[Job[Desk]] = JOBS, database: str = ""
) -> AsyncIterator[Jobs[Desk]]:
    store = Store(url)
    jobs = Jobs(database or url, these, desk, Processes(store, "one", "websocket"))
    await jobs.start()
    try:
        yield jobs
    finally:
        assert await jobs.stop(5)
        await store.close()
