"""A job whose process is killed goes on where it was, in the next process or in another; a tick runs once."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.helpdesk.platform.jobs.worker import HELD, STEPS

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[4]
# What was in work when the process was killed is done again; nothing else is.
ONCE_BUT_THE_INTERRUPTED = Counter(
    {f"step {number}": 2 if number == HELD else 1 for number in range(STEPS)},
)

Start = Callable[..., Awaitable["Worker"]]


class Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, *words: str) -> None:
        """Wait until it has said all of these, in any order."""
        missing = set(words)
        async with asyncio.timeout(30):
            while missing:
                line = await self._process.stdout.readline()
                assert line, "the process ended"
                missing.discard(line.decode().strip())

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def end(self) -> int:
        self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), 20)


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    async with databases.fresh("empty") as url:
        yield url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "effects"


@pytest.fixture
async def start(url: str, file: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as ended:

        async def start(name: str, job: str, *flags: str) -> Worker:
            return await ended.enter_async_context(_process(url, name, str(file), job, *flags))

        yield start


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[Worker]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.helpdesk.platform.jobs.worker",
        *arguments,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    worker = Worker(process)
    try:
        yield worker
    finally:
        if process.returncode is None:
            await worker.kill()


async def either(*awaited: Coroutine[Any, Any, None]) -> None:
    done, others = await asyncio.wait(map(asyncio.create_task, awaited), return_when=asyncio.FIRST_COMPLETED)
    for each in others:
        each.cancel()
    for each in done:
        each.result()


def effects(file: Path) -> Counter[str]:
    return Counter(file.read_text().split("\n")[:-1])


async def test_a_killed_process_started_again_goes_on_where_it_was(start: Start, file: Path) -> None:
    killed = await start("-", "five steps", "hold")
    await killed.says("holding")
    await killed.kill()
    again = await start("-", "five steps")
    await again.says("done")
    assert effects(file) == ONCE_BUT_THE_INTERRUPTED


async def test_another_process_takes_over_what_a_killed_one_had(start: Start, file: Path) -> None:
    killed = await start("one", "five steps", "hold")
    await killed.says("holding")
    other = await start("two", "five steps")
    await other.says("ready")
    await killed.kill()
    await other.says("done")
    assert effects(file) == ONCE_BUT_THE_INTERRUPTED


async def test_of_several_processes_one_runs_a_tick(start: Start, file: Path) -> None:
    both = [await start(name, "each second") for name in ("one", "two")]
    for worker in both:
        await worker.says("ready")
    for _ in range(3):
        await either(*(worker.says("ran") for worker in both))
    assert [await worker.end() for worker in both] == [0, 0]
    assert set(effects(file).values()) == {1}
