"""Webex's own welcome mails go to a whole customer: an advanced agent is told so before, and the counts after."""

from collections.abc import AsyncIterator

import pytest

from bot import background
from bot.jobs import activation
from helpdesk.audit import Audit
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from tests.chat import SAM, Chat, Seen, open_stage
from tests.databases import Databases

BUTTON = "Webex's welcome mails"


@pytest.fixture
async def chat(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    monkeypatch.setattr(background, "JOBS_AFTER_SECONDS", 0)
    monkeypatch.setattr(activation, "PAUSES", (0.2,) * 100)
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.reads_customers()
        chat.cloud.partner.activations.seconds = 0.5
        await chat.vouched(SAM)
        async with chat.running():
            yield chat


async def said_next(chat: Chat, after: Seen) -> Seen:
    return Seen(await chat.cloud.next_message(chat.space, after=after.message, by=chat.bot, timeout=20))


async def test_what_it_means_is_said_before_and_the_counts_after(chat: Chat) -> None:
    asked = await chat.presses(await chat.says(f"resend {SAM}"), BUTTON)
    assert asked.heading == "Send Webex's welcome mails to all of Acme Corporation again?"
    assert "it mails every user of this customer who has not activated their account, not only Sam Okafor" in asked.text
    assert "within the last 24 hours is skipped" in asked.text
    assert chat.cloud.partner.activations.jobs == []

    begun = await chat.presses(asked, "Send to all of them")
    assert begun.heading == "Webex is sending welcome mails to users of Acme Corporation"
    ended = await said_next(chat, begun)
    assert ended.heading == "Webex has sent its welcome mails to Acme Corporation"
    (job,) = chat.cloud.partner.activations.jobs
    assert f"Mailed: {len(job.sent)}\n" in ended.text
    assert "Skipped: 0" in ended.text
    assert ended.message.parent_id == begun.message.parent_id
    (act,) = [row for row in await Audit(chat.store).about(SAM) if row.action == "resend.activation"]
    assert act.outcome == "welcome mails to the whole customer"


async def test_a_confirmation_sends_once_and_only_for_who_asked(chat: Chat) -> None:
    asked = await chat.presses(await chat.says(f"resend {SAM}"), BUTTON)
    stolen = await chat.presses(asked, "Send to all of them", who=chat.bo)
    assert stolen.heading == "This card was made for someone else"
    ended = await said_next(chat, await chat.presses(asked, "Send to all of them"))
    assert (await chat.presses(asked, "Send to all of them")).heading == "This button was used already"
    assert ended.heading.startswith("Webex has sent")
    assert len(chat.cloud.partner.activations.jobs) == 1


async def test_while_one_runs_another_is_refused(chat: Chat) -> None:
    chat.cloud.partner.activations.seconds = 60
    ways = await chat.says(f"resend {SAM}")
    asked = [await chat.presses(ways, BUTTON) for _ in range(2)]
    await chat.presses(asked[0], "Send to all of them")
    refused = await chat.presses(asked[1], "Send to all of them")
    assert refused.heading == "Webex is sending welcome mails to this customer already."


async def test_it_takes_an_advanced_agent(chat: Chat) -> None:
    lee = chat.cloud.add_person("Lee Novak", "lee.novak@partner.example")
    chat.cloud.join(lee, chat.space)
    await add_agent(chat.store, lee.email, Role.AGENT, "a test")
    assert BUTTON not in (await chat.says(f"resend {SAM}", who=lee)).buttons
    refused = await chat.presses(await chat.says(f"resend {SAM}"), BUTTON, who=lee)
    assert refused.heading == "Your role does not allow this"
