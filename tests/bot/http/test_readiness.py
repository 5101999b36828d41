"""Checks are asked once for many who want to know, and none of them can hold up or leak anything."""

# ruff: noqa: ASYNC240 - a file is deleted in no time

import asyncio
from pathlib import Path

import pytest
import structlog
from sqlmodel import select

from bot.http import readiness
from bot.http.readiness import Readiness, database_writes
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.events import Process
from tests.databases import Postgres, Sqlite
from tests.sessions import rows


class Asked:
    """A check that counts how often it is asked, and says what it is set to when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.says: str | None = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self) -> str | None:
        self.times += 1
        await self.may_answer.wait()
        return self.says


async def test_many_who_ask_at_once_ask_once() -> None:
    check = Asked()
    ready = Readiness({"database": check})
    check.may_answer.clear()
    asking = [asyncio.create_task(ready.answers()) for _ in range(100)]
    await asyncio.sleep(0)
    check.may_answer.set()
    assert await asyncio.gather(*asking) == [{"database": "ok"}] * 100
    assert check.times == 1


async def test_an_answer_is_reused_for_a_while_and_then_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    check = Asked()
    ready = Readiness({"database": check})
    await ready.answers()
    check.says = "away"
    assert await ready.answers() == {"database": "ok"}
    monkeypatch.setattr(readiness, "REUSED_SECONDS", 0)
    assert await ready.answers() == {"database": "away"}
    assert check.times == 2


async def test_a_check_that_hangs_is_said_to_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "CHECK_SECONDS", 0.01)
    hanging = Asked()
    hanging.may_answer.clear()
    ready = Readiness({"webex": hanging, "database": Asked()})
    assert await ready.answers() == {"webex": "does not answer in time", "database": "ok"}


async def test_what_a_check_fails_with_stays_inside() -> None:
    async def fails() -> str | None:
        raise OSError("postgresql://desk:s3cr3t@db/helpdesk is away")

    assert await Readiness({"database": fails}).answers() == {"database": "failed"}


async def test_whoever_goes_away_takes_the_answer_from_nobody() -> None:
    check = Asked()
    check.may_answer.clear()
    ready = Readiness({"database": check})
    first, second = (asyncio.create_task(ready.answers()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    check.may_answer.set()
    assert await second == {"database": "ok"}
    await ready.stop()


async def test_a_stop_ends_what_is_being_asked() -> None:
    check = Asked()
    check.may_answer.clear()
    ready = Readiness({"database": check})
    asking = asyncio.create_task(ready.answers())
    await asyncio.sleep(0)
    await ready.stop()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_database_that_takes_a_row_is_ready_and_keeps_nothing_of_it(store: Store) -> None:
    assert await Readiness({"database": database_writes(store, "ours")}).answers() == {"database": "ok"}
    assert await rows(store, select(Process)) == []


async def said_of(store: Store) -> tuple[str, list[str]]:
    """What a probe hears, and what the log says of it."""
    with structlog.testing.capture_logs() as logged:
        answers = await Readiness({"database": database_writes(store, "ours")}).answers()
    return answers["database"], [line["reason"] for line in logged if line["event"] == "not_ready"]


async def test_a_read_only_file_is_not_ready(sqlite: Sqlite) -> None:
    async with sqlite.fresh("empty") as url:
        path = url.partition("///")[2]
        store = Store(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
        assert await said_of(store) == ("is read-only", ["is read-only"])
        await store.close()


async def test_a_read_only_postgresql_is_not_ready(postgres: Postgres) -> None:
    async with postgres.fresh("empty") as url:
        name = url.partition("@/")[2].partition("?")[0]
        await postgres._sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        store = Store(url)
        assert await said_of(store) == ("is read-only", ["is read-only"])
        await store.close()


async def test_a_deleted_file_is_not_ready(sqlite: Sqlite) -> None:
    async with sqlite.fresh("empty") as url:
        store = Store(url)
        assert (await said_of(store))[0] == "ok"
        Path(url.partition("///")[2]).unlink()
        gone = "its file was deleted or replaced"
        assert await said_of(store) == (gone, [gone])
        await store.close()


async def test_what_stays_wrong_is_not_logged_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "REUSED_SECONDS", 0)
    check = Asked()
    check.says = "away"
    ready = Readiness({"database": check})
    with structlog.testing.capture_logs() as logged:
        for _ in range(5):
            await ready.answers()
    assert [line["event"] for line in logged] == ["not_ready"]
