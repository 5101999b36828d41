"""SQLite is locked by another program, or its disk is full: people are told, and it works again afterwards."""

# ruff: noqa: ASYNC240 - a file is deleted in no time

import asyncio
import resource
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.drills.bots import Bots
from tests.drills.crowd import Crowd
from tests.processes import BotProcess

AWAY = "The desk cannot reach its database right now."


def file_of(crowd: Crowd) -> str:
    return crowd.chat.settings.database_url.get_secret_value().partition("///")[2]


@contextmanager
def locked(path: str) -> Iterator[None]:
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.rollback()
    other.close()


def may_write(process: BotProcess, size: int) -> None:
    """How large the files that it writes may become, as on a disk that is full."""
    resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def readiness(process: BotProcess) -> str:
    """What a probe hears of the database."""
    port = (await process.says("web_server_listening"))["inside_port"]
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        said = (await answer.json())["database"]
        assert answer.status == (200 if said == "ok" else 503)
        return str(said)


async def test_while_another_program_writes_everyone_waits_and_is_answered(crowd_on_sqlite: Crowd) -> None:
    crowd = crowd_on_sqlite
    await crowd.chat.start()
    await crowd.ask()
    await crowd.answers(10)
    with locked(file_of(crowd)):
        await crowd.ask()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await crowd.answers()
    await crowd.answers()
    await crowd.chat.stop()
    assert await crowd.problems() == []


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of another process is set")
async def test_on_a_full_disk_everyone_is_told_and_afterwards_answered(crowd_on_sqlite: Crowd, bots: Bots) -> None:
    crowd = crowd_on_sqlite
    process = await bots.by_websocket(crowd.chat.settings)
    await crowd.ask()
    await crowd.answers()
    may_write(process, 1)
    assert await readiness(process) != "ok"
    assert (await process.says("not_ready"))["check"] == "database"
    await crowd.ask()
    await crowd.answers()
    # Those that were told so were not done: no code went out for them.
    assert crowd.excuse(AWAY) > 0
    may_write(process, resource.RLIM_INFINITY)
    await crowd.ask()
    await crowd.answers()
    await bots.end_all()
    assert await crowd.problems() == []


async def test_on_a_deleted_database_everyone_is_told_and_nothing_is_done(crowd_on_sqlite: Crowd, bots: Bots) -> None:
    crowd = crowd_on_sqlite
    process = await bots.by_websocket(crowd.chat.settings)
    await crowd.ask()
    await crowd.answers()
    assert await readiness(process) == "ok"
    mailed = len(crowd.chat.mailbox.mails)
    Path(file_of(crowd)).unlink()
    await crowd.ask()
    await crowd.answers()
    assert crowd.excuse(AWAY) == 80, "each of them, and no code went out"
    assert len(crowd.chat.mailbox.mails) == mailed
    assert await readiness(process) == "its file was deleted or replaced"
    assert (await process.says("not_ready"))["reason"] == "its file was deleted or replaced"
    await process.says("database_file_gone")
    assert not Path(file_of(crowd)).exists()
