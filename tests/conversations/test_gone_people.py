"""Who Webex no longer knows: their card says so and since when, the next sync removes them, their press is refused."""

from collections.abc import AsyncIterator

import pytest

from bot.cli.sync import sync_now
from tests.chat import PAT, SAM, Chat, Seen, open_stage
from tests.databases import Databases

GONE = "Webex no longer knows this user. The desk has known that since"


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.reads_customers()
        async with chat.running():
            yield chat


def webex_forgets(chat: Chat, address: str) -> None:
    for records in chat.cloud.partner.records.values():
        records["people"] = [one for one in records["people"] if address not in one["emails"]]


async def renewed(chat: Chat, seen: Seen) -> Seen:
    """The card again, with what Webex said meanwhile."""
    return Seen(await chat.cloud.next_message(seen.message.space, after=seen.message, by=chat.bot, timeout=20))


async def test_the_card_of_who_is_gone_says_so_and_the_next_sync_removes_them(chat: Chat) -> None:
    webex_forgets(chat, PAT)
    shown = await chat.says(PAT)
    assert GONE not in shown.text
    told = await renewed(chat, shown)
    assert (told.heading, told.message.parent_id) == (shown.heading, shown.message.parent_id)
    assert GONE in told.text
    assert "The next sync removes this user here." in told.text

    # It goes on saying so, at once.
    assert GONE in (await chat.says(PAT)).text
    assert GONE not in (await chat.says(SAM)).text

    assert await sync_now(chat.settings, chat.store, lambda line: None)
    after = await chat.says(PAT)
    assert GONE not in after.text
    assert "Pat Lindqvist" not in after.text


async def test_who_is_back_is_no_longer_said_to_be_gone(chat: Chat) -> None:
    before = {key: list(records["people"]) for key, records in chat.cloud.partner.records.items()}
    webex_forgets(chat, PAT)
    assert GONE in (await renewed(chat, await chat.says(PAT))).text
    for key, people in before.items():
        chat.cloud.partner.records[key]["people"] = people
    assert await sync_now(chat.settings, chat.store, lambda line: None)
    assert GONE not in (await chat.says(PAT)).text


async def test_a_press_by_who_is_gone_is_refused_politely(chat: Chat) -> None:
    """Webhooks do not tell the address of who pressed: Webex is asked, and knows nobody."""
    await chat.stop()
    chat.hears_by_webhook()
    await chat.start()
    card = await chat.says(SAM)
    chat.cloud.rooms.forget_account(chat.ana)
    pressed = await chat.cloud.press(chat.ana, card.message.id, next(iter(card.buttons.values())))
    refused = Seen(await chat.cloud.next_message(chat.space, after=pressed, by=chat.bot, timeout=20))
    assert refused.heading == "This desk is for support agents"
    assert SAM not in refused.text
    assert (await chat.says("whoami", who=chat.bo)).heading
