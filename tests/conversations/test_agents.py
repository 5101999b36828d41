"""An agent from the first day to the last: named for one customer, seeing only that, and refused once removed."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from helpdesk.audit import Audit
from tests.bot.pages.viewers import Browser
from tests.chat import PAT, Chat, Seen, open_stage
from tests.databases import Databases
from tests.nodes import nodes

NO_AGENT = "This desk is for support agents"


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    """With an address that a browser can open."""
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.open_to_browsers()
        async with chat.running():
            yield chat


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(session)


def link(seen: Seen) -> str:
    (found,) = [node["url"] for node in nodes(seen.message.card) if "/desk/view/" in str(node.get("url"))]
    return str(found)


async def test_named_limited_and_removed_each_counts_at_once(chat: Chat, browser: Browser) -> None:
    alone = chat.direct(chat.kim)
    assert (await chat.says(PAT, who=chat.kim, to=alone)).heading == NO_AGENT

    named = await chat.says(f"agents add {chat.kim.email} agent Acme Corporation", to=chat.direct(chat.ana))
    assert named.heading == f"{chat.kim.email} is an agent"

    user = await chat.says(PAT, who=chat.kim, to=alone)
    assert user.heading == "Pat Lindqvist"
    assert (await chat.says("Nordlys Rederi", who=chat.kim, to=alone)).heading == "Nothing found for “Nordlys Rederi”"
    opened = link(await chat.says("view acme", who=chat.kim, to=alone))
    overview = await browser.open(opened)
    assert (overview.status, "Acme Corporation" in overview.words) == (200, True)
    page = str(URL(opened).with_path(overview.path))

    removed = await chat.says(f"agents remove {chat.kim.email}", to=chat.direct(chat.ana))
    assert removed.heading == f"{chat.kim.email} is no named agent any more"
    for after in (await chat.says(PAT, who=chat.kim, to=alone), await chat.presses(user, "Email status", who=chat.kim)):
        assert (after.heading, PAT in after.text) == (NO_AGENT, False)
    for path in (page, f"{page}/users"):
        closed = await browser.get(path)
        assert (closed.status, "Acme" in closed.words) == (403, False)
    acts = [(row.actor, row.action) for row in await Audit(chat.store).about(chat.kim.email)]
    assert acts == [
        (chat.ana.email, "agents.name"),
        (chat.kim.email, "agents.first_use"),
        (chat.ana.email, "agents.remove"),
    ]
