"""Somebody comes into the space while an answer is being prepared: it goes 1:1, and what it began goes on there."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.platform.store.tables.proof import Verification
from playground.rooms import Account, Message
from tests.chat import SAM, Chat, Seen, another_code, open_stage
from tests.databases import Databases
from tests.sessions import rows

ASIDE = "Answered in your direct messages: not everyone here may see it"


@pytest.fixture(params=["websocket", "webhook"])
async def chat(databases: Databases, request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        if request.param == "webhook":
            chat.hears_by_webhook()
        async with chat.running():
            yield chat


@pytest.fixture
async def lee(chat: Chat) -> Account:
    """An agent who is limited to another customer than the demo's Acme."""
    lee = chat.cloud.add_person("Lee Novak", "lee.novak@partner.example")
    await add_agent(chat.store, lee.email, Role.AGENT, "a test", ["Nordlys Rederi"])
    return lee


async def asks(chat: Chat, text: str) -> Message:
    return await chat.cloud.post(chat.ana, chat.space, text, mention=chat.bot)


async def alone(chat: Chat, beginning: str) -> Seen:
    found = await chat.cloud.next_message(
        chat.direct(chat.ana), None, 20, chat.bot, where=lambda one: one.text.startswith(beginning)
    )
    return Seen(found)


def said_here(chat: Chat, since: Message) -> list[str]:
    return [
        each.text.partition("\n")[0]
        for each in chat.cloud.messages(chat.space)
        if each.person is chat.bot and each.number > since.number
    ]


async def code_is_on_its_way(chat: Chat) -> None:
    async with asyncio.timeout(20):
        while not await rows(chat.store, select(Verification)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def heard(chat: Chat) -> None:
    """The bot was told of who came: it hears of this later."""
    await chat.says("whoami", who=chat.bo, to=chat.direct(chat.bo))


async def test_a_code_whose_card_had_to_go_1_to_1_is_entered_there(chat: Chat, lee: Account) -> None:
    chat.mailbox.delay_seconds = 1.0
    asked = await asks(chat, f"verify {SAM}")
    await code_is_on_its_way(chat)
    chat.cloud.join(lee, chat.space)
    sent = await alone(chat, "Code sent to")
    code = await chat.code_mailed_to(SAM)
    wrong = await chat.presses(sent, "Check", code=another_code(code))
    assert "Mailbox confirmed" in (await chat.presses(wrong, "Check", code=code)).text
    assert said_here(chat, asked) == [ASIDE]


async def test_a_code_sent_in_the_space_is_entered_there_and_goes_on_1_to_1(chat: Chat, lee: Account) -> None:
    """Its card stands in the space; once somebody came, what follows is 1:1."""
    sent = await chat.says(f"verify {SAM}")
    code = await chat.code_mailed_to(SAM)
    chat.cloud.join(lee, chat.space)
    await heard(chat)
    assert (await chat.presses(sent, "Check", code=another_code(code))).text == ASIDE
    wrong = await alone(chat, "That is not the code")
    assert "Mailbox confirmed" in (await chat.presses(wrong, "Check", code=code)).text
    assert said_here(chat, sent.message) == [ASIDE]


async def test_a_code_that_had_to_go_1_to_1_is_nothing_to_anybody_else(chat: Chat, lee: Account) -> None:
    chat.mailbox.delay_seconds = 1.0
    await asks(chat, f"verify {SAM}")
    await code_is_on_its_way(chat)
    chat.cloud.join(lee, chat.space)
    sent = await alone(chat, "Code sent to")
    code = await chat.code_mailed_to(SAM)
    elsewhere = await chat.says("whoami", who=chat.bo)
    # The same button, posted with a card of the space by another agent, and by its own agent.
    for who in (chat.bo, chat.ana):
        action = await chat.cloud.press(who, elsewhere.message.id, {**sent.buttons["Check"], "code": code})
        told = Seen(await chat.cloud.next_message(chat.space, after=action, by=chat.bot, timeout=20))
        assert "Mailbox confirmed" not in told.text
