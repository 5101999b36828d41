"""Of all processes that hear of an event one works on it, and what a dead one left is taken up once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.events import Arrival, Kind
from bot.inbox import LEASE, Inbox
from helpdesk.store import Store
from helpdesk.store.tables import ClaimedEvent
from tests.sessions import reading, writing


def arrival(name: str = "one") -> Arrival:
    return Arrival(f"message:{name}", Kind.MESSAGE, name, "ana", "ana@partner.example", True, "space")


@pytest.fixture
def one(store: Store) -> Inbox:
    return Inbox(store, "process one")


@pytest.fixture
def other(store: Store) -> Inbox:
    return Inbox(store, "process two")


async def row(store: Store, name: str = "one") -> ClaimedEvent:
    async with reading(store) as session:
        found = await session.get(ClaimedEvent, f"message:{name}")
    assert found
    return found


async def lapse(store: Store, **changed: Any) -> None:
    """Every lease ran out a second ago, as if its holder had died."""
    async with writing(store) as session:
        lapsed = {"lease_until": datetime.now(UTC) - timedelta(seconds=1), **changed}
        await session.exec(update(ClaimedEvent).values(lapsed))


async def test_an_event_is_claimed_once(one: Inbox, other: Inbox) -> None:
    assert await one.claim(arrival())
    assert not await one.claim(arrival())
    assert not await other.claim(arrival())
    assert await other.claim(arrival("two"))


async def test_of_many_claims_at_once_one_gets_the_event(one: Inbox, other: Inbox) -> None:
    claims = await asyncio.gather(*(box.claim(arrival()) for box in (one, other) * 6))
    assert sorted(claims) == [False] * 11 + [True]


async def test_a_finished_event_is_never_claimed_nor_taken_up_again(store: Store, one: Inbox, other: Inbox) -> None:
    await one.claim(arrival())
    await one.finish("message:one", "answered")
    await lapse(store)
    assert await other.take_abandoned() == []
    assert not await other.claim(arrival())
    assert (await row(store)).outcome == "answered"


async def test_what_is_still_held_is_not_taken_up(one: Inbox, other: Inbox) -> None:
    await one.claim(arrival())
    assert await other.take_abandoned() == []


async def test_what_a_dead_process_left_is_taken_up_whole_with_its_attempt(
    store: Store, one: Inbox, other: Inbox
) -> None:
    await one.claim(arrival())
    await lapse(store)
    assert await other.take_abandoned() == [(arrival(), 2)]
    assert await other.take_abandoned() == []
    assert (await row(store)).claimed_by == "process two"
    await lapse(store)
    assert await one.take_abandoned() == [(arrival(), 3)]


async def test_of_many_takers_at_once_each_event_has_one(store: Store, one: Inbox, other: Inbox) -> None:
    names = [f"event {number}" for number in range(12)]
    for name in names:
        await one.claim(arrival(name))
    await lapse(store)
    taken = await asyncio.gather(*(box.take_abandoned() for box in (one, other) * 3))
    assert sorted(found.uuid for each in taken for found, _ in each) == sorted(names)


async def test_the_oldest_are_taken_up_first(store: Store, one: Inbox) -> None:
    for name in ("b", "a", "c"):
        await one.claim(arrival(name))
    await lapse(store)
    assert [found.uuid for found, _ in await one.take_abandoned()] == ["b", "a", "c"]


async def test_renewing_keeps_a_lease(store: Store, one: Inbox, other: Inbox) -> None:
    await one.claim(arrival())
    await lapse(store)
    await one.renew(["message:one"])
    assert await other.take_abandoned() == []
    left = (await row(store)).lease_until - datetime.now(UTC)
    assert LEASE - timedelta(seconds=3) < left <= LEASE


async def test_only_its_holder_renews_a_lease(store: Store, one: Inbox, other: Inbox) -> None:
    await one.claim(arrival())
    await lapse(store)
    await other.renew(["message:one"])
    assert len(await one.take_abandoned()) == 1


async def test_what_an_earlier_or_later_release_left_is_taken_up_all_the_same(store: Store, one: Inbox) -> None:
    await one.claim(arrival())
    await lapse(store, activity={**arrival().as_json(), "added_later": 1})
    assert await one.take_abandoned() == [(arrival(), 2)]


@pytest.mark.parametrize("odd", [{}, {"kind": "message"}, {**arrival().as_json(), "kind": "dance"}, [], None])
async def test_a_claim_that_cannot_be_read_is_not_in_the_way_of_others(store: Store, one: Inbox, odd: Any) -> None:
    await one.claim(arrival())
    await lapse(store, activity=odd)
    await one.claim(arrival("two"))
    await lapse(store)
    assert await one.take_abandoned() == [(arrival("two"), 2)]
    assert (await row(store)).outcome == "unreadable"
