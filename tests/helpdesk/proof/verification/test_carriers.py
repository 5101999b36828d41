"""A code reaches the user's mailbox or Webex account, in their language; nothing in a name changes that."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import helpdesk.platform.webex.client
from helpdesk.mail import MailRefused
from helpdesk.mail.smtp import SmtpMailer, parse_smtp_url
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.webex.client import WebexClient, WebexError, open_session
from helpdesk.proof.verification import Asker
from helpdesk.proof.verification.carriers import MailCarrier, WebexCarrier
from playground.cloud import Cloud
from playground.mailbox import Mail, Mailbox

ASKER = Asker("ana", "ana.ruiz@partner.example", "the desk")
LIFE = timedelta(minutes=10)
HOSTILE = '<b>Eve</b> {0.__class__} {{ 7 * 7 }} [x](http://evil.example) & "quotes"'


def person(name: str = "Pat Lindqvist", language: str | None = "en_US") -> Person:
    return Person(
        id="p",
        webex_id="p",
        organization_id="o",
        email="pat@acme.example",
        display_name=name,
        search_name="",
        preferred_language=language,
    )


def organization(name: str = "Acme Corporation") -> Organization:
    return Organization(id="o", webex_id="o", display_name=name, search_name="")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox().serve() as mailbox:
        yield mailbox


async def carried(mailbox: Mailbox, to: Person, of: Organization) -> Mail:
    carrier = MailCarrier(SmtpMailer(parse_smtp_url(mailbox.url), "desk@partner.example"))
    assert await carrier.carry("012345", to, of, ASKER, LIFE) is True
    return mailbox.mails[-1]


async def test_the_mail_says_who_asks_for_whom_and_for_how_long(mailbox: Mailbox) -> None:
    mail = await carried(mailbox, person(), organization())
    assert mail.recipients == ["pat@acme.example"]
    for body in (mail.text, mail.html):
        for said in ("Pat Lindqvist", "Acme Corporation", ASKER.email, "012 345", "10 min"):
            assert said in " ".join(body.split())
    assert '<html lang="en">' in mail.html


async def test_the_code_stands_in_no_header(mailbox: Mailbox) -> None:
    mail = await carried(mailbox, person(), organization())
    headers = mail.raw.partition(b"\r\n\r\n")[0]
    assert b"012345" not in headers
    assert b"012 345" not in headers
    assert b"Pat" not in headers


@pytest.mark.parametrize(("language", "shown"), [("fr_CA", "fr"), ("fr", "fr"), ("de_DE", "en"), (None, "en")])
async def test_the_mail_is_in_the_users_language(mailbox: Mailbox, language: str | None, shown: str) -> None:
    mail = await carried(mailbox, person(language=language), organization())
    assert f'<html lang="{shown}">' in mail.html
    assert mail.text.startswith("Bonjour" if shown == "fr" else "Hello")


async def test_hostile_names_stay_text(mailbox: Mailbox) -> None:
    mail = await carried(mailbox, person(HOSTILE), organization(HOSTILE))
    assert "<b>" not in mail.html
    assert "&lt;b&gt;Eve&lt;/b&gt;" in mail.html
    assert mail.text.count(HOSTILE) == 2
    assert mail.recipients == ["pat@acme.example"]


@pytest.mark.parametrize(
    "name", ["山本 さくら", "Zoë\r\nBcc: sam@acme.example", ".\r\n.\r\nMAIL FROM:<x@y.example>", "\u202e\u2028x"]
)
async def test_odd_names_change_neither_recipients_nor_headers(mailbox: Mailbox, name: str) -> None:
    mail = await carried(mailbox, person(name), organization(name))
    assert len(mailbox.mails) == 1
    assert mail.recipients == ["pat@acme.example"]
    assert b"Bcc" not in mail.raw.partition(b"\r\n\r\n")[0]


async def test_a_refused_recipient_was_not_sent_a_code(mailbox: Mailbox) -> None:
    mailbox.refuse("pat@acme.example")
    with pytest.raises(MailRefused):
        await carried(mailbox, person(), organization())


async def post_code(cloud: Cloud, token: str) -> bool:
    async with open_session() as session:
        carrier = WebexCarrier(WebexClient(session, cloud.url, token))
        return await carrier.carry("012345", person(HOSTILE), organization(), ASKER, LIFE)


async def test_a_code_comes_as_a_direct_message_to_the_user_alone(cloud: Cloud) -> None:
    bot, pat = cloud.add_bot("Help Desk"), cloud.add_person("Pat", "pat@acme.example")
    assert await post_code(cloud, bot.token) is True
    message = await cloud.next_message(cloud.direct(pat, bot), by=bot, timeout=5)
    assert "012 345" in message.text
    assert ASKER.email in message.text


async def test_a_refused_post_was_not_sent(cloud: Cloud) -> None:
    with pytest.raises(WebexError):
        await post_code(cloud, "no such token")


@pytest.mark.parametrize("fault", [{"error_share": 1.0}, {"reset_next": 99}, {"lose_answer_next": 99}])
async def test_a_post_without_a_clear_answer_is_uncertain(cloud: Cloud, fault: dict[str, float]) -> None:
    bot = cloud.add_bot("Help Desk")
    cloud.add_person("Pat", "pat@acme.example")
    cloud.faults.update(fault)
    assert await post_code(cloud, bot.token) is False


async def test_a_post_that_never_reached_webex_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpdesk.platform.webex.client, "ATTEMPTS", 1)
    async with open_session() as session:
        carrier = WebexCarrier(WebexClient(session, "http://127.0.0.1:9", "a token"))
        with pytest.raises(WebexError):
            await carrier.carry("012345", person(), organization(), ASKER, LIFE)
