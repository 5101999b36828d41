"""Turns come in the order they were asked for, each lane by itself, whatever becomes of those before."""

import asyncio

import pytest

from bot.events.ordering import Lanes, Turn


async def has_come(turn: Turn) -> bool:
    try:
        await asyncio.wait_for(turn.come(), 0.01)
    except TimeoutError:
        return False
    return True


async def test_turns_of_a_lane_come_one_after_the_other() -> None:
    lanes = Lanes()
    first, second, third = (lanes.turn("ana") for _ in range(3))
    assert [await has_come(each) for each in (first, second, third)] == [True, False, False]
    first.over()
    assert [await has_come(each) for each in (second, third)] == [True, False]


async def test_lanes_do_not_wait_for_each_other() -> None:
    lanes = Lanes()
    lanes.turn("ana")
    assert await has_come(lanes.turn("bo"))


async def test_who_gives_up_before_their_turn_lets_nobody_overtake() -> None:
    lanes = Lanes()
    first, second, third = (lanes.turn("ana") for _ in range(3))
    lanes.leave(second)
    assert not await has_come(third)
    first.over()
    assert await has_come(third)


async def test_a_turn_that_is_over_may_be_over_again_and_left() -> None:
    lanes = Lanes()
    first, second = lanes.turn("ana"), lanes.turn("ana")
    first.over()
    first.over()
    lanes.leave(first)
    lanes.leave(second)
    assert await has_come(lanes.turn("ana"))


async def test_who_stops_waiting_for_their_turn_leaves_those_before_alone() -> None:
    lanes = Lanes()
    first, second, third = (lanes.turn("ana") for _ in range(3))
    waiting = asyncio.create_task(second.come())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not await has_come(third)
    first.over()
    second.over()
    assert await has_come(third)


async def test_a_lane_knows_how_many_are_in_it_until_they_leave() -> None:
    lanes = Lanes()
    turns = [lanes.turn("ana") for _ in range(3)]
    lanes.turn("bo")
    turns[0].over()
    assert lanes.busy("ana") == 3
    for left, turn in zip((2, 1, 0), turns, strict=True):
        lanes.leave(turn)
        assert lanes.busy("ana") == left


async def test_ten_thousand_turns_pass_without_delay() -> None:
    lanes = Lanes()
    turns = [lanes.turn("ana") for _ in range(10_000)]
    for turn in reversed(turns):
        lanes.leave(turn)
    async with asyncio.timeout(5):
        await lanes.turn("ana").come()
