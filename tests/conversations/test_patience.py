"""While Webex asks for patience, a waiting agent is told once, and the answer comes when Webex lets it."""

import pytest

from bot.events import handler
from tests.chat import PAT, SAM, Chat, Seen

WAITS = "Webex asks us to wait"


@pytest.fixture(autouse=True)
def told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handler.WAITING_TOLD_SECONDS == 10
    monkeypatch.setattr(handler, "WAITING_TOLD_SECONDS", 0.2)


def said_to(chat: Chat, thread: str) -> list[str]:
    return [
        one.text.partition("\n")[0]
        for one in chat.cloud.messages(chat.space)
        if one.person is chat.bot and one.parent_id == thread
    ]


async def test_a_typed_line_is_answered_after_it_was_told_that_webex_asks_for_patience(chat: Chat) -> None:
    heading = (await chat.says(PAT)).heading
    chat.cloud.faults.retry_after_seconds = 4
    chat.cloud.faults.too_many_next = 1
    asked = await chat.cloud.post(chat.ana, chat.space, PAT, mention=chat.bot)
    told = await chat.answer_to(asked)
    assert told.heading == WAITS
    assert "Nothing is lost: the answer comes here" in told.text
    answer = Seen(await chat.cloud.next_message(chat.space, after=told.message, by=chat.bot, timeout=30))
    assert PAT in answer.text
    assert said_to(chat, asked.id) == [WAITS, heading]


async def test_a_press_is_answered_after_it_too(chat: Chat) -> None:
    card = await chat.says(SAM)
    chat.cloud.faults.retry_after_seconds = 4
    chat.cloud.faults.too_many_next = 1
    told = await chat.presses(card, "Email status")
    assert told.heading == WAITS
    answer = Seen(await chat.cloud.next_message(chat.space, after=told.message, by=chat.bot, timeout=30))
    assert answer.heading.startswith("Last email")


async def test_a_short_wait_is_not_told(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "WAITING_TOLD_SECONDS", 10)
    chat.cloud.faults.retry_after_seconds = 1
    chat.cloud.faults.too_many_next = 1
    asked = await chat.cloud.post(chat.ana, chat.space, PAT, mention=chat.bot)
    assert PAT in (await chat.answer_to(asked)).text
    assert len(said_to(chat, asked.id)) == 1
