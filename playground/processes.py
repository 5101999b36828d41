"""The bot as a process of its own: started, watched, stopped."""

import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

LAST_LINES = 20
STOP_SECONDS = 5


class BotFailed(Exception):
    """The bot did not do what it was started for; the text holds what it said last."""


class Bot:
    """A running `helpdesk run`; `last_lines` is the end of what it wrote."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._process = process
        self._reading = asyncio.create_task(self._read())

    async def ended(self) -> None:
        """Returns never: raises BotFailed when the process ends by itself."""
        status = await self._process.wait()
        await self._reading
        raise BotFailed(f"The bot ended with status {status}.\n" + "\n".join(self.last_lines))

    async def stop(self) -> None:
        """Ask it to stop; kill it after STOP_SECONDS."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()

    async def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None  # noqa: S101 - asked for below
        # Read to its end: a full pipe would stop the bot.
        while chunk := await stream.readline():
            self.last_lines.append(chunk.decode(errors="replace").rstrip())


@asynccontextmanager
async def running(command: list[str], environment: Mapping[str, str]) -> AsyncIterator[Bot]:
    """The bot, from its start until the block is left."""
    bot = Bot(await _start(command, environment))
    try:
        yield bot
    finally:
        await bot.stop()


async def run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run one command of the bot to its end. Raises BotFailed when it fails."""
    process = await _start(command, environment)
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        lines = said.decode(errors="replace").splitlines()[-LAST_LINES:]
        raise BotFailed(f"`{' '.join(command)}` failed with status {process.returncode}.\n" + "\n".join(lines))


async def _start(command: list[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    # A session of its own: Ctrl-C in the terminal reaches this program only, which then stops the bot.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground.leash",
        *command,
        env=dict(environment),
        # Held open for as long as this program lives (playground.leash).
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1 << 20,
        start_new_session=True,
    )
