"""What Webex's own clients send beside plain lines: mentions of everyone, reactions, people told by another id."""

import asyncio
from typing import Any

import pytest

from playground import activities, writing
from playground.identifiers import new_uuid
from playground.markup import spark_mention
from playground.rooms import Change, Message
from tests.chat import PAT, Chat

EVERYONE = '<spark-mention data-object-type="groupMention" data-group-type="all">All</spark-mention>'


def writes(chat: Chat, html: str) -> Message:
    draft = writing.Draft(html=f"<p>{html}</p>")
    return writing.post(chat.cloud.rooms, chat.ana, chat.space, draft)


def told(chat: Chat, message: Message, **changed: Any) -> dict[str, Any]:
    """The activity of a message, with parts changed."""
    change = Change("messages", "created", message, message.person)
    return {**activities.activity(change, chat.cloud.rooms, chat.cloud.base_url), **changed}


@pytest.mark.parametrize("line", ["{all} {bot} whoami", "{bot} {all} whoami", "{bot} whoami {all}"])
async def test_who_mentions_everyone_beside_the_bot_is_answered_as_without(chat: Chat, line: str) -> None:
    plain = await chat.says("whoami")
    asked = writes(chat, line.format(all=EVERYONE, bot=spark_mention(chat.bot.id, "Help Desk")))
    assert (await chat.answer_to(asked)).text == plain.text


async def test_reactions_are_answered_by_nothing_and_hold_up_nothing(chat: Chat) -> None:
    seen = await chat.says("whoami")
    for verb in ("add", "post"):
        reaction = {"objectType": "reaction2", "displayName": "thumbsup"}
        activity = told(chat, seen.message, id=new_uuid(), verb=verb, object=reaction)
        activity["actor"] = told(chat, writes(chat, "thanks"))["actor"]
        await chat.cloud.deliver({**activity, "parent": {"type": "reaction", "id": seen.message.uuid}}, to=chat.bot)
    before = len([one for one in chat.cloud.calls if one.status == 404])
    assert (await chat.says("whoami")).text == seen.text
    assert len([one for one in chat.cloud.calls if one.status == 404]) == before


async def test_a_frame_that_tells_its_actor_by_an_entry_uuid_alone_is_answered(chat: Chat) -> None:
    chat.cloud.faults.silence_sockets = True  # Webex tells it in another way
    asked = await chat.cloud.post(chat.ana, chat.direct(chat.ana), PAT)
    await asyncio.sleep(0.05)
    chat.cloud.faults.silence_sockets = False
    actor = {"objectType": "person", "type": "PERSON", "entryUUID": chat.ana.uuid, "emailAddress": chat.ana.email}
    await chat.cloud.deliver(told(chat, asked, actor=actor), to=chat.bot)
    assert PAT in (await chat.answer_to(asked)).text


async def test_frames_that_come_as_bytes_are_heard(chat: Chat) -> None:
    chat.cloud.faults.binary_frames = True
    assert (await chat.says(PAT)).heading == "Pat Lindqvist"
