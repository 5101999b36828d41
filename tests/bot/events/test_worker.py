"""What is heard is answered once: in turn, within bounds, and whatever the store or Webex do meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, func, select

from bot.events import worker
from bot.events.inbox import MOST_ATTEMPTS
from helpdesk.platform.store.tables.events import ClaimedEvent
from playground import writing
from playground.refusals import Refusal
from playground.rooms import Message
from tests.bot.desk import Desk, Process, open_desk, until
from tests.databases import Databases
from tests.sessions import rows


@pytest.fixture
async def desk(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    for module in ("helpdesk.platform.webex.client", "bot.outgoing.outbox"):
        monkeypatch.setattr(f"{module}.ATTEMPTS", 2)
    monkeypatch.setattr("bot.outgoing.outbox.TOLD_SECONDS", (0.05, 0.1))
    async with open_desk(databases) as opened:
        yield opened


@pytest.fixture
async def process(desk: Desk) -> Process:
    return await desk.process()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done every few seconds is done all the time."""
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)


async def waiting(desk: Desk) -> int:
    query = select(func.count()).where(col(ClaimedEvent.claimed_by).is_(None), col(ClaimedEvent.done_at).is_(None))
    (count,) = await rows(desk.store, query)
    return int(count)


async def all_answered(desk: Desk, asked: list[Message]) -> None:
    for each in asked:
        await desk.answer_to(each)
    for process in desk.processes:
        await process.worker.rest()


# -- once -------------------------------------------------------------------------------------------


async def test_a_message_is_answered_once_however_often_it_is_told(desk: Desk, process: Process) -> None:
    asked = await desk.asks("hello")
    assert await desk.works(process, asked, asked) == [True, True]
    assert await desk.works(process, asked) == [True]
    assert desk.answers() == ["said hello"]
    assert await desk.outcome(asked) == "answered"
    assert process.counted("helpdesk_duplicates_total") == 2
    assert process.counted('helpdesk_events_total{kind="message",outcome="answered"}') == 1


async def test_processes_that_all_hear_answer_once(desk: Desk) -> None:
    processes = [await desk.process(f"process {number}") for number in range(3)]
    asked = [await desk.asks(f"{number}", desk.ana if number % 2 else desk.bo) for number in range(10)]
    for process in processes:
        process.keeps_going()
    await asyncio.gather(*(process.worker.take(desk.arrival(each)) for each in asked for process in processes))
    await all_answered(desk, asked)
    assert sorted(desk.answers()) == [f"said {number}" for number in range(1, 10, 2)]
    assert sorted(desk.answers(desk.cloud.direct(desk.bo, desk.bot))) == [f"said {n}" for n in range(0, 10, 2)]


async def test_an_event_is_stored_once_take_says_so(desk: Desk, process: Process) -> None:
    asked, gate = await desk.asks("hello"), desk.handlers.closed("hello")
    assert await process.worker.take(desk.arrival(asked))
    assert await desk.outcome(asked) is None
    gate.set()


async def test_what_bots_write_is_left_alone(desk: Desk, process: Process) -> None:
    other = desk.cloud.add_bot("Other Bot")
    desk.cloud.join(other, desk.group)
    for bot in (desk.bot, other):
        written = await desk.cloud.post(bot, desk.group, "say hello", mention=desk.bot)
        await process.worker.take(desk.by_webhook(written))
        await process.worker.rest()
    assert process.counted('helpdesk_events_total{kind="message",outcome="ignored"}') == 2
    assert desk.handlers.began == []


async def test_a_message_that_was_deleted_meanwhile_is_gone(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.webex.messages.UNREADABLE_SECONDS", (0.01,))
    asked = await desk.asks()
    await desk.cloud.delete(desk.ana, asked)
    await desk.works(process, asked)
    assert (await desk.outcome(asked), desk.answers()) == ("gone", [])


async def test_a_press_is_answered_once_in_the_thread_of_its_card(desk: Desk, process: Process) -> None:
    asked = await desk.asks("hello")
    await desk.works(process, asked)
    (shown,) = desk.posted()
    assert shown.card
    pressed = await desk.cloud.press(desk.ana, shown.id, shown.card["actions"][0]["data"])
    await desk.works(process, pressed, pressed)
    assert desk.answers() == ["said hello", "said again"]
    assert {one.parent_id for one in desk.posted()} == {asked.id}
    assert desk.handlers.pressed == [f"submission:{pressed.uuid}"]


# -- in turn and within bounds ----------------------------------------------------------------------


async def test_one_persons_handlers_run_in_order_although_what_they_wrote_is_fetched_at_once(
    desk: Desk, process: Process
) -> None:
    asked = [await desk.asks(f"{number}") for number in range(20)]
    desk.cloud.faults.error_share = 0.3  # some are fetched at a second try
    desk.cloud.faults.error_statuses = [503]
    await desk.works(process, *asked)
    began = [int(words) for words in desk.handlers.began]
    assert began == sorted(began)
    assert len(began) > 10


async def test_a_slow_person_delays_nobody_else(desk: Desk, process: Process) -> None:
    gate, slow, next_one = desk.handlers.closed("slow"), await desk.asks("slow"), await desk.asks("next")
    for each in (slow, next_one):
        process.worker.take(desk.arrival(each))
    await desk.handlers.in_work(1)
    other = await desk.asks("other", desk.bo)
    await process.worker.take(desk.arrival(other))
    await desk.answer_to(other)
    assert desk.handlers.began == ["slow", "other"]
    gate.set()
    await all_answered(desk, [slow, next_one])
    assert desk.answers() == ["said slow", "said next"]


async def test_one_person_is_not_in_the_way_of_themselves_in_another_space(desk: Desk, process: Process) -> None:
    gate, slow = desk.handlers.closed("slow"), await desk.asks("slow")
    process.worker.take(desk.arrival(slow))
    elsewhere = await desk.asks("elsewhere", to=desk.group)
    process.worker.take(desk.arrival(elsewhere))
    await desk.answer_to(elsewhere)
    gate.set()


async def test_no_more_than_so_many_are_in_work_and_the_rest_wait_in_the_store(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "IN_WORK", 3)
    people = [desk.cloud.add_person(f"Agent {number}", f"{number}@elsewhere.example") for number in range(12)]
    asked = [await desk.asks("hello", desk.bo), *[await desk.asks("hello", each) for each in people]]
    gate = desk.handlers.closed("hello")
    await asyncio.gather(*(process.worker.take(desk.arrival(each)) for each in asked))
    process.keeps_going()
    assert await waiting(desk) == 10
    # Of who may not be told anything, the answer is a refusal, and makes room for the next.
    async with asyncio.timeout(2.5):
        for each in asked[1:]:
            await desk.answer_to(each)
    assert desk.handlers.began == ["hello"]
    gate.set()
    await desk.answer_to(asked[0])


async def test_one_person_has_no_more_than_so_many_in_work(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "OF_ONE_LANE", 2)
    gate = desk.handlers.closed("0")
    asked = [await desk.asks(f"{number}") for number in range(6)]
    await asyncio.gather(*(process.worker.take(desk.arrival(each)) for each in asked))
    process.keeps_going()
    await desk.cloud.next_message(desk.space, asked[-1], 10, desk.bot)  # asked for patience
    assert await waiting(desk) == 4
    other = await desk.asks("other", desk.bo)
    await process.worker.take(desk.arrival(other))
    await desk.answer_to(other)
    gate.set()
    async with asyncio.timeout(2.5):
        await all_answered(desk, asked)
    assert [words for words in desk.handlers.began if words != "other"] == ["0", "1", "2", "3", "4", "5"]


async def test_an_agent_who_floods_is_told_once_and_all_is_answered(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "OF_ONE_LANE", 2)
    process.keeps_going()
    asked = [await desk.asks(f"{number}") for number in range(30)]
    for each in asked:
        process.worker.take(desk.arrival(each))
    await all_answered(desk, asked)
    answers = desk.answers()
    assert answers.count("You ask faster than I can answer") == 1
    assert sorted(answers) == sorted([f"said {number}" for number in range(30)] + ["You ask faster than I can answer"])


async def test_so_is_one_whose_lines_another_process_stored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "OF_ONE_LANE", 2)
    holder, other = await desk.process("holder"), await desk.process("other")
    asked, gate = [await desk.asks(f"{number}") for number in range(9)], desk.handlers.closed("0")
    await holder.worker.take(desk.arrival(asked[0]))
    await asyncio.gather(*(other.worker.take(desk.arrival(each)) for each in asked[1:]))
    holder.keeps_going()
    gate.set()
    await all_answered(desk, asked)
    await holder.worker.rest()
    assert desk.answers().count("You ask faster than I can answer") == 1


async def test_a_stranger_who_floods_is_told_nothing_of_it(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "OF_ONE_LANE", 1)
    process.keeps_going()
    asked = [await desk.asks(f"{number}", desk.kim) for number in range(5)]
    for each in asked:
        process.worker.take(desk.arrival(each))
    await all_answered(desk, asked)
    answers = desk.answers(desk.cloud.direct(desk.kim, desk.bot))
    assert len(answers) == 5
    assert "You ask faster than I can answer" not in answers


# -- the store away ---------------------------------------------------------------------------------


async def test_the_store_back_within_a_moment_nobody_notices(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STORE_AGAIN_SECONDS", (0.05,) * 20)
    asked = await desk.asks()
    process.database.is_away = True
    stored = process.worker.take(desk.arrival(asked))
    await process.database.refuses(3)
    process.database.is_away = False
    assert await stored
    await process.worker.rest()
    assert desk.answers() == ["said hello"]


async def test_the_store_away_is_said_once_and_nothing_is_taken_on(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STORE_AGAIN_SECONDS", (0.01, 0.01))
    asked = await desk.asks()
    process.database.is_away = True
    assert await desk.works(process, asked) == [False]
    assert await desk.works(process, asked) == [False]
    assert desk.answers() == ["The desk cannot reach its database right now."]
    process.database.is_away = False
    assert await desk.works(process, asked) == [True]
    assert desk.answers()[1:] == ["said hello"]


async def test_bots_are_not_told_that_the_store_is_away(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STORE_AGAIN_SECONDS", (0.01,))
    other = desk.cloud.add_bot("Other Bot")
    desk.cloud.join(other, desk.group)
    process.database.is_away = True
    written = await desk.cloud.post(other, desk.group, "say hello", mention=desk.bot)
    assert not await process.worker.take(desk.by_webhook(written))
    await process.worker.rest()
    assert desk.answers(desk.group) == []


@pytest.mark.parametrize("lost", [1, 3])
async def test_events_stored_without_our_hearing_so_are_answered_once(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    monkeypatch.setattr(worker, "STORE_AGAIN_SECONDS", (0.01,) * 4)
    process.database.lose_answers = lost
    asked = [await desk.asks("one"), await desk.asks("two"), await desk.asks("three", desk.bo)]
    assert await desk.works(process, *asked) == [True] * 3
    assert desk.answers() == ["said one", "said two"]
    assert [(row.outcome, row.attempts) for each in asked if (row := await desk.row(each))] == [("answered", 1)] * 3


async def test_what_was_taken_up_meanwhile_is_not_begun_a_second_time(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    """The claim lapsed while it was unclear whether it was stored."""
    monkeypatch.setattr(worker, "STORE_AGAIN_SECONDS", (0.5,))
    gate, asked = desk.handlers.closed("hello"), await desk.asks("hello")
    process.database.lose_answers = 1
    stored = process.worker.take(desk.arrival(asked))
    await until(lambda: desk.row(asked))
    await desk.lapses()
    process.keeps_going()
    await desk.handlers.in_work(1)
    assert await stored
    gate.set()
    await process.worker.rest()
    assert (desk.handlers.began, desk.answers()) == (["hello"], ["said hello"])


async def test_what_was_answered_while_the_store_is_away_is_noted_later(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    monkeypatch.setattr(worker, "FINISH_AGAIN_SECONDS", 0.05)
    asked, gate = await desk.asks("hello"), desk.handlers.closed("hello")
    process.keeps_going()
    await process.worker.take(desk.arrival(asked))
    await desk.handlers.in_work(1)
    process.database.is_away = True
    gate.set()
    await desk.answer_to(asked)
    await process.database.refuses(process.database.refused + 3)
    await desk.lapses()
    process.database.is_away = False
    await process.worker.rest()
    assert (desk.answers(), await desk.outcome(asked)) == (["said hello"], "answered")


# -- Webex away, and what can never be answered -----------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_what_webex_would_not_let_us_answer_is_answered_when_it_is_back(
    desk: Desk, process: Process, status: int, soon: None
) -> None:
    desk.cloud.faults.error_statuses, desk.cloud.faults.error_share = [status], 1.0
    asked = await desk.asks()
    await desk.works(process, asked)
    assert (await desk.outcome(asked), desk.answers()) == (None, [])
    desk.cloud.faults.clear()
    process.keeps_going()
    await desk.lapses()
    await desk.answer_to(asked)
    await process.worker.rest()
    assert (await desk.outcome(asked), desk.answers()) == ("answered", ["said hello"])
    assert process.counted("helpdesk_claims_retaken_total") == 1


async def test_what_a_dead_process_had_in_work_is_answered_by_another(desk: Desk, soon: None) -> None:
    first, second = await desk.process("first"), await desk.process("second")
    gate, asked = desk.handlers.closed("one"), [await desk.asks("one"), await desk.asks("two")]
    await asyncio.gather(*(first.worker.take(desk.arrival(each)) for each in asked))
    await desk.handlers.in_work(1)
    await first.dies()
    gate.set()
    second.keeps_going()
    await desk.lapses()
    await all_answered(desk, asked)
    assert desk.answers() == ["said one", "said two"]


def refuse_posts(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    def refused(*_: object) -> Message:
        raise Refusal(status, "No.")

    monkeypatch.setattr(writing, "post", refused)


async def tried(desk: Desk, process: Process, asked: Message, attempt: int) -> str | None:
    """How it ended when it was taken up for the how-manieth time."""
    await desk.lapses(attempts=attempt - 1)
    before = process.counted("helpdesk_claims_retaken_total")
    process.keeps_going()
    await until(lambda: process.has_counted("helpdesk_claims_retaken_total", before + 1))
    await process.worker.rest()
    await process.stops()
    return await desk.outcome(asked)


async def test_after_the_most_attempts_the_person_is_told_that_it_failed(
    desk: Desk, process: Process, soon: None
) -> None:
    asked = await desk.asks()
    await process.inbox.add([(desk.arrival(asked), True)])
    assert await tried(desk, process, asked, MOST_ATTEMPTS + 1) == "given up"
    assert desk.answers() == ["Something went wrong on our side"]
    assert desk.handlers.began == []


async def test_what_can_never_be_answered_is_given_up_after_the_most_attempts(
    desk: Desk, process: Process, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    asked = await desk.asks()
    refuse_posts(monkeypatch, 403)
    await desk.works(process, asked)
    assert await desk.outcome(asked) is None
    assert await tried(desk, process, asked, MOST_ATTEMPTS) is None
    assert await tried(desk, process, asked, MOST_ATTEMPTS + 1) == "given up"
    assert process.counted('helpdesk_events_total{kind="message",outcome="given up"}') == 1


async def test_while_webex_is_away_nothing_is_given_up(desk: Desk, process: Process, soon: None) -> None:
    asked = await desk.asks()
    await process.inbox.add([(desk.arrival(asked), True)])
    desk.cloud.faults.error_share = 1.0
    assert await tried(desk, process, asked, MOST_ATTEMPTS + 1) is None


# -- the end ------------------------------------------------------------------------------------------


async def test_the_end_waits_for_what_is_in_work(desk: Desk, process: Process) -> None:
    gate, asked = desk.handlers.closed("hello"), await desk.asks("hello")
    await process.worker.take(desk.arrival(asked))
    await desk.handlers.in_work(1)
    ending = asyncio.create_task(process.worker.drain(10))
    await asyncio.sleep(0)
    gate.set()
    await ending
    assert (desk.answers(), await desk.outcome(asked)) == (["said hello"], "answered")


async def test_what_takes_too_long_is_handed_back_and_answered_by_another(desk: Desk) -> None:
    first, second = await desk.process("first"), await desk.process("second")
    gate, asked = desk.handlers.closed("hello"), await desk.asks("hello")
    await first.worker.take(desk.arrival(asked))
    await desk.handlers.in_work(1)
    await first.worker.drain(0.01)
    gate.set()
    second.keeps_going()
    await desk.answer_to(asked)
    await second.worker.drain(10)
    assert desk.answers() == ["said hello"]


async def test_what_was_being_sent_at_the_end_is_looked_for_by_who_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outgoing.outbox.TOLD_SECONDS", (20,))
    first, second = await desk.process("first"), await desk.process("second")
    gate, asked = desk.handlers.closed("hello"), await desk.asks("hello")
    await first.worker.take(desk.arrival(asked))
    await desk.handlers.in_work(1)
    desk.cloud.faults.lose_answer_next = 1
    gate.set()
    await desk.answer_to(asked)
    await first.worker.drain(0.05)
    second.keeps_going()
    await until(lambda: desk.outcome(asked))
    assert desk.answers() == ["said hello"]


async def test_what_was_answered_but_not_noted_is_not_handed_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FINISH_AGAIN_SECONDS", 20)
    first, second = await desk.process("first"), await desk.process("second")
    gate, asked = desk.handlers.closed("hello"), await desk.asks("hello", to=desk.group)
    await first.worker.take(desk.arrival(asked))
    await desk.handlers.in_work(1)
    first.database.is_away = True
    gate.set()
    await first.database.refuses(first.database.refused + 1)
    await desk.answer_to(asked)
    first.database.is_away = False
    second.hears_own = False
    await first.worker.drain(0.05)
    assert await second.inbox.take(10, 10, ()) == ([], False)


async def test_once_it_ends_nothing_more_is_taken_up(desk: Desk, process: Process, soon: None) -> None:
    await process.worker.drain(1)
    await process.inbox.add([(desk.arrival(await desk.asks()), False)])
    process.keeps_going()
    await until(lambda: process.has_counted("helpdesk_events_waiting", 1))
    assert await process.inbox.depth() == 1
