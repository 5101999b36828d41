"""Who is measured: the bot over each transport, the stock bot, and the bare client; each a process of its own."""

import asyncio
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

import psutil

from benchmarks.databases import POSTGRESQL, SQLITE, WEBHOOK
from benchmarks.stage import Stage, environment
from playground.rooms import Account, Rooms, Space

CONNECT_SECONDS = 30
STOP_SECONDS = 25  # the bot takes up to 20 to finish what it has in work
SPACES = 10
WEBHOOKS = {"messages", "attachmentActions"}
WEBHOOK_POLL_SECONDS = 0.01
# Not "Help": the stock bot finds keywords anywhere in a text, and help is one of its own.
NICKNAME = "Desk"


class NotStarted(Exception):
    """A process did not connect; the text holds what it said."""


class Kind(Enum):
    OURS = "helpdesk"
    STOCK = "stock webex-bot"
    BARE = "bare client"  # says the same to everything


@dataclass(frozen=True)
class Client:
    """Who answers, and the desk spaces to ask in."""

    kind: Kind
    name: str
    account: Account
    spaces: tuple[Space, ...]
    process: psutil.Process
    start_seconds: float

    @property
    def is_ours(self) -> bool:
        return self.kind is Kind.OURS

    def forget(self, rooms: Rooms) -> None:
        """Drop what was said in its spaces, so that a long measurement needs no more memory than a short one."""
        for space in self.spaces:
            rooms.forget(space)


# Until a bot of that account hears of events. Raises TimeoutError.
Connected = Callable[[Account, float], Coroutine[None, None, None]]
Starting = Callable[[Stage], AbstractAsyncContextManager[Client]]


@asynccontextmanager
async def bot(stage: Stage, database: str) -> AsyncIterator[Client]:
    """`helpdesk run` over a websocket, connected."""
    settings = _settings(stage, database)
    name = f"helpdesk, {database}"
    async with _running(stage, Kind.OURS, name, ["bot", "run"], settings, stage.cloud.connected) as client:
        yield client


@asynccontextmanager
async def webhook_bot(stage: Stage, database: str) -> AsyncIterator[Client]:
    """`helpdesk run` over webhooks, registered."""
    port = _free_port()
    settings = _settings(stage, database) | {
        "HELPDESK_TRANSPORT": "webhook",
        "HELPDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
    }

    async def registered(account: Account, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not _registered(stage, account) >= WEBHOOKS:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(WEBHOOK_POLL_SECONDS)

    name = f"helpdesk, {database}"
    async with _running(stage, Kind.OURS, name, ["bot", "run"], settings, registered) as client:
        yield client


@asynccontextmanager
async def bare(stage: Stage, answer: str = '{"text": "-"}') -> AsyncIterator[Client]:
    """The bare client, connected; `answer` is the JSON body of what it says to everything."""
    module = ["benchmarks.bare", _file(stage, answer)]
    async with _running(stage, Kind.BARE, Kind.BARE.value, module, {}, stage.cloud.connected) as client:
        yield client


@asynccontextmanager
async def stock(stage: Stage, answer: str) -> AsyncIterator[Client]:
    """webex-bot as it comes, connected; `answer` is the JSON body that it fills with whom it finds."""
    module = ["benchmarks.stock", _file(stage, answer), stage.databases[SQLITE]]
    async with _running(stage, Kind.STOCK, Kind.STOCK.value, module, {}, stage.cloud.connected) as client:
        yield client


# The bot in every shape that is measured.
OURS: tuple[Starting, ...] = (
    partial(bot, database=SQLITE),
    partial(bot, database=POSTGRESQL),
    partial(webhook_bot, database=WEBHOOK),
)


@asynccontextmanager
async def _running(
    stage: Stage, kind: Kind, name: str, module: list[str], settings: dict[str, str], connected: Connected
) -> AsyncIterator[Client]:
    account = stage.cloud.add_bot(f"{name} {secrets.token_hex(4)}", NICKNAME)
    spaces = tuple(
        stage.cloud.add_space(f"{name} {number}", [*stage.agents[number::SPACES], account]) for number in range(SPACES)
    )
    settings = environment() | _webex(stage, account) | settings
    settings["HELPDESK_DESK_SPACES"] = ",".join(one.id for one in spaces)
    log = stage.folder / f"{account.uuid}.log"
    began = asyncio.get_running_loop().time()
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module), env=settings, stdout=said, stderr=said, start_new_session=True
        )
    try:
        if not await _is_up(process, connected(account, CONNECT_SECONDS)):
            raise NotStarted(f"{name} did not connect within {CONNECT_SECONDS} s.\n{_end(log)}")
        seconds = asyncio.get_running_loop().time() - began
        yield Client(kind, name, account, spaces, psutil.Process(process.pid), seconds)
    finally:
        await _stop(process)


async def _is_up(process: asyncio.subprocess.Process, connected: Coroutine[None, None, None]) -> bool:
    """Whether it connected, which it will not do once it ended."""
    connecting, ending = asyncio.create_task(connected), asyncio.create_task(process.wait())
    await asyncio.wait({connecting, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    is_up = connecting.done() and connecting.exception() is None
    connecting.cancel()
    return is_up


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _webex(stage: Stage, account: Account) -> dict[str, str]:
    return {
        "WEBEX_ACCESS_TOKEN": account.token,
        "HELPDESK_WEBEX_URL": stage.cloud.url,
        "HELPDESK_WEBEX_CATALOG_URL": stage.cloud.catalog_url,
    }


def _registered(stage: Stage, account: Account) -> set[str]:
    return {one.resource for one in stage.cloud.webhooks.all if one.owner is account}


def _settings(stage: Stage, database: str) -> dict[str, str]:
    return {
        "HELPDESK_DATABASE_URL": stage.databases[database],
        "HELPDESK_SMTP_URL": stage.mailbox.url,
        "HELPDESK_MAIL_FROM": "helpdesk@partner.example",
        "PORT": "0",
    }


def _file(stage: Stage, answer: str) -> str:
    path = stage.folder / "answer.json"
    path.write_text(answer, encoding="utf-8")
    return str(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
