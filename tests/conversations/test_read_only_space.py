"""A space in which only moderators may write: the agent is answered 1:1 with one line that says why."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from helpdesk.platform.store.tables.events import ClaimedEvent
from playground import writing
from playground.refusals import forbidden
from playground.rooms import Account, Message, Space
from tests.chat import PAT, Chat
from tests.sessions import rows

LINE = "I may not write in that space, so here is the answer"
Lock = Callable[[Space], None]


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> Lock:
    post = writing.post
    locked: set[str] = set()

    def posting(rooms: Any, sender: Account, space: Space, draft: writing.Draft) -> Message:
        if sender.type == "bot" and space.uuid in locked:
            raise forbidden("Only moderators may post in this announcement space.")
        return post(rooms, sender, space, draft)

    monkeypatch.setattr(writing, "post", posting)
    return lambda space: locked.add(space.uuid)


def said(chat: Chat, space: Space) -> list[str]:
    return [one.text.partition("\n")[0] for one in chat.cloud.messages(space) if one.person is chat.bot]


async def outcomes(chat: Chat) -> list[str | None]:
    return await rows(chat.store, select(ClaimedEvent.outcome).order_by(col(ClaimedEvent.received_at)))


@pytest.mark.parametrize("text", ["whoami", PAT, "help", "email nonsense"])
async def test_what_is_asked_in_it_is_answered_one_to_one_behind_one_line(chat: Chat, lock: Lock, text: str) -> None:
    there = await chat.says(text)
    lock(chat.space)
    asked = await chat.cloud.post(chat.ana, chat.space, text, mention=chat.bot)
    direct = chat.direct(chat.ana)
    seen = await chat.cloud.next_message(
        direct,
        asked,
        20,
        chat.bot,
        where=lambda one: one.text.partition("\n")[0] == there.message.text.partition("\n")[0],
    )
    assert seen.space is direct
    lines = said(chat, direct)
    assert lines[-2:] == [LINE, there.message.text.partition("\n")[0]]
    assert lines.count(LINE) == 1
    assert len(said(chat, chat.space)) == 1


async def test_a_press_in_it_and_a_button_of_its_answer_go_on_one_to_one(chat: Chat, lock: Lock) -> None:
    card = await chat.says("whoami")
    user = await chat.says(PAT)
    lock(chat.space)
    direct = chat.direct(chat.ana)
    title = next(each for each in user.buttons if each)
    pressed = await chat.cloud.press(chat.ana, user.message.id, user.buttons[title])
    await chat.cloud.next_message(direct, pressed, 20, chat.bot, where=lambda one: one.text.startswith(LINE))
    forged = await chat.cloud.press(chat.ana, card.message.id, {"action": "help.x", "token": "x"})
    await chat.cloud.next_message(direct, forged, 20, chat.bot, where=lambda one: one.text.startswith(LINE))
    assert len(said(chat, chat.space)) == 2


async def test_where_the_answer_went_one_to_one_anyway_the_line_of_the_space_is_done_without(
    chat: Chat, lock: Lock
) -> None:
    lock(chat.lobby)
    asked = await chat.cloud.post(chat.ana, chat.lobby, PAT, mention=chat.bot)
    seen = await chat.cloud.next_message(chat.direct(chat.ana), asked, 20, chat.bot, where=lambda one: PAT in one.text)
    assert PAT in seen.text
    await chat.says("whoami")
    async with asyncio.timeout(20):
        while None in await outcomes(chat):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    assert await outcomes(chat) == ["answered", "answered"]
    assert said(chat, chat.lobby) == []


async def test_who_is_no_agent_is_written_to_nowhere_and_holds_up_nothing(chat: Chat, lock: Lock) -> None:
    lock(chat.lobby)
    await chat.cloud.post(chat.kim, chat.lobby, PAT, mention=chat.bot)
    await chat.says("whoami")
    async with asyncio.timeout(20):
        while None in await outcomes(chat):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    assert await outcomes(chat) == ["refused", "answered"]
    assert chat.cloud.rooms.direct(chat.kim, chat.bot) is None
