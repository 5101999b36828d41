"""Where an answer goes, and to whom: in the thread of what was asked, of the card that was pressed, and to no bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.events import handler
from bot.events.claims import Taken
from bot.events.inbox import MOST_ATTEMPTS
from bot.events.ordering import Lanes
from bot.webex.messages import Webex
from helpdesk.platform.store import StoreUnavailable
from helpdesk.platform.webex.client import WebexNotFound
from playground.rooms import Action, Message
from tests.bot.desk import Desk, Process, open_desk
from tests.databases import Sqlite


@pytest.fixture
async def desk(sqlite: Sqlite) -> AsyncIterator[Desk]:
    async with open_desk(sqlite) as opened:
        yield opened


@pytest.fixture
async def process(desk: Desk) -> Process:
    return await desk.process()


def taken(desk: Desk, what: Message | Action, attempt: int = 1) -> Taken:
    return Taken(desk.arrival(what), attempt, datetime.now(UTC))


async def answer(desk: Desk, process: Process, what: Message | Action, attempt: int = 1) -> str:
    return await process.answering.answer(taken(desk, what, attempt), Lanes().turn("ana"))


async def test_an_answer_stands_in_the_thread_of_what_was_asked(desk: Desk, process: Process) -> None:
    asked = await desk.asks(to=desk.group)
    reply = await desk.cloud.post(desk.ana, desk.group, "say more", mention=desk.bot, parent=asked)
    for each in (asked, reply):
        assert await answer(desk, process, each) == "answered"
    assert [(one.text, one.parent_id) for one in desk.posted(desk.group)] == [
        ("said hello", asked.id),
        ("said more", asked.id),
    ]


async def test_what_is_newer_follows_in_the_same_thread_and_neither_is_said_twice(desk: Desk, process: Process) -> None:
    asked = await desk.asks("known > newer", to=desk.group)
    for attempt in (1, 2):
        assert await answer(desk, process, asked, attempt) == "answered"
    assert [(one.text, one.parent_id) for one in desk.posted(desk.group)] == [
        ("said known", asked.id),
        ("said newer", asked.id),
    ]


async def test_the_answer_to_a_press_stands_in_the_thread_of_its_card(desk: Desk, process: Process) -> None:
    asked = await desk.asks(to=desk.group)
    await answer(desk, process, asked)
    (shown,) = desk.posted(desk.group)
    assert shown.card
    pressed = await desk.cloud.press(desk.ana, shown.id, shown.card["actions"][0]["data"])
    assert await answer(desk, process, pressed) == "answered"
    assert desk.posted(desk.group)[-1].parent_id == asked.id


@pytest.mark.parametrize("is_in_thread", [True, False])
async def test_a_press_that_tells_no_thread_is_answered_under_the_root_of_its_card(
    desk: Desk, process: Process, is_in_thread: bool
) -> None:
    asked = await desk.asks(to=desk.group)
    await answer(desk, process, asked)
    (shown,) = desk.posted(desk.group)
    if not is_in_thread:
        shown.parent_id = None
    forged = await desk.cloud.press(desk.ana, shown.id, {"action": "say.again", "token": "x"})
    assert await answer(desk, process, forged) == "refused"
    assert desk.posted(desk.group)[-1].parent_id == (asked.id if is_in_thread else shown.id)


async def test_a_press_by_somebody_who_is_gone_is_refused_politely_and_does_nothing(
    desk: Desk, process: Process
) -> None:
    asked = await desk.asks(to=desk.group)
    await answer(desk, process, asked)
    (shown,) = desk.posted(desk.group)
    assert shown.card
    pressed = await desk.cloud.press(desk.ana, shown.id, shown.card["actions"][0]["data"])
    # As a webhook tells it: without an address. Webex knows the account no more by the time it is asked.
    heard = Taken(replace(desk.arrival(pressed), actor_email=""), 1, datetime.now(UTC))
    desk.cloud.rooms.forget_account(desk.ana)
    assert await process.answering.answer(heard, Lanes().turn("ana")) == "refused"
    assert desk.answers(desk.group)[-1] == "This desk is for support agents"
    assert desk.handlers.pressed == []


async def test_the_next_in_the_lane_goes_as_soon_as_the_handler_is_done(desk: Desk, process: Process) -> None:
    asked, lanes = await desk.asks(), Lanes()
    turn, following = lanes.turn("ana"), lanes.turn("ana")
    await process.answering.answer(taken(desk, asked), turn)
    await following.come()


async def test_after_the_most_attempts_no_handler_is_asked_again(desk: Desk, process: Process) -> None:
    asked = await desk.asks(to=desk.group)
    assert await answer(desk, process, asked, MOST_ATTEMPTS + 1) == "given up"
    (said,) = desk.posted(desk.group)
    assert (desk.handlers.began, said.parent_id) == ([], asked.id)


async def test_an_outage_is_said_in_the_thread_to_anyone(desk: Desk, process: Process) -> None:
    asked = await desk.asks(to=desk.group, who=desk.kim)
    await process.answering.apologise(taken(desk, asked), StoreUnavailable())
    (said,) = desk.posted(desk.group)
    assert said.text.startswith("The desk cannot reach its database right now.")
    assert said.parent_id == asked.id


async def test_of_what_is_gone_there_is_nothing_to_say(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.webex.messages.UNREADABLE_SECONDS", (0.01,))
    asked = await desk.asks()
    await desk.cloud.delete(desk.ana, asked)
    assert await answer(desk, process, asked) == "gone"
    with pytest.raises(WebexNotFound):
        await process.answering.apologise(taken(desk, asked), StoreUnavailable())


async def test_agents_are_asked_for_patience_and_others_are_not(desk: Desk, process: Process) -> None:
    for who in (desk.ana, desk.kim):
        asked = await desk.asks(who=who, to=desk.group)
        await process.answering.ask_for_patience(taken(desk, asked))
    assert desk.answers(desk.group) == ["You ask faster than I can answer"]


async def test_a_press_by_who_is_gone_at_webex_is_refused_politely(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(self: Webex, person_id: str) -> str:
        raise WebexNotFound(404)

    asked = await desk.asks(to=desk.group)
    await answer(desk, process, asked)
    (shown,) = desk.posted(desk.group)
    assert shown.card
    pressed = await desk.cloud.press(desk.ana, shown.id, shown.card["actions"][0]["data"])
    monkeypatch.setattr(Webex, "email_of", nobody)
    arrival = replace(desk.arrival(pressed), actor_email="")
    outcome = await process.answering.answer(Taken(arrival, 1, datetime.now(UTC)), Lanes().turn("ana"))
    assert outcome == "refused"
    assert desk.answers(desk.group)[-1] == "This desk is for support agents"


async def test_while_webex_asks_for_patience_an_agent_is_told_and_the_answer_follows(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "WAITING_TOLD_SECONDS", 0.01)
    asked = await desk.asks(to=desk.group)
    desk.cloud.faults.retry_after_seconds = 4
    desk.cloud.faults.too_many_next = 1
    assert await answer(desk, process, asked) == "answered"
    assert [(one.text.partition("\n")[0], one.parent_id) for one in desk.posted(desk.group)] == [
        ("Webex asks us to wait", asked.id),
        ("said hello", asked.id),
    ]


async def test_nobody_is_told_to_wait_for_webex_where_it_did_not_ask_for_it(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "WAITING_TOLD_SECONDS", 0.0)
    asked = await desk.asks(to=desk.group)
    assert await answer(desk, process, asked) == "answered"
    assert desk.answers(desk.group) == ["said hello"]
