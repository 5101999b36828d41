"""Of all processes that hear of an event one works on it, in order, and what a dead one left is taken up once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from bot.events.claims import LEASE, Finished, Taken
from bot.events.inbox import EventClaim, Inbox
from bot.webex.events import Arrival, EventKind
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.events import ClaimedEvent
from tests.chat import Clock
from tests.sessions import reading, rows, writing

OURS, WAITS, KNOWN = EventClaim.OURS, EventClaim.WAITS, EventClaim.KNOWN


def arrival(name: str = "one", who: str = "ana") -> Arrival:
    return Arrival(f"message:{name}", EventKind.MESSAGE, name, who, f"{who}@partner.example", True, "space")


@pytest.fixture
def one(store: Store) -> Inbox:
    return Inbox(store, "process one")


@pytest.fixture
def other(store: Store) -> Inbox:
    return Inbox(store, "process two")


async def add(box: Inbox, *told: Arrival, has_room: bool = True, again: bool = False) -> list[EventClaim]:
    return [claim for claim, _ in await box.add([(each, has_room) for each in told], again=again)]


async def take(box: Inbox, room: int = 100, per_lane: int = 100, held: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    """(name, attempt) of what is taken."""
    taken, _ = await box.take(room, per_lane, held)
    return [(each.arrival.uuid, each.attempt) for each in taken]


async def finish(box: Inbox, *done: Arrival) -> bool:
    return await box.finish([Finished(each.event_id, each.lane, "answered") for each in done])


async def row(store: Store, name: str = "one") -> ClaimedEvent:
    async with reading(store) as session:
        found = await session.get(ClaimedEvent, f"message:{name}")
    assert found
    return found


async def change(store: Store, *names: str, **values: Any) -> None:
    """Set columns of the named events; of all when none is named."""
    events = [f"message:{name}" for name in names]
    wanted = [ClaimedEvent.event_id.in_(events)] if names else []  # type: ignore[attr-defined]
    async with writing(store) as session:
        await session.exec(update(ClaimedEvent).where(*wanted).values(**values))


async def lapse(store: Store, *names: str, **also: Any) -> None:
    """Their leases ran out a second ago, as if the holder had died."""
    await change(store, *names, lease_until=datetime.now(UTC) - timedelta(seconds=1), **also)


# -- telling ------------------------------------------------------------------------------------


async def test_an_event_is_claimed_once_whoever_hears_of_it(store: Store, one: Inbox, other: Inbox) -> None:
    assert await add(one, arrival()) == [OURS]
    assert await add(one, arrival()) == [KNOWN]
    assert await add(other, arrival()) == [KNOWN]
    assert (await row(store)).claimed_by == "process one"


async def test_told_twice_in_one_batch_an_event_is_known_the_second_time(one: Inbox) -> None:
    assert await add(one, arrival(), arrival("two"), arrival()) == [OURS, OURS, KNOWN]


async def test_of_many_processes_that_hear_at_once_one_gets_the_event(store: Store) -> None:
    boxes = [Inbox(store, f"process {number}") for number in range(6)]
    claims = await asyncio.gather(*(add(box, arrival(), arrival("two", who="bo")) for box in boxes))
    for of_one_event in zip(*claims, strict=True):
        assert sorted(of_one_event, key=str) == [KNOWN] * 5 + [OURS]


async def test_a_finished_event_stays_known_and_is_never_taken_up(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    await finish(one, arrival())
    await lapse(store)
    assert await add(other, arrival()) == [KNOWN]
    assert await take(other) == []
    assert (await row(store)).outcome == "answered"


async def test_an_event_waits_while_another_process_holds_its_lane(one: Inbox, other: Inbox) -> None:
    await add(one, arrival("one"))
    assert await add(other, arrival("two")) == [WAITS]
    assert await take(other) == []
    assert await take(one, held=("message:one",)) == [("two", 1)]


async def test_lanes_never_wait_for_each_other(one: Inbox, other: Inbox) -> None:
    await add(one, arrival("one"), has_room=False)
    assert await add(other, arrival("two", who="bo")) == [OURS]
    assert await add(one, arrival("three"), arrival("four", who="kim")) == [WAITS, OURS]


async def test_who_comes_later_does_not_overtake_who_waits(one: Inbox, other: Inbox) -> None:
    await add(one, arrival("one"), has_room=False)
    assert await add(one, arrival("two")) == [WAITS]
    assert await add(other, arrival("three")) == [WAITS]
    assert await take(other) == [("one", 1), ("two", 1), ("three", 1)]


async def test_in_one_batch_who_has_no_room_holds_back_the_rest_of_the_lane(one: Inbox) -> None:
    told = [(arrival("one"), True), (arrival("two"), False), (arrival("three"), True), (arrival("b", "bo"), True)]
    assert [claim for claim, _ in await one.add(told)] == [OURS, WAITS, WAITS, OURS]


async def test_a_lane_is_free_again_once_its_holder_is_done(one: Inbox, other: Inbox) -> None:
    await add(one, arrival("one"))
    await finish(one, arrival("one"))
    assert await add(other, arrival("two")) == [OURS]


async def test_two_processes_that_hear_of_one_lane_at_once_do_not_share_it(store: Store) -> None:
    boxes = [Inbox(store, f"process {number}") for number in range(4)]
    await asyncio.gather(*(add(box, arrival(f"event {number}")) for number, box in enumerate(boxes * 4)))
    holders = await rows(store, select(ClaimedEvent.claimed_by).where(ClaimedEvent.claimed_by != None))  # noqa: E711
    assert len(set(holders)) == 1


async def test_of_two_batches_of_the_same_lanes_in_other_orders_neither_waits_for_ever(store: Store) -> None:
    boxes = [Inbox(store, f"process {number}") for number in range(4)]
    told = [arrival(f"event {number}", who=f"agent {number}") for number in range(40)]
    async with asyncio.timeout(20):
        claims = await asyncio.gather(
            *(add(box, *(told if turn % 2 else told[::-1])) for turn, box in enumerate(boxes))
        )
    assert [claim for each in claims for claim in each].count(OURS) == len(told)


async def test_events_are_told_apart_in_time_even_if_the_clock_stands_still_or_goes_back(store: Store) -> None:
    clock = Clock()
    box = Inbox(store, "process one", clock)
    await add(box, arrival("a"))
    clock.passes(hours=-1)
    await add(box, *map(arrival, "bcd"))
    times = [(await row(store, name)).received_at for name in "abcd"]
    assert times == sorted(set(times))


# -- telling again what may have been stored ------------------------------------------------------


async def test_what_was_stored_although_the_answer_was_lost_is_ours_on_the_second_try(one: Inbox) -> None:
    await add(one, arrival("one"), arrival("b", "bo"))
    assert await add(one, arrival("one"), arrival("b", "bo"), arrival("c", "cy"), again=True) == [OURS, OURS, OURS]


async def test_it_is_ours_also_where_the_rest_of_its_lane_was_stored_to_wait(one: Inbox) -> None:
    told = [(arrival("one"), True), (arrival("two"), False)]
    await one.add(told)
    first, second = [claim for claim, _ in await one.add(told, again=True)]
    assert first is OURS
    assert second is not OURS


async def test_on_the_second_try_what_others_hold_or_did_is_not_ours(one: Inbox, other: Inbox) -> None:
    await add(other, arrival("held"), arrival("done", "bo"))
    await finish(other, arrival("done", "bo"))
    await add(one, arrival("mine", "cy"))
    await finish(one, arrival("mine", "cy"))
    told = arrival("held"), arrival("done", "bo"), arrival("mine", "cy")
    assert await add(one, *told, again=True) == [KNOWN, KNOWN, KNOWN]


# -- taking up ------------------------------------------------------------------------------------


async def test_what_waits_is_taken_oldest_first_whoever_takes(one: Inbox, other: Inbox) -> None:
    for name, who in (("b", "ana"), ("a", "bo"), ("c", "ana"), ("d", "bo")):
        await add(one, arrival(name, who), has_room=False)
    assert await take(other) == [("b", 1), ("a", 1), ("c", 1), ("d", 1)]
    assert await take(one) == []


async def test_what_is_taken_comes_whole_and_with_its_time(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival(), has_room=False)
    (taken,), _ = await other.take(1, 1, ())
    assert taken == Taken(arrival(), 1, (await row(store)).received_at)


async def test_what_is_still_held_is_not_taken_up(one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    assert await take(other) == []


async def test_what_a_dead_process_left_is_taken_up_once_with_its_attempt(
    store: Store, one: Inbox, other: Inbox
) -> None:
    await add(one, arrival())
    await lapse(store)
    assert await take(other) == [("one", 2)]
    assert await take(other) == []
    assert (await row(store)).claimed_by == "process two"
    await lapse(store)
    assert await take(one) == [("one", 3)]


async def test_what_waits_behind_a_dead_process_comes_after_what_it_left(
    store: Store, one: Inbox, other: Inbox
) -> None:
    await add(one, arrival("one"))
    await add(other, arrival("two"))
    await lapse(store, "one")
    assert await take(other) == [("one", 2), ("two", 1)]


async def test_what_is_in_work_here_is_not_taken_up_however_old_its_lease(store: Store, one: Inbox) -> None:
    await add(one, arrival("one"), arrival("two"))
    await lapse(store)
    assert await take(one, held=("message:one", "message:two")) == []


async def test_a_later_one_waits_for_what_we_hold_without_working_on_it(store: Store, one: Inbox) -> None:
    await add(one, arrival("one"))
    await add(one, arrival("two"), has_room=False)
    assert await take(one) == []
    await lapse(store, "one")
    assert await take(one) == [("one", 2), ("two", 1)]


async def test_no_more_is_taken_than_there_is_room_for(one: Inbox) -> None:
    await add(one, *(arrival(name, who=name) for name in "abcde"), has_room=False)
    taken, is_more = await one.take(3, 100, ())
    assert ([each.arrival.uuid for each in taken], is_more) == (["a", "b", "c"], True)
    taken, is_more = await one.take(3, 100, ("message:a", "message:b", "message:c"))
    assert ([each.arrival.uuid for each in taken], is_more) == (["d", "e"], False)
    assert await one.depth() == 0


async def test_one_lane_takes_no_more_than_its_share(one: Inbox) -> None:
    await add(one, *map(arrival, "abcde"), arrival("bo's", "bo"), has_room=False)
    assert await take(one, per_lane=2) == [("a", 1), ("b", 1), ("bo's", 1)]
    assert await take(one, per_lane=2, held=("message:a", "message:b", "message:bo's")) == []
    await finish(one, arrival("a"))
    assert await take(one, per_lane=2, held=("message:b", "message:bo's")) == [("c", 1)]


async def test_of_many_takers_at_once_each_event_has_one(store: Store, one: Inbox) -> None:
    names = [f"event {number:02}" for number in range(30)]
    await add(one, *(arrival(name, who=f"agent {number % 7}") for number, name in enumerate(names)), has_room=False)
    boxes = [Inbox(store, f"process {number}") for number in range(4)]
    taken = await asyncio.gather(*(take(box) for box in boxes * 3))
    left = await take(one)
    assert sorted(name for each in [*taken, left] for name, _ in each) == names


async def test_of_many_takers_at_once_none_overtakes_in_a_lane(store: Store, one: Inbox) -> None:
    await add(one, *(arrival(name) for name in "abcdef"), has_room=False)
    boxes = [Inbox(store, f"process {number}") for number in range(4)]
    taken = await asyncio.gather(*(take(box, room=2) for box in boxes))
    assert sorted(name for each in taken for name, _ in each) == ["a", "b"]
    assert len([each for each in taken if each]) == 1


@pytest.mark.parametrize("odd", [{}, {"kind": "message"}, {**arrival().as_json(), "kind": "dance"}, [], None])
async def test_what_cannot_be_read_is_done_with_and_not_in_the_way(store: Store, one: Inbox, odd: Any) -> None:
    await add(one, arrival("one"), arrival("two"))
    await lapse(store)
    await change(store, "one", activity=odd)
    assert await take(one) == [("two", 2)]
    assert (await row(store)).outcome == "unreadable"


async def test_what_another_release_wrote_is_taken_up_all_the_same(store: Store, one: Inbox) -> None:
    await add(one, arrival())
    await lapse(store, activity={**arrival().as_json(), "added_later": 1})
    (taken,), _ = await one.take(1, 1, ())
    assert (taken.arrival, taken.attempt) == (arrival(), 2)


async def test_what_the_first_release_left_is_taken_up_whoever_asked(store: Store, one: Inbox) -> None:
    """It knew no lanes."""
    told = [arrival("a"), arrival("b", "bo"), arrival("c")]
    await add(one, *told)
    for each in told:
        left_out = {name: value for name, value in each.as_json().items() if name not in ("space", "rest_id")}
        await lapse(store, each.uuid, lane="", activity=left_out)
    assert await take(one) == [("a", 2), ("b", 2), ("c", 2)]
    await finish(one, *told)
    assert {(await row(store, name)).outcome for name in "abc"} == {"answered"}


# -- leases -----------------------------------------------------------------------------------------


async def test_renewing_keeps_a_lease(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    await lapse(store)
    await one.renew(["message:one"])
    assert await take(other) == []
    lease = (await row(store)).lease_until
    assert lease
    assert LEASE - timedelta(seconds=3) < lease - datetime.now(UTC) <= LEASE


async def test_only_its_holder_renews_a_lease(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    await lapse(store)
    await other.renew(["message:one"])
    assert await take(one) == [("one", 2)]


async def test_what_is_handed_back_is_anybodys_at_once(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    await one.hand_back(["message:one"])
    assert (await row(store)).claimed_by is None
    assert await take(other) == [("one", 2)]


async def test_only_what_is_ours_and_open_is_handed_back(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival("one"), arrival("two", "bo"))
    await finish(one, arrival("two", "bo"))
    await other.hand_back(["message:one", "message:two"])
    await one.hand_back(["message:two"])
    assert await take(other) == []


async def test_who_finishes_is_told_whether_others_wait_behind(one: Inbox) -> None:
    await add(one, arrival("one"), arrival("bo's", "bo"))
    await add(one, arrival("two"), has_room=False)
    assert not await finish(one, arrival("bo's", "bo"))
    assert await finish(one, arrival("one"))


# A clock set back by an hour: every lease given before reaches an hour further than any given since.


async def set_back(store: Store) -> None:
    await change(store, lease_until=datetime.now(UTC) + timedelta(hours=1) + LEASE)


async def test_a_clock_set_back_frees_no_claim_of_the_living(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    await set_back(store)
    assert await take(other) == []
    await one.renew(["message:one"])
    assert await take(other) == []
    assert await take(one, held=("message:one",)) == []


async def test_a_clock_set_back_keeps_no_claim_of_the_dead(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival())
    await set_back(store)
    assert await take(other) == []
    lease = (await row(store)).lease_until
    assert lease
    assert lease <= datetime.now(UTC) + LEASE
    await lapse(store)
    assert await take(other) == [("one", 2)]


async def test_a_clock_set_back_keeps_nobody_waiting(store: Store, one: Inbox, other: Inbox) -> None:
    await add(one, arrival(), has_room=False)
    await change(store, received_at=datetime.now(UTC) + timedelta(hours=1))
    assert await add(one, arrival("bo's", "bo")) == [OURS]
    assert await take(other) == [("one", 1)]


# -- what is known of it all --------------------------------------------------------------------


async def test_the_depth_is_what_waits(one: Inbox, other: Inbox) -> None:
    assert await one.depth() == 0
    await add(one, arrival("one"))
    await add(other, arrival("two"), arrival("three"))
    assert await one.depth() == 2


async def test_last_heard_is_when_any_process_last_heard(store: Store, one: Inbox, other: Inbox) -> None:
    assert await one.last_heard() is None
    await add(one, arrival("one"))
    await add(other, arrival("two"))
    await finish(one, arrival("one"))
    assert await one.last_heard() == (await row(store, "two")).received_at


async def test_nothing_is_taken_without_room(one: Inbox) -> None:
    await add(one, arrival(), has_room=False)
    assert await take(one, room=0) == []
    assert await one.depth() == 1
