"""A database whose file was deleted or replaced is worked on no more: what is written would be lost."""

# ruff: noqa: ASYNC240 - a file is deleted in no time

from pathlib import Path

import pytest
from sqlmodel import select

from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.faults import reason
from helpdesk.platform.store.tables.events import SpentToken
from tests.databases import Sqlite


def _spend(session, token: str) -> None:  # type: ignore[no-untyped-def]
    session.add(SpentToken(nonce=token, event_id="", spent_at=utc_now()))


def _spent(session) -> int:  # type: ignore[no-untyped-def]
    return len(session.exec(select(SpentToken)).all())


@pytest.mark.parametrize("becomes", ["nothing", "another"])
async def test_work_on_a_file_that_is_gone_stops(sqlite: Sqlite, becomes: str) -> None:
    async with sqlite.fresh("empty") as url:
        path = Path(url.partition("///")[2])
        store = Store(url)
        await store.write(_spend, "one")
        if becomes == "another":
            copy = path.with_suffix(".copy")
            copy.write_bytes(path.read_bytes())
            copy.rename(path)
        else:
            path.unlink()
        for work in (store.read(_spent), store.write(_spend, "two"), store.read(_spent)):
            with pytest.raises(StoreUnavailable) as gone:
                await work
            assert reason(gone.value) == "its file was deleted or replaced"
        assert path.exists() == (becomes == "another"), "no empty one is made in its place"
        await store.close()


async def test_a_file_that_comes_back_is_not_trusted_before_a_new_start(sqlite: Sqlite) -> None:
    async with sqlite.fresh("empty") as url:
        path = Path(url.partition("///")[2])
        store = Store(url)
        await store.write(_spend, "one")
        path.rename(path.with_suffix(".away"))
        with pytest.raises(StoreUnavailable):
            await store.read(_spent)
        path.with_suffix(".away").rename(path)
        with pytest.raises(StoreUnavailable):
            await store.read(_spent)
        await store.close()
        again = Store(url)
        assert await again.read(_spent) == 1
        await again.close()
