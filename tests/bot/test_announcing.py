"""What a job says is posted in its thread, and once, however often the step that says it is done."""

from collections.abc import AsyncIterator

import pytest

from bot.announcing import Announcer
from bot.buttons import Place
from cards.elements import card, heading
from playground.rooms import Message
from tests.bot.desk import Desk, open_desk
from tests.databases import Sqlite

DELIVERED = card(heading("Delivered"))
FAILED = card(heading("Not delivered"))


@pytest.fixture
async def desk(sqlite: Sqlite) -> AsyncIterator[Desk]:
    """Nothing here asks the store."""
    async with open_desk(sqlite) as opened:
        yield opened


async def said(desk: Desk, asked: Message) -> list[str]:
    return [each.text for each in desk.cloud.messages(asked.space) if each.parent_id == asked.id]


async def test_what_is_said_again_under_the_same_key_is_there_once(desk: Desk) -> None:
    announcer = Announcer((await desk.process()).outbox)
    asked = await desk.asks(to=desk.space)
    place = Place(asked.space.id, asked.id, is_direct=True)
    await announcer.say(DELIVERED, place, "watch of one mail")
    await announcer.say(DELIVERED, place, "watch of one mail")
    await announcer.say(DELIVERED, place, "watch of another mail")
    await announcer.say(FAILED, place, "watch of another mail")
    assert await said(desk, asked) == ["Delivered", "Delivered", "Not delivered"]
