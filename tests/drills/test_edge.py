"""Strangers hold thousands of connections and send large and slow bodies: agents are answered as if nobody did.

A real process at a limit of 1 024 descriptors, in front of which is nothing. Attackers come from several addresses and,
for the most part, from the one that everybody else here comes from too.
"""

import asyncio
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from bot.registration import HOOK_PATH
from helpdesk.site import PREFIX
from playground.rooms import Account
from tests.chat import Chat
from tests.drills.bots import Bots
from tests.drills.crowd import Crowd
from tests.processes import BotProcess

DESCRIPTORS = 1024
SILENT, SLOW_FORMS, LARGE_BODIES = 2000, 300, 300
MEBIBYTE = 1024 * 1024
MOST_GROWTH = 60 * MEBIBYTE
# Beside "twice", for a machine that others use too.
SLACK_SECONDS = 0.3
ASKED = 40
SOURCES = [f"127.0.0.{n}" for n in range(2, 10)]
FORM = (
    f"POST {PREFIX}/view/open/{'x' * 43} HTTP/1.1\r\nHost: desk\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nkey="
).encode()
HOOK = (
    f"POST {HOOK_PATH} HTTP/1.1\r\nHost: desk\r\nX-Spark-Signature: {'0' * 40}\r\nContent-Length: {MEBIBYTE}\r\n\r\n"
).encode()
Attack = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def says_nothing(_: asyncio.StreamWriter) -> None:
    """Holds the connection."""


async def sends_slowly(writer: asyncio.StreamWriter) -> None:
    writer.write(FORM)
    while not writer.is_closing():
        await asyncio.sleep(1)
        writer.write(b"x")


async def sends_much(writer: asyncio.StreamWriter) -> None:
    """All but the last byte of a body, so that it is held for as long as possible."""
    writer.write(HOOK + b"x" * (MEBIBYTE - 1))
    await writer.drain()


class Strangers:
    """Each comes again when it is cut off, half a second later, until `stop`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._attacking: list[asyncio.Task[None]] = []
        self.came = 0

    def send(self, count: int, attack: Attack) -> None:
        for number in range(count):
            # Every third comes from where agents' events and probes come from.
            source = "127.0.0.1" if number % 3 == 0 else SOURCES[number % len(SOURCES)]
            self._attacking.append(asyncio.create_task(self._come(source, attack)))

    async def stop(self) -> None:
        for each in self._attacking:
            each.cancel()
        await asyncio.gather(*self._attacking, return_exceptions=True)

    async def _come(self, source: str, attack: Attack) -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
                self.came += 1
                try:
                    await attack(writer)
                    await reader.read()
                finally:
                    writer.transport.abort()
            await asyncio.sleep(0.5)


def memory(process: BotProcess) -> int:
    """Bytes of it that are in memory now."""
    with open(f"/proc/{process.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


async def asks(chat: Chat, who: Account) -> float:
    """Seconds until the answer; one that does not come fails."""
    began = time.monotonic()
    answer = await chat.says("whoami", who=who, to=chat.direct(who))
    assert answer.heading == f"You are {who.email}"
    return time.monotonic() - began


async def median(chat: Chat, agents: list[Account]) -> float:
    """Of answers, while two agents ask at a time; none of them may be lost."""
    seconds = []
    for number in range(ASKED // 2):
        pair = (agents[number % len(agents)], agents[(number + 1) % len(agents)])
        seconds += await asyncio.gather(*(asks(chat, who) for who in pair))
    return statistics.median(seconds)


@asynccontextmanager
async def probed(port: int) -> AsyncIterator[list[int]]:
    """The statuses that /healthz gave, asked on a new connection each time, as a load balancer does."""
    statuses: list[int] = []

    async def probe() -> None:
        while True:
            connector = aiohttp.TCPConnector(force_close=True)
            timeout = aiohttp.ClientTimeout(total=10)
            async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                        statuses.append(answer.status)
                except (aiohttp.ClientError, TimeoutError):
                    statuses.append(0)
            await asyncio.sleep(0.25)

    probing = asyncio.create_task(probe())
    yield statuses
    probing.cancel()
    await asyncio.gather(probing, return_exceptions=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of another process is set, and its memory read")
@pytest.mark.parametrize("transport", ["websocket", "webhook"])
async def test_strangers_take_nothing_from_agents(crowd_on_sqlite: Crowd, bots: Bots, transport: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))
    chat = crowd_on_sqlite.chat
    chat.open_to_browsers()
    try:
        start = bots.by_webhook if transport == "webhook" else bots.by_websocket
        process = await start(chat.settings)
    finally:
        # Ours alone: those that hold the connections need more.
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 8192), hard), hard))
    listening = await process.says("web server listens")
    assert listening["most_connections"] < DESCRIPTORS // 2
    quiet = await median(chat, crowd_on_sqlite.agents)
    before, strangers = memory(process), Strangers(listening["port"])
    try:
        async with probed(listening["port"]) as statuses:
            strangers.send(SILENT, says_nothing)
            strangers.send(SLOW_FORMS, sends_slowly)
            strangers.send(LARGE_BODIES, sends_much)
            await asyncio.sleep(2)
            attacked = await median(chat, crowd_on_sqlite.agents)
            grown = memory(process) - before
    finally:
        await strangers.stop()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert strangers.came >= SILENT + SLOW_FORMS + LARGE_BODIES
    assert len(statuses) > 3
    assert set(statuses) == {200}
    assert grown < MOST_GROWTH, grown / MEBIBYTE
    assert attacked <= 2 * quiet + SLACK_SECONDS, (attacked, quiet)
    print(transport, quiet, attacked, grown / MEBIBYTE, strangers.came, len(statuses))
    noise = [line for line in process.lines if "web_requests_refused" in line]
    assert 1 <= len(noise) <= 3
    assert not [line for line in process.lines if "127.0.0." in line and "web server" not in line]
