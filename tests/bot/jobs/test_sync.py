"""The job syncs when that is due, and otherwise does nothing; without a token it is never due."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.jobs import sync
from bot.jobs.services import Services
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.sync import SyncRun
from helpdesk.services import Helpdesk
from tests.helpdesk.sync.partner import Stage, file, stage
from tests.sessions import rows

EVERY = timedelta(hours=6)


@pytest.fixture
async def on(store: Store) -> AsyncIterator[Stage]:
    async with stage(store, file(2, 1)) as made:
        yield made


def desk(on: Stage, now: datetime, every: timedelta = EVERY) -> Services:
    made = Helpdesk(  # type: ignore[arg-type]
        store=on.store,
        directory=None,
        access=None,
        audit=None,
        delivery=None,
        suppression=None,
        verification=None,
        consent=None,
        sync=on.sync(every=every, now=lambda: now),
    )
    return Services(made, announcer=None)  # type: ignore[arg-type]


NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


async def test_it_is_done_when_it_is_due_and_not_before_it_is_again(on: Stage) -> None:
    assert await sync.is_due(desk(on, NOON))
    while not await sync.advance(desk(on, NOON)):
        pass
    assert not await sync.is_due(desk(on, NOON + timedelta(hours=5)))
    assert await sync.is_due(desk(on, NOON + EVERY))


async def test_what_was_interrupted_is_due_at_once_and_goes_on(on: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "SLICE_SECONDS", 0)
    stopped = desk(on, NOON)
    assert not await sync.advance(stopped)
    assert stopped.desk.sync
    await stopped.desk.sync.stop()
    (run,) = await rows(on.store, select(SyncRun)) or [None]
    assert run is None or run.holder is None
    monkeypatch.setattr(sync, "SLICE_SECONDS", 20)
    assert await sync.is_due(desk(on, NOON))
    assert await sync.advance(desk(on, NOON))
    assert not await sync.is_due(desk(on, NOON))


async def test_a_desk_that_is_told_never_to_sync_does_not(on: Stage) -> None:
    assert not await sync.is_due(desk(on, NOON, every=timedelta(0)))


async def test_a_desk_without_a_token_does_not(on: Stage) -> None:
    bare = Helpdesk(  # type: ignore[arg-type]
        store=on.store,
        directory=None,
        access=None,
        audit=None,
        delivery=None,
        suppression=None,
        verification=None,
        consent=None,
    )
    services = Services(bare, announcer=None)  # type: ignore[arg-type]
    assert not await sync.is_due(services)
    assert await sync.advance(services)
