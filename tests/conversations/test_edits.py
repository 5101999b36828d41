"""A question that is corrected is answered anew in the same thread, by either way in, and each wording once."""

import asyncio

import pytest

from playground.identifiers import new_uuid
from playground.rooms import Message
from tests.chat import PAT, SAM, Chat


def said_to(chat: Chat, asked: Message) -> list[str]:
    return [
        one.text for one in chat.cloud.messages(asked.space) if one.person is chat.bot and one.parent_id == asked.id
    ]


async def edits(chat: Chat, asked: Message, text: str) -> str:
    before = len(said_to(chat, asked))
    await chat.cloud.edit(chat.ana, asked, text)
    async with asyncio.timeout(20):
        while len(said_to(chat, asked)) == before:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
    return said_to(chat, asked)[-1]


@pytest.mark.parametrize("way", ["websocket", "webhook"])
async def test_a_corrected_line_is_a_new_question_in_the_same_thread(chat: Chat, way: str) -> None:
    if way == "webhook":
        await chat.stop()
        chat.hears_by_webhook()
        await chat.start()
    direct = chat.direct(chat.ana)
    asked = await chat.cloud.post(chat.ana, direct, PAT)
    assert PAT in (await chat.answer_to(asked)).text
    assert SAM in await edits(chat, asked, SAM)
    assert PAT in await edits(chat, asked, PAT)
    await chat.says("whoami", to=direct)
    assert len(said_to(chat, asked)) == 3


async def test_an_edit_at_once_takes_the_place_of_the_question(chat: Chat) -> None:
    direct = chat.direct(chat.ana)
    asked = await chat.cloud.post(chat.ana, direct, PAT)
    await chat.cloud.edit(chat.ana, asked, SAM)
    assert SAM in (await chat.answer_to(asked)).text
    await chat.says("whoami", to=direct)
    assert len(said_to(chat, asked)) == 1


async def test_an_edit_told_twice_or_by_another_or_of_nothing_is_not_answered_again(chat: Chat) -> None:
    direct = chat.direct(chat.ana)
    asked = await chat.cloud.post(chat.ana, direct, PAT)
    await chat.answer_to(asked)
    await edits(chat, asked, SAM)
    actor = {"type": "PERSON", "id": chat.ana.uuid, "emailAddress": chat.ana.email}
    base = f"{chat.cloud.base_url}/conversation/api/v1/conversations"
    target = {"id": direct.uuid, "url": f"{base}/{direct.uuid}", "tags": ["ONE_ON_ONE"]}
    edit = {"verb": "post", "actor": actor, "target": target, "parent": {"type": "edit", "id": asked.uuid}}
    update = {"verb": "update", "actor": actor, "target": target, "object": {"objectType": "comment", "id": asked.uuid}}
    stranger = {**edit, "actor": {"type": "PERSON", "id": chat.bo.uuid}}
    for activity in (edit, update, stranger):
        await chat.cloud.deliver({"id": new_uuid(), **activity}, to=chat.bot)
    await chat.says("whoami", to=direct)
    assert len(said_to(chat, asked)) == 2


async def replies(chat: Chat, asked: Message, count: int) -> list[str]:
    async with asyncio.timeout(30):
        while len(said_to(chat, asked)) < count:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
    return said_to(chat, asked)


@pytest.mark.parametrize("way", ["websocket", "webhook"])
async def test_lines_corrected_while_the_desk_was_down_are_answered_once(chat: Chat, way: str) -> None:
    if way == "webhook":
        await chat.stop()
        chat.hears_by_webhook()
        await chat.start()
    direct = chat.direct(chat.ana)
    answered = await chat.cloud.post(chat.ana, direct, PAT)
    await chat.answer_to(answered)
    await chat.stop()
    await chat.cloud.edit(chat.ana, answered, SAM)
    unheard = await chat.cloud.post(chat.ana, direct, PAT)
    await chat.cloud.edit(chat.ana, unheard, SAM)
    await chat.start()
    assert SAM in (await replies(chat, answered, 2))[1]
    assert SAM in (await replies(chat, unheard, 1))[0]
    await chat.stop()
    await chat.start()
    await chat.says("whoami", to=direct)
    assert (len(said_to(chat, answered)), len(said_to(chat, unheard))) == (2, 1)


async def test_a_line_corrected_while_the_link_was_lost_is_answered_once(chat: Chat) -> None:
    direct = chat.direct(chat.ana)
    asked = await chat.cloud.post(chat.ana, direct, PAT)
    await chat.answer_to(asked)
    chat.cloud.faults.drop_socket(seconds=0.5)
    await chat.cloud.edit(chat.ana, asked, SAM)
    assert SAM in (await replies(chat, asked, 2))[1]
    await chat.says("whoami", to=direct)
    assert len(said_to(chat, asked)) == 2
