"""Strangers hold thousands of connections and send large and slow bodies: agents are answered as if nobody did.

A real process at a limit of 1 024 descriptors, in front of which is nothing. Attackers come from several addresses and,
for the most part, from the one that everybody else here comes from too.
"""

import asyncio
import os
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest

from playground.rooms import Account
from tests.chat import Chat
from tests.drills.bots import Bots
from tests.drills.crowd import Crowd
from tests.processes import ROOT, BotProcess

DESCRIPTORS = 1024
SILENT, SLOW_FORMS, LARGE_BODIES = 2000, 300, 300
MEBIBYTE = 1024 * 1024
MOST_GROWTH = 60 * MEBIBYTE
# Beside "twice", for a machine that others use too.
SLACK_SECONDS = 0.3
ASKED = 40


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


@dataclass
class Attack:
    came: int = 0


@asynccontextmanager
async def strangers(port: int) -> AsyncIterator[Attack]:
    """They are there; `came` is how often one of them came, once they have gone."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.drills.strangers",
        *map(str, (port, SILENT, SLOW_FORMS, LARGE_BODIES)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    attack = Attack()
    stdout = process.stdout
    assert stdout
    try:
        assert await asyncio.wait_for(stdout.readline(), 120) == b"there\n"
        yield attack
        said, _ = await asyncio.wait_for(process.communicate(b""), 30)
        attack.came = int(said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


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
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    listening = await process.says("web_server_listening")
    assert listening["most_connections"] < DESCRIPTORS // 2
    quiet = await median(chat, crowd_on_sqlite.agents)
    before = memory(process)
    async with strangers(listening["port"]) as attack, probed(listening["port"]) as statuses:
        attacked = await median(chat, crowd_on_sqlite.agents)
        await asyncio.sleep(2)
        grown = memory(process) - before
    # Compared with both: a machine that others use is not equally fast all the time.
    quiet = max(quiet, await median(chat, crowd_on_sqlite.agents))
    assert attack.came >= SILENT + SLOW_FORMS + LARGE_BODIES
    assert len(statuses) > 3
    assert set(statuses) == {200}
    assert grown < MOST_GROWTH, grown / MEBIBYTE
    assert attacked <= 2 * quiet + SLACK_SECONDS, (attacked, quiet)
    noise = [line for line in process.lines if "web_requests_refused" in line]
    assert 1 <= len(noise) <= 10
    assert not [line for line in process.lines if "127.0.0." in line and "web server" not in line]
