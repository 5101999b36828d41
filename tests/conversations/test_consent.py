"""From an agent's question to a customer's answer, and its end: chat, mail and web page, as each of them has it."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlmodel import select

from bot import long_work
from bot.jobs import consent as job
from helpdesk.store.tables import AuditRow
from tests.administrator import Administrator, administrator
from tests.chat import Chat, Seen, open_stage
from tests.databases import Databases
from tests.sessions import rows

MUELLER, JUERGEN = "Müller", "jurgen.grossmann@mueller-soehne.example"
WHY = "Calls of the Berlin office fail since Monday"


@pytest.fixture
async def chat(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """A bot with a web address of its own, whose jobs look up twice a second."""
    monkeypatch.setattr(long_work, "JOBS_AFTER_SECONDS", 0)
    monkeypatch.setattr(job, "LOOK_SECONDS", 0.5)
    async with AsyncExitStack() as stack:
        chat = await stack.enter_async_context(open_stage(await stack.enter_async_context(databases.fresh("demo"))))
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        here = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
        chat.settings = chat.settings.model_copy(update=here)
        await chat.start()
        stack.push_async_callback(chat.stop)
        yield chat


@pytest.fixture
async def juergen(chat: Chat) -> AsyncIterator[Administrator]:
    async with administrator(JUERGEN, chat.mailbox) as juergen:
        yield juergen


async def asks(chat: Chat) -> Seen:
    """Ana asks Müller, and is told that they are being asked."""
    form = await chat.says(f"consent {MUELLER}")
    return await chat.presses(form, "Ask them", reason=WHY)


async def turns(chat: Chat) -> list[tuple[str, str]]:
    found = await rows(chat.store, select(AuditRow).where(AuditRow.action.startswith("consent")).order_by(AuditRow.id))
    return [(row.actor, row.action) for row in found if row.action != "consent.mail"]


async def test_from_the_question_to_the_view_and_the_customers_end_of_it(chat: Chat, juergen: Administrator) -> None:
    refused = await chat.says(f"view {MUELLER}", to=chat.direct(chat.ana))
    assert "Ask for access" in refused.buttons
    asked = await asks(chat)
    assert "is asked to let you look" in asked.heading
    assert WHY in asked.text
    link = await juergen.link()
    page = await juergen.looks(link)
    for said in (chat.ana.email, WHY, JUERGEN, "60 min"):
        assert said in page.words
    after = await juergen.presses(link, "approve")
    assert (after.status, "may look at" in after.words) == (200, True)
    granted = await chat.later(asked, f"{chat.ana.email} may look at")
    assert f"Jürgen Großmann ({JUERGEN}) allowed it" in granted.text
    line = await chat.later(granted, f"Access of {chat.ana.email}")
    assert "60 min left" in line.text
    assert "You can end it at any time" in (await juergen.next_mail()).text
    opened = await chat.says(f"view {MUELLER}", to=chat.direct(chat.ana))
    assert "is ready for you" in opened.heading

    ended = await juergen.presses(link, "end")
    assert ended.status == 200
    told = await chat.later(granted, "The access to")
    assert "took back" in told.text
    await juergen.next_mail()
    assert "has not agreed" in (await chat.says(f"view {MUELLER}", to=chat.direct(chat.ana))).heading
    assert await turns(chat) == [
        (chat.ana.email, "consent.ask"),
        (JUERGEN, "consent.approve"),
        (JUERGEN, "consent.revoke"),
    ]
