"""The desk asks the provider that its settings name, marks its mails for that one, and hears it only with a key."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.mail_provider import mail_provider
from bot.services import build
from bot.settings import Settings
from bot.webex.messages import Webex
from helpdesk.mail import Mail
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexClient, open_session
from playground.mailbox import Mailbox
from tests.helpdesk.mail.providers.sendgrid_server import KEY, SendGrid, serving
from tests.helpdesk.mail.providers.sendgrid_signer import key_of

SECRET = "a secret of the tests, long enough"
PAT = "pat@acme.example"
AMAZON = {"aws_region": "eu-west-1", "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
QUIET: dict[str, dict[str, Any]] = {
    "embedded": {},
    "sendgrid": {"sendgrid_api_key": KEY},
    "postmark": {"postmark_server_token": "token"},
    "ses": AMAZON,
}
HEARD: dict[str, dict[str, Any]] = {
    "sendgrid": {"sendgrid_webhook_key": key_of()},
    "postmark": {"postmark_webhook_password": SECRET},
    "ses": {"ses_topics": ("arn:aws:sns:eu-west-1:123456789012:mail",)},
}
MARKS = {
    "embedded": set(),
    "sendgrid": {"X-SMTPAPI"},
    "postmark": {"X-PM-Message-Stream", "X-PM-Metadata-helpdesk"},
    "ses": {"X-SES-MESSAGE-TAGS"},
}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


@pytest.mark.parametrize("name", QUIET)
async def test_each_provider_is_made_of_its_settings(name: str, session: aiohttp.ClientSession, store: Store) -> None:
    provider = mail_provider(Settings(mail_provider=name, **QUIET[name]), session, store, utc_now)
    assert (provider.key, provider.events, set(provider.headers("token-1"))) == (name, None, MARKS[name])
    assert name == "embedded" or "token-1" in " ".join(provider.headers("token-1").values())


@pytest.mark.parametrize("name", HEARD)
async def test_a_provider_is_heard_once_its_key_is_set(name: str, session: aiohttp.ClientSession, store: Store) -> None:
    provider = mail_provider(Settings(mail_provider=name, **QUIET[name], **HEARD[name]), session, store, utc_now)
    assert provider.events is not None


async def test_the_desk_asks_it_and_marks_its_own_mails_for_it(session: aiohttp.ClientSession, store: Store) -> None:
    sendgrid, mailbox = SendGrid(), Mailbox()
    sendgrid.put("bounces", PAT, utc_now())
    sendgrid.mailed(PAT, utc_now(), "bounced", "550 5.1.1 no such user")
    async with serving(sendgrid.application()) as url, mailbox.serve():
        settings = Settings(
            mail_provider="sendgrid",
            sendgrid_api_key=KEY,
            sendgrid_url=url,
            smtp_url=mailbox.url,
            mail_from="desk@partner.example",
        )
        client = WebexClient(session, "http://127.0.0.1:1", "token")
        desk = build(settings, store, client, Webex(client), SECRET, utc_now)
        assert [entry.list_name for entry in await desk.suppression.find(PAT)] == ["Bounces"]
        assert (await desk.delivery.last(PAT)).known_from == "SendGrid"
        await desk.mailer.send(Mail(PAT, "A test", "text", "<p>text</p>"))
        assert "X-SMTPAPI" in str(mailbox.mails[-1])
