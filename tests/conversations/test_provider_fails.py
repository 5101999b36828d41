"""A mail provider that fails: every card says which and what to do, and nothing is taken for "not listed"."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from helpdesk.platform.clock import utc_now
from tests.chat import PAT, SAM, Chat, open_stage
from tests.databases import Databases
from tests.helpdesk.mail.providers.sendgrid_server import KEY, SendGrid, serving
from tests.logged import everything_logged

# What SendGrid answers, what is said of it, and what to do.
FAILURES = [
    (401, "SendGrid refuses the desk's key.", "The operator checks SENDGRID_API_KEY, and what that key may do."),
    (429, "SendGrid is asked too much at the moment.", "Nothing is lost. Try again in a minute."),
    (503, "SendGrid does not answer.", "Try again in a minute; tell your operator if it stays like this."),
    (404, "The desk cannot read what SendGrid answers.", "The operator checks with “helpdesk doctor” where the desk"),
    (400, "SendGrid does not take this request.", "Check the address with the caller."),
]


@dataclass
class Stage:
    chat: Chat
    sendgrid: SendGrid


@pytest.fixture
async def stage(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Mail goes through SendGrid, where mail to Pat bounced."""
    monkeypatch.setattr("helpdesk.mail.providers.http.backoff", lambda attempt: 0.0)
    sendgrid = SendGrid()
    sendgrid.put("bounces", PAT, utc_now())
    async with databases.fresh("demo") as url, open_stage(url) as chat, serving(sendgrid.application()) as where:
        through = {"mail_provider": "sendgrid", "sendgrid_api_key": SecretStr(KEY), "sendgrid_url": where}
        chat.settings = chat.settings.model_copy(update=through)
        await chat.start()
        yield Stage(chat, sendgrid)
        await chat.stop()


@pytest.mark.parametrize(("status", "problem", "advice"), FAILURES)
async def test_what_is_looked_at_is_unknown_and_says_why(stage: Stage, status: int, problem: str, advice: str) -> None:
    stage.sendgrid.trouble = status
    user = await stage.chat.says(PAT)
    assert (user.heading, user.text.count(f"unknown: {problem}")) == ("Pat Lindqvist", 2)
    email = await stage.chat.says(f"email {PAT}")
    assert email.text.startswith(f"Last email: Unknown\n{problem}\n{advice}")
    assert "not listed" not in email.text
    stage.sendgrid.trouble = None
    assert "Suppression list: bounce" in (await stage.chat.presses(email, "Look again")).text


@pytest.mark.parametrize(("status", "problem", "advice"), FAILURES)
async def test_what_is_to_be_done_is_not_done_and_the_same_button_does_it_later(
    stage: Stage, status: int, problem: str, advice: str
) -> None:
    chat = stage.chat
    await chat.vouched(PAT)
    held, ways = await chat.says(f"unsuppress {PAT}"), await chat.says(f"resend {SAM}")
    stage.sendgrid.trouble = status
    for seen, title in ((held, "Clear it"), (ways, "Send test mail")):
        refused = await chat.presses(seen, title)
        assert refused.heading == problem
        assert advice in refused.text
    assert PAT in stage.sendgrid.lists["bounces"]
    assert chat.mailbox.mails == []
    stage.sendgrid.trouble = None
    assert (await chat.presses(held, "Clear it")).heading == f"{PAT} is off the suppression list"
    assert (await chat.presses(ways, "Send test mail")).heading == f"Test mail sent to {SAM}"


async def test_a_code_goes_out_with_the_doubt_said(stage: Stage) -> None:
    stage.sendgrid.trouble = 503
    sent = await stage.chat.says(f"verify {SAM}")
    assert sent.heading == f"Code sent to {SAM}"
    assert "Whether mail to this address is held back is not known: SendGrid does not answer." in sent.text


async def test_neither_addresses_nor_the_key_are_logged(stage: Stage) -> None:
    stage.sendgrid.trouble = 401
    with everything_logged(logging.DEBUG) as written:
        for text in (PAT, f"email {PAT}", f"unsuppress {PAT}", f"bulk {PAT} {SAM}", f"verify {SAM}"):
            await stage.chat.says(text)
    assert "mail_provider_refused" in written.getvalue()
    assert not [each for each in (PAT, SAM, "Lindqvist", KEY) if each in written.getvalue()]
