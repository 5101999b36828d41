"""Asked for in the desk's space, the link to a customer's view is sent to the asker alone, and opens in a browser."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.chat import Chat, Seen, open_stage
from tests.databases import Databases
from tests.nodes import nodes


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    """With an address that a browser can open."""
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.open_to_browsers()
        async with chat.running():
            yield chat


def links(seen: Seen) -> list[str]:
    found = [node["url"] for node in nodes(seen.message.card) if node.get("type") == "Action.OpenUrl"]
    return [url for url in found if "/desk/" in url]


async def test_the_link_goes_to_who_asked_and_the_space_gets_a_line(chat: Chat) -> None:
    told = await chat.says("view acme")
    assert links(told) == []
    aside = [message for message in chat.cloud.messages(chat.direct(chat.ana)) if message.person is chat.bot]
    (link,) = [link for message in aside for link in links(Seen(message))]
    async with aiohttp.ClientSession() as browser, browser.get(link) as page:
        assert page.status == 200
        assert "Open the view" in await page.text()
