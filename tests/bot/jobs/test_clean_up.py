"""Every hour, everything that lapsed is gone, however much it is, and finished jobs are forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, func, select

from bot.jobs import JOBS, clean_up
from bot.jobs.services import Services
from helpdesk.audit import Audit
from helpdesk.platform import retention
from helpdesk.platform.heartbeats import Processes
from helpdesk.platform.jobs import JobStatus
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.services import Helpdesk
from tests.databases import Databases
from tests.helpdesk.audit.chains import KEYS

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    async with databases.fresh("empty") as url:
        yield url


def _count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(CompletedAct)).one()


async def test_more_than_a_batch_goes_and_so_do_finished_jobs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(clean_up, "BATCH", 2)
    monkeypatch.setattr(clean_up, "FINISHED_JOBS", timedelta(0))
    store = Store(url)
    acts = [CompletedAct(event_id=str(number), name="send", result={}, at=LONG_AGO) for number in range(5)]
    await store.write(lambda session: session.add_all(acts))
    await Audit(store, lambda: LONG_AGO, keys=KEYS).record(
        actor="ana", action="find", subject="pat", outcome="shown", event_id="event"
    )
    desk = Helpdesk(
        store=store,
        directory=None,
        access=None,
        audit=Audit(store, kept_for=timedelta(days=30), keys=KEYS),
        delivery=None,
        suppression=None,
        verification=None,
        consent=None,
    )  # type: ignore[arg-type]
    services = Services(desk, announcer=None)  # type: ignore[arg-type]
    jobs = Jobs(url, JOBS, services, Processes(store, "one", "websocket"))
    await jobs.start()
    await jobs.start_workflow("clean up", "first")
    await _ended(jobs, "first")
    assert await store.read(_count) == 0
    assert await Audit(store).about("pat") == []
    await jobs.start_workflow("clean up", "second")
    await _ended(jobs, "second")
    assert await jobs.status("clean up", "first") is None
    await jobs.stop(1)
    await store.close()


async def _ended(jobs: Jobs[Services], key: str) -> None:
    async with asyncio.timeout(20):
        while await jobs.status("clean up", key) is not JobStatus.DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
