"""Jobs begin when their database comes, and stop between two steps."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from dbos import DBOS

from helpdesk.platform.jobs import Job, JobsUnavailable, engine
from tests.databases import Sqlite
from tests.helpdesk.platform.jobs.small_jobs import JOBS, Desk, running


@pytest.fixture
async def url(sqlite: Sqlite) -> AsyncIterator[str]:
    async with sqlite.fresh("empty") as url:
        yield url


async def test_a_stop_lets_a_step_end_and_the_next_process_does_the_rest(url: str) -> None:
    desk = Desk()
    async with running(url, desk) as jobs:
        await jobs.start_workflow("two_steps", "key")
        await asyncio.wait_for(desk.doing.wait(), 10)
        stopping = asyncio.create_task(jobs.stop(5))
        await asyncio.sleep(0)
        desk.go.set()
        assert await stopping
    assert desk.done == {"first": 1}
    async with running(url, desk):
        await desk.wait_for("second")
    assert desk.done == {"first": 1, "second": 1}


async def test_a_schedule_ends_with_its_job(url: str) -> None:
    hourly = [Job("hourly", JOBS[0].work, "0 * * * *"), Job("daily", JOBS[0].work, "0 0 * * *")]
    async with running(url, Desk(), hourly) as jobs:
        await jobs.status("hourly", "launched")
    async with running(url, Desk(), hourly[1:]) as jobs:
        await jobs.status("daily", "launched")
        schedules = await asyncio.to_thread(DBOS.list_schedules)
    assert [each["schedule_name"] for each in schedules] == ["daily"]


async def test_a_database_that_is_away_stops_nothing_but_jobs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ANSWER_SECONDS", 0.2)
    async with running(url, Desk(), database="postgresql+asyncpg://nobody@/nothing?host=/nowhere") as jobs:
        with pytest.raises(JobsUnavailable):
            await jobs.start_workflow("greet", "key", whom="Pat")
