"""A question to a customer outlives the process that put it, and so does the answer."""

from collections.abc import AsyncIterator

import pytest

from tests.administrator import administrator
from tests.chat import Chat, open_stage
from tests.databases import Databases
from tests.drills.bots import Bots

JUERGEN, WHY = "jurgen.grossmann@mueller-soehne.example", "Calls of the Berlin office fail"


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.open_to_browsers()
        yield chat


async def test_killed_behind_the_question_and_behind_the_answer_everybody_is_told_once(chat: Chat, bots: Bots) -> None:
    process = await bots.by_websocket(chat.settings)
    asked = await chat.presses(await chat.says("consent müller"), "Ask them", reason=WHY)
    async with administrator(JUERGEN, chat.mailbox) as juergen:
        link = await juergen.link()
        await bots.kill(process.process.pid)

        process = await bots.by_websocket(chat.settings)
        page = await juergen.presses(link, "approve")
        await bots.kill(process.process.pid)
        assert "allowed it" in page.words

        await bots.by_websocket(chat.settings)
        granted = await chat.later(asked, f"{chat.ana.email} may look at", 120)
        await chat.later(granted, "Access of", 30)
        await chat.mailbox.next_mail(to=JUERGEN, after=juergen.last, timeout=30)
        assert "has not agreed" not in (await chat.says("view müller", to=chat.direct(chat.ana))).heading
    await bots.end_all()
    cards = [one for one in chat.cloud.messages(asked.message.space) if one.text.startswith(chat.ana.email)]
    assert len(cards) == 1
