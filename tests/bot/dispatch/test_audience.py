"""Whoever comes while an answer is being prepared, sent, refused or sent again: it is read by who may, or 1:1."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

import bot.dispatch.audience
from bot.dispatch.audience import Route
from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import Outgoing
from bot.outgoing.sent_messages import Attempt
from cards.elements import card, heading, pages, text
from commands.command import Elsewhere, Shows
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.store.tables.directory import Organization
from playground import writing as posting_at_webex
from playground.refusals import Refusal
from playground.rest.answers import moment
from playground.rooms import Message
from tests.bot.desk import Desk, Process, open_desk, until
from tests.databases import Databases
from tests.sessions import writing

LEE = "lee.novak@partner.example"
ASIDE = "Answered in your direct messages: not everyone here may see it"
UNDELIVERED = "Not everyone here may see the answer, and I cannot write to you directly"
Before = Callable[[int], None]


@pytest.fixture
async def desk(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """What is said in the group is private, and all that are there may see it."""
    monkeypatch.setattr("bot.outgoing.outbox.TOLD_SECONDS", (0.05, 0.1))
    monkeypatch.setattr("bot.outgoing.outbox.backoff", lambda _: 0.01)
    async with open_desk(databases) as opened:
        lee = opened.cloud.add_person("Lee Novak", LEE)
        await add_agent(opened.store, LEE, Role.AGENT, "a test")
        opened.group = opened.cloud.add_space("Desk", [opened.ana, opened.bo, lee, opened.bot])
        opened.desk_spaces, opened.handlers.shows = (opened.group.id,), Shows.PRIVATE
        yield opened


@pytest.fixture
async def process(desk: Desk) -> Process:
    return await desk.process()


def stranger_comes(desk: Desk) -> None:
    desk.cloud.join(desk.cloud.add_bot(f"Build Bot {len(desk.cloud.rooms.accounts)}"), desk.group)


def before_posts(monkeypatch: pytest.MonkeyPatch, act: Before) -> None:
    """`act` is told, before Webex stores a message of the bot in the group, the how-manieth that is; it may refuse."""
    post, count = posting_at_webex.post, 0

    def posting(rooms: Any, person: Any, space: Any, draft: Any) -> Message:
        nonlocal count
        if person.type == "bot" and space.type == "group":
            count += 1
            act(count)
        return post(rooms, person, space, draft)

    monkeypatch.setattr(posting_at_webex, "post", posting)


def here(desk: Desk) -> list[str]:
    return desk.answers(desk.group)


def alone(desk: Desk) -> list[str]:
    """Behind the words that tell why the bot writes there."""
    return [each for each in desk.answers() if each.startswith("said")]


async def test_among_agents_it_is_all_said_there(desk: Desk, process: Process) -> None:
    await desk.works(process, await desk.asks("known > newer", to=desk.group))
    assert (here(desk), alone(desk)) == (["said known", "said newer"], [])


async def test_who_comes_while_the_answer_is_being_made_does_not_see_it(desk: Desk, process: Process) -> None:
    gate = desk.handlers.closed("slow")
    asked = await desk.asks("slow", to=desk.group)
    working = asyncio.create_task(desk.works(process, asked))
    await desk.handlers.in_work(1)
    stranger_comes(desk)
    gate.set()
    await working
    assert (here(desk), alone(desk)) == ([ASIDE], ["said slow"])
    assert desk.posted(desk.group)[0].parent_id == asked.id
    assert await desk.outcome(asked) == "answered"


async def test_who_comes_before_the_newer_card_does_not_see_that(desk: Desk, process: Process) -> None:
    gate = desk.handlers.closed("newer")
    asked = await desk.asks("known > newer", to=desk.group)
    working = asyncio.create_task(desk.works(process, asked))
    await desk.answer_to(asked)
    stranger_comes(desk)
    gate.set()
    await working
    assert (here(desk), alone(desk)) == (["said known", ASIDE], ["said newer"])


async def test_what_once_went_1_to_1_goes_on_there_and_the_space_is_told_once(desk: Desk, process: Process) -> None:
    slow, gate = desk.handlers.closed("known > newer"), desk.handlers.closed("newer")
    asked = await desk.asks("known > newer", to=desk.group)
    working = asyncio.create_task(desk.works(process, asked))
    await desk.handlers.in_work(1)
    stranger_comes(desk)
    stranger = desk.cloud.rooms.accounts[-1]
    slow.set()
    await desk.answer_to(asked)
    desk.cloud.leave(stranger, desk.group)
    gate.set()
    await working
    assert (here(desk), alone(desk)) == ([ASIDE], ["said known", "said newer"])


async def test_who_comes_between_two_cards_sees_the_first_alone(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.asks("a / b / c", to=desk.group)
    before_posts(monkeypatch, lambda number: stranger_comes(desk) if number == 1 else None)
    await desk.works(process, asked)
    assert (here(desk), alone(desk)) == (["said a", ASIDE], ["said b", "said c"])


async def test_who_comes_between_two_pages_of_a_card_sees_the_first_alone(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = card(*(text(f"said {number} " + "x" * 3_000) for number in range(12)))
    count = len(pages(shown))
    asked = await desk.asks(to=desk.group)
    before_posts(monkeypatch, lambda number: stranger_comes(desk) if number == 1 else None)
    sender, _ = await process.access.recognise(desk.ana.uuid, desk.ana.email)
    route = Route(Thread(asked.space.id, asked.id, is_direct=False), Shows.PRIVATE, sender)
    await process.outbox.send(Outgoing(shown, route), Attempt("message:1", moment(asked.created)))
    assert count > 2
    assert (len(here(desk)), here(desk)[-1], len(alone(desk)) >= count - 1) == (2, ASIDE, True)


async def test_who_comes_while_webex_told_us_to_wait_does_not_see_it(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.asks(to=desk.group)

    def act(number: int) -> None:
        if number == 1:
            stranger_comes(desk)
            raise Refusal(429, "Too many requests.", retry_after=0)

    before_posts(monkeypatch, act)
    await desk.works(process, asked)
    assert (here(desk), alone(desk)) == ([ASIDE], ["said hello"])


async def test_who_comes_while_a_call_broke_does_not_see_the_next_try(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.asks(to=desk.group)

    def act(number: int) -> None:
        if number == 1:
            stranger_comes(desk)
            raise Refusal(503, "Something went wrong.")

    before_posts(monkeypatch, act)
    await desk.works(process, asked)
    assert (here(desk), alone(desk)) == ([ASIDE], ["said hello"])


async def test_what_a_dead_process_had_said_is_found_and_not_said_again(desk: Desk) -> None:
    dead, alive = await desk.process("dead"), await desk.process("alive")
    gate = desk.handlers.closed("newer")
    asked = await desk.asks("known > newer", to=desk.group)
    dead.worker.take(desk.arrival(asked))
    await desk.answer_to(asked)
    await dead.dies()
    stranger_comes(desk)
    gate.set()
    await desk.lapses()
    alive.keeps_going()
    await until(lambda: _is(desk, asked, "answered"))
    assert (here(desk), alone(desk)) == (["said known", ASIDE], ["said newer"])


async def test_who_is_limited_meanwhile_in_another_process_does_not_see_it(desk: Desk, process: Process) -> None:
    gate = desk.handlers.closed("slow")
    working = asyncio.create_task(desk.works(process, await desk.asks("slow", to=desk.group)))
    await desk.handlers.in_work(1)
    await limit(desk, LEE)
    gate.set()
    await working
    assert (here(desk), alone(desk)) == ([ASIDE], ["said slow"])


async def test_who_was_removed_meanwhile_gets_nothing(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.dispatch.audience, "RECOGNISED_SECONDS", 0.0)
    lee = desk.cloud.rooms.account(LEE)
    assert lee
    gate, direct = desk.handlers.closed("slow"), desk.cloud.direct(lee, desk.bot)
    asked = await desk.asks("slow", who=lee, to=direct)
    working = asyncio.create_task(desk.works(process, asked))
    await desk.handlers.in_work(1)
    await remove_agent(desk.store, LEE)
    desk.cloud.leave(lee, desk.group)
    gate.set()
    await working
    assert desk.answers(direct) == ["This desk is for support agents"]
    assert await desk.outcome(asked) == "refused"


async def test_who_was_limited_meanwhile_is_told_to_ask_again(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.dispatch.audience, "RECOGNISED_SECONDS", 0.0)
    lee = desk.cloud.rooms.account(LEE)
    assert lee
    gate, direct = desk.handlers.closed("newer"), desk.cloud.direct(lee, desk.bot)
    asked = await desk.asks("known > newer", who=lee, to=direct)
    working = asyncio.create_task(desk.works(process, asked))
    await desk.answer_to(asked)
    await limit(desk, LEE)
    gate.set()
    await working
    assert desk.answers(direct) == ["said known", "What you may see was changed while the answer was being prepared."]


async def test_who_cannot_be_written_to_gets_a_line_in_the_space_and_nothing_else(desk: Desk, process: Process) -> None:
    gate = desk.handlers.closed("slow")
    desk.cloud.block(desk.ana, desk.bot)
    working = asyncio.create_task(desk.works(process, await desk.asks("slow", to=desk.group)))
    await desk.handlers.in_work(1)
    stranger_comes(desk)
    gate.set()
    await working
    assert (here(desk), alone(desk)) == ([UNDELIVERED], [])


async def test_where_webex_does_not_tell_who_is_there_it_goes_1_to_1(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = desk.handlers.closed("slow")
    working = asyncio.create_task(desk.works(process, await desk.asks("slow", to=desk.group)))
    await desk.handlers.in_work(1)
    monkeypatch.setattr("bot.webex.messages.MOST_MEMBERS", "none")  # Webex refuses this
    process.access.members_changed(desk.group.uuid)
    gate.set()
    await working
    assert (here(desk), alone(desk)) == ([ASIDE], ["said slow"])


async def test_buttons_of_a_card_that_moved_work_where_it_is(desk: Desk, process: Process) -> None:
    gate = desk.handlers.closed("slow")
    working = asyncio.create_task(desk.works(process, await desk.asks("slow", to=desk.group)))
    await desk.handlers.in_work(1)
    stranger_comes(desk)
    gate.set()
    await working
    shown = desk.posted()[-1]
    assert shown.card
    data = next(node["data"] for node in shown.card["actions"])
    await desk.works(process, await desk.cloud.press(desk.ana, shown.id, data))
    assert alone(desk) == ["said slow", "said again"]


@pytest.mark.parametrize(
    ("to", "told_here", "told_to_ana"),
    [("", [], ["Nobody else was told"]), ("bo.larsen@partner.example", [ASIDE], ["said here"])],
)
async def test_a_card_for_another_space_goes_to_its_reader_or_to_nobody(
    desk: Desk,
    process: Process,
    monkeypatch: pytest.MonkeyPatch,
    to: str,
    told_here: list[str],
    told_to_ana: list[str],
) -> None:
    desk.handlers.elsewhere = Elsewhere(card(heading("said there")), desk.group.id, to)

    def act(number: int) -> None:
        if number == 1:
            stranger_comes(desk)
            raise Refusal(429, "Too many requests.", retry_after=0)

    before_posts(monkeypatch, act)
    await desk.works(process, await desk.asks("here"))
    assert (here(desk), desk.answers()) == (told_here, told_to_ana)
    assert ("said there" in desk.answers(desk.cloud.direct(desk.bo, desk.bot))) == bool(to)


async def test_nothing_is_asked_of_webex_that_was_not_asked_before(desk: Desk, process: Process) -> None:
    await desk.works(process, await desk.asks(to=desk.group))
    desk.cloud.calls.clear()
    await desk.works(process, await desk.asks(to=desk.group))
    assert [call.method for call in desk.cloud.calls] == ["GET", "POST"]


async def limit(desk: Desk, email: str) -> None:
    async with writing(desk.store) as session:
        session.add(Organization(id="acme", webex_id="acme", display_name="Acme", search_name="acme"))
    await add_agent(desk.store, email, Role.AGENT, "a test", ["Acme"])


async def _is(desk: Desk, asked: Message, outcome: str) -> bool:
    return await desk.outcome(asked) == outcome
