"""A real SMTP server that keeps mails, refuses addresses when told, and can be slow."""

import asyncio
import smtplib
import time
from email.message import EmailMessage

import pytest

from playground.mailbox import Mailbox


def mail(to="pat@acme.example", subject="Übung"):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "helpdesk@partner.example", to, subject
    made.set_content("Grüße\n")
    made.add_alternative("<p>Grüße</p>", subtype="html")
    return made


async def send(mailbox, message):
    def over_smtp():
        port = int(mailbox.url.partition("?")[0].rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(message)

    await asyncio.to_thread(over_smtp)


async def test_a_mail_is_kept_as_it_came():
    mailbox = Mailbox()
    async with mailbox.serve():
        assert mailbox.url.startswith("smtp://127.0.0.1:")
        assert mailbox.url.endswith("?tls=none")
        await send(mailbox, mail())
        got = await mailbox.next_mail(to="PAT@acme.example")
    assert (got.sender, got.recipients, got.subject) == ("helpdesk@partner.example", ["pat@acme.example"], "Übung")
    assert (got.text.strip(), got.html.strip()) == ("Grüße", "<p>Grüße</p>")
    assert b"Subject:" in got.raw


async def test_a_mail_can_be_waited_for():
    mailbox = Mailbox()
    async with mailbox.serve():
        await send(mailbox, mail())
        first = await mailbox.next_mail(to="pat@acme.example")
        with pytest.raises(TimeoutError, match="no mail to pat"):
            await mailbox.next_mail(to="pat@acme.example", timeout=0.05, after=first)
        waiting = asyncio.create_task(mailbox.next_mail(to="sam@acme.example", timeout=5))
        await send(mailbox, mail(to="sam@acme.example", subject="second"))
        assert (await waiting).subject == "second"


async def test_an_address_can_be_refused_and_taken_again():
    mailbox = Mailbox()
    async with mailbox.serve():
        mailbox.refuse("Pat@acme.example", "550 5.1.1 no such mailbox")
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            await send(mailbox, mail())
        assert refused.value.recipients["pat@acme.example"] == (550, b"5.1.1 no such mailbox")
        mailbox.accept("pat@acme.example")
        await send(mailbox, mail())
    assert len(mailbox.mails) == 1


async def test_the_server_can_be_slow():
    mailbox = Mailbox()
    mailbox.delay_seconds = 0.2
    async with mailbox.serve():
        started = time.monotonic()
        await send(mailbox, mail())
        assert time.monotonic() - started >= 0.2


def test_the_address_is_known_while_served_only():
    with pytest.raises(RuntimeError, match="not being served"):
        _ = Mailbox().url
