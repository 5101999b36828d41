"""Jobs are started once a key, wait for what they need and go on when dropped; what DBOS says stays harmless.

On SQLite alone: how a job survives is tested on both databases, in test_interrupted.py.
"""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import logs
from helpdesk.platform.jobs import JobStatus, lost
from helpdesk.platform.jobs.engine import Jobs
from tests.chat import PAT
from tests.databases import Sqlite
from tests.helpdesk.platform.jobs.small_jobs import Desk, running
from tests.logged import put_back

SHARED = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def at_work(sqlite: Sqlite) -> AsyncIterator[tuple[Jobs[Desk], Desk]]:
    """Jobs that several tests share, since beginning and ending takes seconds."""
    desk = Desk()
    async with sqlite.fresh("empty") as url, running(url, desk) as jobs:
        yield jobs, desk


async def until(wanted: JobStatus, jobs: Jobs[Desk], name: str) -> None:
    """The end of a job is known to its database alone, which has to be asked."""
    async with asyncio.timeout(10):
        while await jobs.status(name, "key") is not wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@SHARED
async def test_a_key_starts_one_job(at_work: tuple[Jobs[Desk], Desk]) -> None:
    jobs, desk = at_work
    assert await jobs.status("greet", "key") is None
    await jobs.start_workflow("greet", "key", whom="Pat")
    await jobs.start_workflow("greet", "key", whom="Pat")
    await jobs.start_workflow("greet", "other key", whom="Sam")
    await desk.wait_for("hello Sam")
    await until(JobStatus.DONE, jobs, "greet")
    assert (desk.done["hello Pat"], desk.done["hello Sam"]) == (1, 1)


@SHARED
async def test_a_step_is_tried_again_while_something_is_away(at_work: tuple[Jobs[Desk], Desk]) -> None:
    jobs, desk = at_work
    await jobs.start_workflow("need", "key")
    await until(JobStatus.DONE, jobs, "need")
    assert desk.done["asked"] == 2


@SHARED
async def test_what_a_job_fails_of_is_in_no_log(
    at_work: tuple[Jobs[Desk], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, desk = at_work
    logged = io.StringIO()
    with put_back(), monkeypatch.context() as patch:
        patch.setattr("sys.stderr", logged)
        logs.configure()
        await jobs.start_workflow("fail", "key", whom=PAT)
        await until(JobStatus.FAILED, jobs, "fail")
        # It is kept that a job failed before it is logged.
        async with asyncio.timeout(10):
            while "ValueError" not in logged.getvalue():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert "DBOS" in logged.getvalue()
    assert PAT not in logged.getvalue()
    assert desk.done["refused"] == 1


@SHARED
async def test_a_job_that_was_given_up_here_goes_on(
    at_work: tuple[Jobs[Desk], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "DOUBT_SECONDS", 0)
    jobs, desk = at_work
    await jobs.start_workflow("drop", "key")
    await desk.wait_for("tried")
    async with asyncio.timeout(10):
        while jobs._machine.running_here():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    # One look: without doubt, another one could take the job, while it is begun anew, for given up once more.
    await jobs.adopt(frozenset({"one"}))
    await until(JobStatus.DONE, jobs, "drop")
    assert (desk.done["once"], desk.done["tried"], desk.done["never"]) == (1, 2, 0)
