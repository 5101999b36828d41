"""An answer goes out once, whatever becomes of the call that posts it; where nobody can see, at least once."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.dispatch.audience import Route
from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import Outgoing
from bot.outgoing.sent_messages import Attempt
from cards.elements import Card, button, card, heading, pages, text
from commands.command import Shows
from helpdesk.platform.webex.client import WebexError
from playground import writing
from playground.refusals import Refusal, bad
from playground.rest.answers import moment
from playground.rooms import Account, Message, Space
from tests.bot.desk import Desk, Process, open_desk
from tests.databases import Sqlite

PAT = card(heading("Pat"), text("Active"), buttons=[button("Send code", "verify.send", {})])
SAM = card(heading("Sam"))
RETRIES = "helpdesk_webex_retries_total"


@pytest.fixture
async def desk(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Nothing here asks the store."""
    monkeypatch.setattr("bot.outgoing.outbox.TOLD_SECONDS", (0.05, 0.1))
    monkeypatch.setattr("bot.outgoing.outbox.backoff", lambda _: 0.01)
    monkeypatch.setattr("helpdesk.platform.webex.client.backoff", lambda _: 0.01)
    async with open_desk(sqlite) as opened:
        yield opened


@pytest.fixture
async def process(desk: Desk) -> Process:
    return await desk.process()


@pytest.fixture(params=["direct", "group"])
def space(request: pytest.FixtureRequest, desk: Desk) -> Space:
    return desk.space if request.param == "direct" else desk.group


def place(asked: Message) -> Thread:
    return Thread(asked.space.id, asked.parent_id or asked.id, asked.space.type == "direct")


def route(asked: Message) -> Route:
    return Route(place(asked), Shows.NOTHING_PRIVATE)


def attempt(asked: Message, number: int = 1) -> Attempt:
    return Attempt(f"message:{asked.uuid}", moment(asked.created), number)


async def send(process: Process, asked: Message, shown: Card = PAT, number: int = 1) -> None:
    await process.outbox.send(Outgoing(shown, route(asked)), attempt(asked, number))


def posts(desk: Desk) -> int:
    """How many calls to post there were, those included that broke."""
    return sum(call.method == "POST" for call in desk.cloud.calls)


# -- a call that broke ----------------------------------------------------------------------------


async def test_a_message_that_was_posted_although_its_answer_was_lost_is_found(
    desk: Desk, process: Process, space: Space
) -> None:
    asked = await desk.asks(to=space)
    desk.cloud.faults.lose_answer_next = 1
    await send(process, asked)
    (sent,) = desk.posted(space)
    assert (sent.text, sent.parent_id, posts(desk)) == ("Pat\nActive", asked.id, 1)


async def test_a_message_whose_call_broke_before_anything_was_done_is_posted_once(
    desk: Desk, process: Process, space: Space
) -> None:
    asked = await desk.asks(to=space)
    desk.cloud.faults.reset_next = 1
    await send(process, asked)
    assert desk.answers(space) == ["Pat"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_message_that_webex_failed_to_post_is_posted_once(
    desk: Desk, process: Process, space: Space, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.asks(to=space)
    times = iter([True, True, False])
    refuse(monkeypatch, lambda _: next(times), Refusal(status, "Something went wrong."))
    await send(process, asked)
    assert (desk.answers(space), posts(desk)) == (["Pat"], 3)
    assert process.counted(RETRIES) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_message_that_was_posted_although_webex_said_that_it_failed_is_found(
    desk: Desk, process: Process, space: Space, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.asks(to=space)
    post = writing.post

    def posting(*args: Any) -> Message:
        post(*args)
        raise Refusal(status, "Something went wrong.")

    monkeypatch.setattr(writing, "post", posting)
    await send(process, asked)
    assert (desk.answers(space), posts(desk)) == (["Pat"], 1)
    assert process.counted(RETRIES) == 0


async def test_where_it_cannot_be_seen_it_is_posted_again_rather_than_not_at_all(desk: Desk, process: Process) -> None:
    process.hears_own = False
    asked = await desk.asks(to=desk.group)
    desk.cloud.faults.lose_answer_next = 1
    await send(process, asked)
    assert desk.answers(desk.group) == ["Pat", "Pat"]


async def test_while_webex_is_away_it_is_tried_a_few_times_and_given_back(desk: Desk, process: Process) -> None:
    asked = await desk.asks()
    desk.cloud.faults.error_share = 1.0
    with pytest.raises(WebexError):
        await send(process, asked)
    assert desk.answers() == []


async def test_of_two_equal_answers_in_one_thread_each_is_there(desk: Desk, process: Process, space: Space) -> None:
    root = await desk.asks(to=space)
    mention = desk.bot if space.type == "group" else None
    reply = await desk.cloud.post(desk.ana, space, "say hello", mention=mention, parent=root)
    await send(process, root)
    desk.cloud.faults.lose_answer_next = 1
    await send(process, reply)
    assert desk.answers(space) == ["Pat", "Pat"]
    desk.cloud.faults.reset_next = 1
    await send(process, await desk.cloud.post(desk.ana, space, "say hello", mention=mention, parent=root))
    assert desk.answers(space) == ["Pat", "Pat", "Pat"]


async def test_what_was_said_before_it_was_asked_for_is_no_answer(desk: Desk, process: Process, space: Space) -> None:
    root = await desk.asks(to=space)
    earlier = await desk.cloud.post(desk.bot, space, "Pat\nActive", parent=root)
    mention = desk.bot if space.type == "group" else None
    reply = await desk.cloud.post(desk.ana, space, "say hello", mention=mention, parent=root)
    reply.created = earlier.created + timedelta(milliseconds=1)
    desk.cloud.faults.reset_next = 1
    await send(process, reply)
    assert desk.answers(space) == ["Pat", "Pat"]


async def test_what_others_wrote_is_no_answer_of_ours(desk: Desk, process: Process) -> None:
    asked = await desk.asks()
    await desk.cloud.post(desk.ana, desk.space, "Pat\nActive", parent=asked)
    desk.cloud.faults.reset_next = 1
    await send(process, asked)
    assert desk.answers() == ["Pat"]


# -- an event that is taken up again ----------------------------------------------------------------


MANY = card(*(text(f"line {number} {'x' * 900}") for number in range(30)))


@pytest.mark.parametrize("is_same_process", [True, False])
async def test_an_answer_that_is_there_is_not_sent_again(desk: Desk, space: Space, is_same_process: bool) -> None:
    first, second = await desk.process("first"), await desk.process("second")
    asked = await desk.asks(to=space)
    await send(first, asked)
    await send(first if is_same_process else second, asked, number=2)
    assert desk.answers(space) == ["Pat"]


@pytest.mark.parametrize("is_same_process", [True, False])
async def test_of_an_answer_in_many_messages_only_those_are_sent_that_are_missing(
    desk: Desk, space: Space, is_same_process: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await desk.process("first"), await desk.process("second")
    asked = await desk.asks(to=space)
    count = len(pages(MANY))
    assert count > 3
    post = writing.post
    refuse(monkeypatch, lambda _: len(desk.posted(space)) == 2, Refusal(409, "No."))
    with pytest.raises(WebexError):
        await send(first, asked, MANY)
    monkeypatch.setattr(writing, "post", post)
    await send(first if is_same_process else second, asked, MANY, number=2)
    assert desk.answers(space) == [page.plain.partition("\n")[0] for page in pages(MANY)]


async def test_equal_messages_of_one_answer_are_all_there_in_the_end(
    desk: Desk, process: Process, space: Space
) -> None:
    asked = await desk.asks(to=space)
    await send(process, asked, SAM)
    for _ in range(2):
        await send(process, asked, SAM, number=2)
    assert desk.answers(space) == ["Sam", "Sam"]


async def test_of_another_event_nothing_is_taken_for_the_answer(desk: Desk, process: Process, space: Space) -> None:
    root = await desk.asks(to=space)
    mention = desk.bot if space.type == "group" else None
    reply = await desk.cloud.post(desk.ana, space, "say hello", mention=mention, parent=root)
    await send(process, root)
    await send(process, reply, number=2)
    assert desk.answers(space) == ["Pat", "Pat"]


# -- what Webex refuses -------------------------------------------------------------------------------


def refuse(monkeypatch: pytest.MonkeyPatch, is_refused: Callable[[writing.Draft], bool], refusal: Refusal) -> None:
    post = writing.post

    def posting(rooms: Any, sender: Account, space: Space, draft: writing.Draft) -> Message:
        if sender.type == "bot" and is_refused(draft):
            raise refusal
        return post(rooms, sender, space, draft)

    monkeypatch.setattr(writing, "post", posting)


async def test_a_card_that_webex_refuses_goes_out_as_its_text_in_its_thread(
    desk: Desk, process: Process, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, lambda draft: bool(draft.attachments), bad("No such card."))
    asked = await desk.asks(to=space)
    await send(process, asked)
    (sent,) = desk.posted(space)
    assert (sent.card, sent.text, sent.parent_id) == (None, "Pat\nActive", asked.id)


async def test_where_the_thread_is_gone_the_answer_stands_outside_of_it(
    desk: Desk, process: Process, space: Space
) -> None:
    asked = await desk.asks(to=space)
    await desk.cloud.delete(desk.ana, asked)
    await send(process, asked)
    (sent,) = desk.posted(space)
    assert (sent.text, sent.parent_id) == ("Pat\nActive", None)
    assert sent.card


async def test_a_space_that_the_bot_is_not_in_is_an_error(desk: Desk, process: Process) -> None:
    other = desk.cloud.add_space("Other", [desk.ana])
    with pytest.raises(WebexError):
        await process.outbox.send(
            Outgoing(PAT, Route(Thread(other.id, "", is_direct=False), Shows.NOTHING_PRIVATE)), Attempt("message:1", "")
        )


async def test_a_long_text_goes_out_whole_with_the_card_on_its_first_message(desk: Desk, process: Process) -> None:
    asked = await desk.asks()
    words = " ".join(f"word{number} é" for number in range(2_000))
    await send(process, asked, card(text(words)))
    sent = desk.posted()
    assert len(sent) > 2
    assert [one.card is not None for one in sent] == [True] + [False] * (len(sent) - 1)
    assert " ".join(one.text for one in sent) == words
    assert {one.parent_id for one in sent} == {asked.id}


async def test_a_card_without_words_is_sent_all_the_same(desk: Desk, process: Process) -> None:
    asked = await desk.asks()
    await send(process, asked, card(heading("")))
    (sent,) = desk.posted()
    assert sent.card


async def test_buttons_go_out_sealed(desk: Desk, process: Process) -> None:
    asked = await desk.asks()
    await send(process, asked)
    assert set(desk.posted()[0].card["actions"][0]["data"]) == {"action", "token"}  # type: ignore[index]
