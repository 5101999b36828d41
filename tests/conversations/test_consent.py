"""From an agent's question to a customer's answer, and its end: chat, mail and web page, as each of them has it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlmodel import select

from bot import background
from bot.jobs import consent as job
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.store.tables.audit import AuditRow
from tests.administrator import Administrator, administrator
from tests.chat import Chat, Seen, open_stage
from tests.databases import Databases
from tests.nodes import nodes
from tests.sessions import rows

MUELLER, JUERGEN = "Müller", "jurgen.grossmann@mueller-soehne.example"
WHY = "Calls of the Berlin office fail since Monday"


@pytest.fixture
async def chat(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """A bot with a web address of its own, whose jobs look up twice a second."""
    monkeypatch.setattr(background, "JOBS_AFTER_SECONDS", 0)
    monkeypatch.setattr(job, "LOOK_SECONDS", 0.5)
    async with AsyncExitStack() as stack:
        chat = await stack.enter_async_context(open_stage(await stack.enter_async_context(databases.fresh("demo"))))
        chat.open_to_browsers()
        await stack.enter_async_context(chat.running())
        yield chat


@pytest.fixture
async def juergen(chat: Chat) -> AsyncIterator[Administrator]:
    async with administrator(JUERGEN, chat.mailbox) as juergen:
        yield juergen


async def asks(chat: Chat) -> Seen:
    """Ana asks Müller, and is told that they are being asked."""
    form = await chat.says(f"consent {MUELLER}")
    return await chat.presses(form, "Ask them", reason=WHY)


async def reads(line: Seen, words: str, chat: Chat) -> None:
    """The line is edited until it reads so."""
    message = line.message
    await chat.cloud.next_message(
        message.space, by=chat.bot, timeout=20, where=lambda one: one is message and words in one.text
    )


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


async def test_a_refusal_is_told_with_the_administrators_name(chat: Chat, juergen: Administrator) -> None:
    asked = await asks(chat)
    await juergen.presses(await juergen.link(), "refuse")
    told = await chat.later(asked, f"{chat.ana.email} may not look at")
    assert f"Jürgen Großmann ({JUERGEN}) refused it" in told.text
    assert "refused it" in (await juergen.next_mail()).text
    assert "has not agreed" in (await chat.says(f"view {MUELLER}", to=chat.direct(chat.ana))).heading


async def test_what_nobody_answers_lapses_and_both_sides_are_told(chat: Chat, juergen: Administrator) -> None:
    asked = await asks(chat)
    link = await juergen.link()
    page = await juergen.looks(link)
    chat.clock.passes(hours=1)
    assert "Nobody answered" in (await chat.later(asked, "The request for")).text
    assert "Nobody answered" in (await juergen.next_mail()).text
    late = await juergen.presses(link, "approve", page)
    assert (late.status, "has lapsed" in late.words) == (409, True)
    assert [action for _, action in await turns(chat)] == ["consent.ask", "consent.lapse"]


async def test_the_agent_withdraws_the_question(chat: Chat, juergen: Administrator) -> None:
    asked = await asks(chat)
    link = await juergen.link()
    withdrawn = await chat.presses(asked, "Withdraw the question")
    assert "was withdrawn" in withdrawn.heading
    assert "was withdrawn" in (await juergen.next_mail()).subject
    page = await juergen.looks(link)
    assert ("was withdrawn" in page.words, "<form" in page.text) == (True, False)


async def test_the_agent_ends_the_access_and_the_customer_is_told(chat: Chat, juergen: Administrator) -> None:
    asked = await asks(chat)
    await juergen.presses(await juergen.link(), "approve")
    granted = await chat.later(asked, f"{chat.ana.email} may look at")
    await juergen.next_mail()
    ended = await chat.presses(granted, "End the access")
    assert "needed it no longer" in ended.text
    assert "needed it no longer" in (await juergen.next_mail()).text


async def test_the_time_left_is_counted_down_in_one_line_until_it_is_over(chat: Chat, juergen: Administrator) -> None:
    asked = await asks(chat)
    await juergen.presses(await juergen.link(), "approve")
    granted = await chat.later(asked, f"{chat.ana.email} may look at")
    line = await chat.later(granted, "Access of")
    for minutes, left in ((16, ": 44 min left"), (40, ": 4 min left")):
        chat.clock.passes(minutes=minutes)
        await reads(line, left, chat)
    chat.clock.passes(minutes=5)
    assert "was over at" in (await chat.later(line, "The access to")).text
    await reads(line, "was over at", chat)


async def test_a_bot_that_was_away_tells_what_was_missed_and_asks_nobody_twice(
    chat: Chat, juergen: Administrator
) -> None:
    asked = await asks(chat)
    link = await juergen.link()
    await juergen.presses(link, "approve")
    granted = await chat.later(asked, f"{chat.ana.email} may look at")
    await chat.later(granted, "Access of")
    await juergen.next_mail()
    await chat.stop()
    chat.clock.passes(hours=2)
    await chat.start()
    assert "was over at" in (await chat.later(granted, "The access to")).text
    assert "was over at" in (await juergen.next_mail()).text
    subjects = [mail.subject for mail in chat.mailbox.mails]
    assert len(subjects) == len(set(subjects)) == 3


async def test_who_loses_their_role_loses_the_access_and_the_customer_is_told(
    chat: Chat, juergen: Administrator
) -> None:
    await add_agent(chat.store, chat.kim.email, Role.ADVANCED, "a test")
    form = await chat.says(f"consent {MUELLER}", who=chat.kim, to=chat.direct(chat.kim))
    await chat.presses(form, "Ask them", who=chat.kim, reason=WHY)
    link = await juergen.link()
    await juergen.presses(link, "approve")
    await juergen.next_mail()
    await remove_agent(chat.store, chat.kim.email)
    assert "The help desk ended it" in (await juergen.next_mail()).text
    assert "The help desk ended it" in (await juergen.looks(link)).words


async def test_an_administrator_who_talks_with_the_bot_is_shown_the_question_there_too(
    chat: Chat, juergen: Administrator
) -> None:
    account = chat.cloud.add_person("Jürgen Großmann", JUERGEN)
    space = chat.direct(account)
    said = await chat.says("help", who=account, to=space)
    await asks(chat)
    shown = await chat.later(said, f"May {chat.ana.email} look at")
    (link,) = (node["url"] for node in nodes(shown.message.card) if node.get("type") == "Action.OpenUrl")
    assert link == await juergen.link()
    assert shown.buttons == {}


async def test_mail_that_does_not_get_through_is_told_and_tried_again(chat: Chat, juergen: Administrator) -> None:
    chat.mailbox.refuse(JUERGEN, "451 4.7.1 later")
    asked = await asks(chat)
    told = await chat.later(asked, "1 of the 1 administrators")
    assert "tried again" in told.text
    chat.mailbox.accept(JUERGEN)
    await juergen.presses(await juergen.link(), "refuse")
    await chat.later(told, f"{chat.ana.email} may not look at")
