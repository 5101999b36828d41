"""Notices are kept once, due at their time, and each is of one batch, whoever asks."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from helpdesk.people import notices
from helpdesk.people.notices import GIVEN_UP_AFTER, TOGETHER, Notice, Urgency, notify, read, take, tell_soon, told
from helpdesk.platform.jobs import NoJobs
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.people import NoticeRow
from tests.sessions import rows, writing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = timedelta(minutes=10)


async def put(store: Store, key: str, urgency: Urgency = Urgency.NOW, at: datetime = NOW) -> bool:
    return await notify(store, Notice.NEW_AGENT, {"email": key}, key=key, urgency=urgency, now=at)


async def test_the_same_key_is_kept_once_with_its_first_words(store: Store) -> None:
    assert [await put(store, "one"), await put(store, "one", at=NOW + LATER)] == [True, False]
    (kept,) = await read(store, await take(store, "batch", NOW))
    assert (kept.kind, kept.about, kept.at) == (Notice.NEW_AGENT, {"email": "one"}, NOW)


async def test_what_is_taken_is_of_that_batch_alone_and_asked_again_the_same(store: Store) -> None:
    await put(store, "one")
    assert await take(store, "a", NOW) == ["one"]
    await put(store, "two", at=NOW + LATER)
    assert await take(store, "a", NOW) == ["one"]
    assert await take(store, "b", NOW) == ["two"]
    assert await take(store, "c", NOW) == []


async def test_of_many_batches_at_once_each_notice_is_of_one(store: Store) -> None:
    for number in range(5):
        await put(store, str(number), Urgency.DAILY if number % 2 else Urgency.NOW)
    taken = await asyncio.gather(*(take(store, f"batch {number}", NOW) for number in range(6)))
    assert sorted(key for keys in taken for key in keys) == list("01234")


async def test_daily_ones_go_together_and_not_again_within_a_day(store: Store) -> None:
    await put(store, "first", Urgency.DAILY)
    assert await take(store, "a", NOW) == ["first"]
    await told(store, ["first"], NOW)
    for key in ("second", "third"):
        await put(store, key, Urgency.DAILY, NOW + LATER)
    await put(store, "urgent", at=NOW + LATER)
    assert await take(store, "b", NOW + LATER) == ["urgent"]
    await told(store, ["urgent"], NOW + LATER)
    assert await take(store, "c", NOW + TOGETHER - LATER) == []
    assert await take(store, "d", NOW + TOGETHER) == ["second", "third"]


async def test_what_a_batch_could_not_tell_goes_to_another_and_what_it_told_does_not(store: Store) -> None:
    for key in ("told", "not told"):
        await put(store, key)
    assert len(await take(store, "a", NOW)) == 2
    await told(store, ["told"], NOW)
    assert await take(store, "b", NOW + GIVEN_UP_AFTER) == []
    assert await take(store, "b", NOW + GIVEN_UP_AFTER + LATER) == ["not told"]


async def test_a_batch_is_of_limited_size(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "MOST_AT_ONCE", 2)
    for number in range(3):
        await put(store, str(number), at=NOW + timedelta(seconds=number))
    assert await take(store, "a", NOW + LATER) == ["0", "1"]
    assert await take(store, "b", NOW + LATER) == ["2"]


async def test_a_kind_of_a_later_release_is_left_alone(store: Store) -> None:
    async with writing(store) as session:
        session.add(NoticeRow(key="later", kind="of a later release", about={}, urgency="now", created_at=NOW))
    assert await take(store, "a", NOW) == []
    assert await rows(store, select(NoticeRow.batch)) == [None]


async def test_without_jobs_a_notice_waits_for_the_schedule(store: Store) -> None:
    await put(store, "one")
    await tell_soon(NoJobs(), "one")
    assert await take(store, "a", NOW) == ["one"]
