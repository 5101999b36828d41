"""A card tells which event it answers, so that two equal answers are never taken for each other."""

from collections.abc import AsyncIterator

import pytest

from bot.dispatch.audience import Route
from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import Outgoing
from bot.outgoing.sent_messages import Attempt, OwnMessages
from bot.webex.messages import marked
from cards.elements import card, heading, text
from commands.command import Shows
from playground.identifiers import identifier, new_uuid
from playground.rest.answers import moment
from playground.rooms import Message, Space
from tests.bot.desk import Desk, Process, open_desk
from tests.databases import Sqlite

ANSWER = card(heading("Pat"), text("Active"))


@pytest.fixture
async def desk(sqlite: Sqlite) -> AsyncIterator[Desk]:
    async with open_desk(sqlite) as opened:
        yield opened


@pytest.fixture(params=["direct", "group"])
def space(request: pytest.FixtureRequest, desk: Desk) -> Space:
    return desk.space if request.param == "direct" else desk.group


async def send(process: Process, asked: Message, number: int = 1) -> None:
    place = Thread(asked.space.id, asked.parent_id or asked.id, asked.space.type == "direct")
    attempt = Attempt(f"message:{asked.uuid}", moment(asked.created), number)
    await process.outbox.send(Outgoing(ANSWER, Route(place, Shows.NOTHING_PRIVATE)), attempt)


async def test_what_a_dead_process_answered_to_an_equal_question_in_the_thread_is_no_answer_to_this_one(
    desk: Desk, space: Space
) -> None:
    dead, alive = await desk.process("dead"), await desk.process("alive")
    root = await desk.asks(to=space)
    mention = desk.bot if space.type == "group" else None
    reply = await desk.cloud.post(desk.ana, space, "say hello", mention=mention, parent=root)
    await send(dead, root)
    await send(alive, reply, number=2)
    assert desk.answers(space) == ["Pat", "Pat"]
    await send(alive, root, number=2)
    assert desk.answers(space) == ["Pat", "Pat"]


def test_a_mark_changes_nothing_that_is_seen() -> None:
    sent = marked(ANSWER.json, "message:1")
    assert sent["body"][0].pop("id") == "message:1"
    assert sent == ANSWER.json


def test_what_stands_in_another_thread_is_not_looked_at() -> None:
    messages, space, threads = OwnMessages(), new_uuid(), [new_uuid(), new_uuid()]
    first, second, outside = new_uuid(), new_uuid(), new_uuid()
    messages.heard(first, space, threads[0])
    messages.heard_by_webhook(
        {
            "id": identifier("MESSAGE", second),
            "roomId": identifier("ROOM", space),
            "parentId": identifier("MESSAGE", threads[1]),
        }
    )
    messages.heard(outside, space)
    wanted = Attempt("message:1", "", 2)
    found = messages.candidates(wanted, identifier("ROOM", space), identifier("MESSAGE", threads[1]))
    assert found == [outside, second]
