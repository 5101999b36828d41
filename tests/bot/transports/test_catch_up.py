"""What was written while nobody listened is answered once: all that may be listed, oldest first, a day back at most."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.transports import catch_up as missed
from bot.transports.catch_up import Missed
from bot.webex.events import Arrival
from bot.webex.messages import Me
from helpdesk.platform.clock import utc_now
from playground.bell import Bell
from playground.refusals import forbidden
from playground.rest import messages as listing
from playground.rooms import Message
from tests.bot.desk import Desk, open_desk
from tests.databases import Databases, Sqlite

MINUTE = timedelta(minutes=1)


class Told:
    """Who is told of what was missed."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.is_stored = True
        self.bell = Bell()

    def take(self, arrival: Arrival) -> asyncio.Future[bool]:
        self.arrivals.append(arrival)
        self.bell.ring()
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        stored.set_result(self.is_stored)
        return stored

    async def of(self, *messages: Message) -> None:
        """Wait until it was told of so many, which have to be these."""
        await self.bell.until(lambda: len(self.arrivals) >= len(messages) or None, 10)
        assert [each.uuid for each in self.arrivals] == [each.uuid for each in messages]


@pytest.fixture
async def desk(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("helpdesk.platform.webex.client.backoff", lambda _: 0.01)
    monkeypatch.setattr(missed, "TRY_AGAIN_SECONDS", 0.02)
    async with open_desk(sqlite) as opened:
        yield opened


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def gap(desk: Desk, told: Told) -> AsyncIterator[Missed]:
    process = await desk.process()
    made = Missed(process.webex, told.take, Me(desk.bot.uuid, ("Help Desk",)))
    yield made
    await made.stop()


def back(message: Message, by: timedelta) -> Message:
    """As if it had been written so long ago."""
    message.created -= by
    return message


async def settled(gap: Missed) -> None:
    """Wait until all was asked for."""
    while (asking := gap._asking) is not None:  # the only way to see that nothing more is to come
        await asyncio.wait({asking})


async def test_whatever_was_written_to_the_bot_is_told_oldest_first(desk: Desk, gap: Missed, told: Told) -> None:
    third = back(await desk.asks(), 3 * MINUTE)
    first = back(await desk.asks(who=desk.bo), 9 * MINUTE)
    second = back(await desk.asks(to=desk.group), 6 * MINUTE)
    gap.since(utc_now() - 10 * MINUTE)
    await told.of(first, second, third)
    assert [each.is_direct for each in told.arrivals] == [True, False, True]


async def test_it_is_the_event_that_the_transports_tell(desk: Desk, gap: Missed, told: Told) -> None:
    asked = [back(await desk.asks(), timedelta(seconds=1)), await desk.asks(to=desk.group)]
    gap.since(utc_now() - MINUTE)
    await told.of(*asked)
    for arrival, message in zip(told.arrivals, asked, strict=True):
        of_transport = desk.arrival(message)
        assert (arrival.event_id, arrival.lane, arrival.actor_email) == (
            of_transport.event_id,
            of_transport.lane,
            of_transport.actor_email,
        )


async def test_what_was_not_written_to_the_bot_is_none_of_its_business(desk: Desk, gap: Missed, told: Told) -> None:
    await desk.cloud.post(desk.ana, desk.group, "say hello")
    await desk.cloud.post(desk.bot, desk.space, "say hello")
    await desk.cloud.post(desk.bot, desk.group, "say hello", mention=desk.bot)
    asked = await desk.asks()
    gap.since(utc_now() - MINUTE)
    await settled(gap)
    await told.of(asked)


async def test_what_was_written_well_before_the_gap_is_not_told(desk: Desk, gap: Missed, told: Told) -> None:
    back(await desk.asks(), 10 * MINUTE)
    asked = back(await desk.asks(), 5 * MINUTE)
    gap.since(utc_now() - 6 * MINUTE)
    await settled(gap)
    await told.of(asked)


async def test_what_is_older_than_a_day_is_not_told(desk: Desk, gap: Missed, told: Told) -> None:
    back(await desk.asks(), timedelta(hours=25))
    asked = back(await desk.asks(), timedelta(hours=23))
    gap.since(utc_now() - timedelta(days=9))
    await settled(gap)
    await told.of(asked)


@pytest.mark.parametrize("is_direct", [True, False])
async def test_more_than_one_page_is_told_whole(desk: Desk, gap: Missed, told: Told, is_direct: bool) -> None:
    asked = [await desk.asks(f"{number}", to=desk.space if is_direct else desk.group) for number in range(230)]
    for each in asked:
        each.created = asked[0].created  # all in one millisecond
    gap.since(utc_now() - MINUTE)
    await told.of(*asked)


async def test_an_edited_message_is_told_as_written_and_as_edited(desk: Desk, gap: Missed, told: Told) -> None:
    """The first may be known by now. Whichever reads the newest wording first answers it, and the other does not."""
    asked = await desk.asks()
    await desk.cloud.edit(desk.ana, asked, "say something else")
    gap.since(utc_now() - MINUTE)
    await settled(gap)
    await told.of(asked, asked)
    assert [each.edit for each in told.arrivals] == ["", "post"]
    assert told.arrivals[0].event_id == desk.arrival(asked).event_id


@pytest.mark.parametrize("is_direct", [True, False])
async def test_what_was_written_before_the_gap_and_edited_in_it_is_told_once(
    desk: Desk, gap: Missed, told: Told, is_direct: bool
) -> None:
    asked = back(await desk.asks(to=desk.space if is_direct else desk.group), 9 * MINUTE)
    left = back(await desk.asks(who=desk.bo), 9 * MINUTE)
    mentioned = asked.mentioned
    await desk.cloud.edit(desk.ana, asked, "say something else")
    asked.mentioned = mentioned
    await desk.cloud.edit(desk.bo, left, "say something else")
    asked.space.last_activity = left.space.last_activity = asked.created
    assert left.updated
    left.updated -= 7 * MINUTE
    gap.since(utc_now() - 2 * MINUTE)
    await settled(gap)
    await told.of(asked)
    assert [each.edit for each in told.arrivals] == ["post"]


async def test_a_deleted_message_is_not_told(desk: Desk, gap: Missed, told: Told) -> None:
    await desk.cloud.delete(desk.ana, await desk.asks())
    gap.since(utc_now() - MINUTE)
    await settled(gap)
    assert told.arrivals == []


async def test_webex_is_asked_until_it_answers(desk: Desk, gap: Missed, told: Told) -> None:
    asked = await desk.asks()
    desk.cloud.faults.error_share = 1.0
    gap.since(utc_now() - MINUTE)
    before = len(desk.cloud.calls)
    while len(desk.cloud.calls) < before + 12:  # more than one round of tries  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert told.arrivals == []
    desk.cloud.faults.clear()
    await told.of(asked)


@pytest.mark.parametrize("is_space", [True, False])
async def test_a_space_that_may_not_be_listed_is_in_nobodys_way(
    desk: Desk, gap: Missed, told: Told, monkeypatch: pytest.MonkeyPatch, is_space: bool
) -> None:
    space_of, odd = listing.space_of, desk.group if is_space else desk.cloud.direct(desk.bo, desk.bot)
    await desk.asks(who=desk.bo, to=odd)

    def unless_odd(request: object, wanted: str | None) -> object:
        if wanted == odd.id:
            raise forbidden("Not this one.")
        return space_of(request, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(listing, "space_of", unless_odd)
    asked = await desk.asks()
    gap.since(utc_now() - MINUTE)
    await settled(gap)
    await told.of(asked)


async def test_while_the_store_is_away_it_is_asked_again(desk: Desk, gap: Missed, told: Told) -> None:
    asked = await desk.asks()
    told.is_stored = False
    gap.since(utc_now() - MINUTE)
    await told.bell.until(lambda: len(told.arrivals) >= 2 or None, 10)
    told.is_stored = True
    await settled(gap)
    assert {each.uuid for each in told.arrivals} == {asked.uuid}


async def test_a_gap_that_opens_while_another_is_asked_about_is_asked_about_too(
    desk: Desk, gap: Missed, told: Told
) -> None:
    early = back(await desk.asks(), timedelta(hours=2))
    late = await desk.asks()
    gap.since(utc_now())
    await told.of(late)
    gap.since(utc_now() - timedelta(hours=3))
    await settled(gap)
    assert [each.uuid for each in told.arrivals] == [late.uuid, early.uuid, late.uuid]


async def test_what_is_asked_stops_when_told_to(desk: Desk, gap: Missed, told: Told) -> None:
    desk.cloud.faults.error_share = 1.0
    gap.since(utc_now() - MINUTE)
    await gap.stop()
    desk.cloud.faults.clear()
    calls = len(desk.cloud.calls)
    await asyncio.sleep(0.05)
    assert len(desk.cloud.calls) == calls


async def test_what_is_known_is_not_answered_again(databases: Databases) -> None:
    async with open_desk(databases) as desk:
        process = await desk.process()
        known, unknown = await desk.asks("known"), await desk.asks("unknown")
        await desk.works(process, known)
        gap = Missed(process.webex, process.worker.take, Me(desk.bot.uuid, ()))
        for _ in range(2):
            gap.since(utc_now() - MINUTE)
            await settled(gap)
            await process.worker.rest()
        assert desk.answers() == ["said known", "said unknown"]
        assert await desk.outcome(unknown) == "answered"
