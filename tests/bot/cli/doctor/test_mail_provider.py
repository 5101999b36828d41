"""The mail provider is asked with a harmless call; a refused key is told by its variable, and never shown."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.bot.cli.doctor.answering import hanging
from tests.bot.cli.doctor.consultation import Doctor
from tests.helpdesk.mail.providers.postmark_server import TOKEN, Postmark
from tests.helpdesk.mail.providers.sendgrid_server import KEY, SendGrid, serving
from tests.helpdesk.mail.providers.sendgrid_signer import key_of

WRONG = "SG.key-that-is-refused"


@pytest.fixture
async def sendgrid() -> AsyncIterator[str]:
    async with serving(SendGrid().application()) as url:
        yield url


async def asked(doctor: Doctor, url: str, key: str = KEY, **variables: str) -> str:
    found = await doctor(
        "mail provider",
        HELPDESK_MAIL_PROVIDER="sendgrid",
        HELPDESK_SENDGRID_URL=url,
        SENDGRID_API_KEY=key,
        **variables,
    )
    return found["mail provider"]


async def test_without_a_provider_the_desk_itself_is_one(doctor: Doctor) -> None:
    found = await doctor("mail provider")
    assert found["mail provider"] == "ok the desk's own database keeps the suppression list"
    assert doctor.is_well


async def test_a_provider_that_answers_is_well_and_whether_it_is_heard_is_told(doctor: Doctor, sendgrid: str) -> None:
    assert (await asked(doctor, sendgrid)).startswith("ok SendGrid answers; what becomes of mails is not heard")
    heard = await asked(doctor, sendgrid, SENDGRID_WEBHOOK_KEY=key_of())
    assert heard == "ok SendGrid answers; what it tells is heard at /hooks/mail/sendgrid"


async def test_postmark_is_asked_with_its_token(doctor: Doctor) -> None:
    async with serving(Postmark().application()) as url:
        named = {"HELPDESK_MAIL_PROVIDER": "postmark", "HELPDESK_POSTMARK_URL": url, "POSTMARK_SERVER_TOKEN": TOKEN}
        assert (await doctor("mail provider", **named))["mail provider"].startswith("ok Postmark answers")


async def test_a_refused_key_is_told_by_its_variable_and_not_shown(doctor: Doctor, sendgrid: str) -> None:
    found = await asked(doctor, sendgrid, WRONG)
    assert found.startswith("FAILED SendGrid refuses the desk's key. The operator checks SENDGRID_API_KEY")
    assert WRONG not in " ".join(doctor.lines)


async def test_a_missing_key_is_told_once_and_the_check_left_out(doctor: Doctor) -> None:
    found = await doctor("mail provider", HELPDESK_MAIL_PROVIDER="sendgrid")
    assert found["settings"].startswith("FAILED SENDGRID_API_KEY is missing")
    assert found["mail provider"].startswith("skipped until SENDGRID_API_KEY is right")


async def test_a_provider_that_hangs_is_not_waited_for_for_ever(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.mail.providers.http.CALL_SECONDS", 0.3)
    async with hanging() as port:
        found = await asked(doctor, f"http://127.0.0.1:{port}")
    assert found == "FAILED SendGrid does not answer. Check HELPDESK_SENDGRID_URL, and the firewall."


async def test_an_address_that_is_not_the_providers_is_told_by_its_variable(doctor: Doctor) -> None:
    async with serving(web.Application()) as url:
        assert await asked(doctor, url) == (
            "FAILED The desk cannot read what SendGrid answers. Check HELPDESK_SENDGRID_URL, and the firewall."
        )
