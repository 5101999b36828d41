"""When Webex, the mail server, the database or the process itself fails: nothing is lost, nothing done twice."""

import asyncio
import sqlite3

import pytest
from sqlmodel import select

import helpdesk.platform.store.sqlite
from helpdesk.mail import smtp
from helpdesk.platform.store.tables.events import ClaimedEvent
from playground.rooms import Message
from tests.chat import PAT, SAM, Chat, Seen, open_chat
from tests.databases import Databases, Sqlite
from tests.processes import BotProcess
from tests.sessions import rows


async def answers(chat: Chat, asked: Message, *, seconds: float = 1.0) -> list[Seen]:
    """Every answer in the thread of `asked`, given some time for a second one to come."""
    await chat.answer_to(asked)
    await asyncio.sleep(seconds)
    return [
        Seen(one) for one in chat.cloud.messages(asked.space) if one.parent_id == asked.id and one.person is chat.bot
    ]


async def test_an_event_told_twice_is_answered_once(chat: Chat) -> None:
    chat.cloud.faults.duplicate_events = True
    asked = await chat.cloud.post(chat.ana, chat.space, PAT, mention=chat.bot)
    assert len(await answers(chat, asked)) == 1


async def test_too_many_requests_are_waited_out(chat: Chat) -> None:
    chat.cloud.faults.too_many_next = 2
    assert (await chat.says(PAT)).heading == "Pat Lindqvist"


async def test_calls_that_fail_are_tried_again(chat: Chat) -> None:
    chat.cloud.faults.error_share = 0.2
    for _ in range(5):
        assert (await chat.says(PAT)).heading == "Pat Lindqvist"


async def test_a_dropped_socket_is_opened_again(chat: Chat) -> None:
    chat.cloud.faults.drop_socket()
    while chat.cloud.sockets:  # noqa: ASYNC110  (the playground tells of new sockets, not of lost ones)
        await asyncio.sleep(0.01)
    await chat.cloud.connected(chat.bot, timeout=20)
    assert (await chat.says(PAT)).heading == "Pat Lindqvist"


async def test_an_edited_message_is_not_answered_again(chat: Chat) -> None:
    asked = await chat.cloud.post(chat.ana, chat.space, PAT, mention=chat.bot)
    await chat.answer_to(asked)
    await chat.cloud.edit(chat.ana, asked, f"{PAT} please")
    assert len(await answers(chat, asked)) == 1


async def test_every_frame_is_acknowledged_by_its_envelope(chat: Chat) -> None:
    before = len(chat.cloud.acknowledged)
    await chat.says(PAT)
    assert len(chat.cloud.acknowledged) > before


async def test_a_slow_mail_server_is_said_and_no_code_counts(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TOTAL_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "STEP_SECONDS", 10)
    chat.mailbox.delay_seconds = 1.5
    slow = await chat.says(f"verify {SAM}")
    assert slow.heading in (f"No code was sent to {SAM}", f"The code may have been sent to {SAM}")
    chat.mailbox.delay_seconds = 0


async def test_a_look_up_takes_two_calls(chat: Chat) -> None:
    await chat.says(PAT)
    before = len(chat.cloud.calls)
    await chat.says(PAT)
    made = [(call.method, call.path.rsplit("/", 1)[0]) for call in chat.cloud.calls[before:]]
    assert made == [("GET", "/v1/messages"), ("POST", "/v1")]


async def test_a_locked_database_is_said_and_then_everything_works_again(
    sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpdesk.platform.store.sqlite, "BUSY_SECONDS", 0.2)
    async with sqlite.fresh("demo") as url, open_chat(url) as chat:
        other = sqlite3.connect(url.partition("///")[2])
        other.execute("BEGIN EXCLUSIVE")
        refused = await chat.says(PAT)
        assert refused.heading == "The desk cannot reach its database right now."
        other.rollback()
        other.close()
        assert (await chat.says(PAT)).heading == "Pat Lindqvist"


async def test_a_process_killed_before_its_answer_is_made_up_for_once(databases: Databases) -> None:
    async with databases.fresh("demo") as url, open_chat(url) as chat:
        await chat.stop()
        first = await BotProcess.start(chat.settings)
        await chat.cloud.connected(chat.bot, timeout=20)
        chat.cloud.faults.latency_seconds = 2
        asked = await chat.cloud.post(chat.ana, chat.space, f"verify {SAM}", mention=chat.bot)
        await claimed(chat, asked)
        await first.kill()
        chat.cloud.faults.clear()
        second = await BotProcess.start(chat.settings)
        (answer,) = await answers(chat, asked)
        assert answer.heading == f"Code sent to {SAM}"
        assert len(chat.mailbox.mails) == 1
        status, logged = await second.end()
        assert (status, SAM in logged) == (0, False)


async def claimed(chat: Chat, asked: Message) -> None:
    for _ in range(100):
        if await rows(chat.store, select(ClaimedEvent).where(ClaimedEvent.event_id == f"message:{asked.uuid}")):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never claimed")
