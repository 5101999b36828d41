"""A line for each check, whatever becomes of the others; nothing is changed, and no secret is shown."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bot.cli.doctor
from bot.cli.doctor.finding import Check, Finding, Setup, ok
from playground.cloud import Cloud
from playground.mailbox import Mailbox
from tests.bot.cli.doctor.answering import hanging
from tests.bot.cli.doctor.consultation import SECRET, TOKEN, Doctor

ROOT = Path(__file__).parents[4]


def command(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "WEBEX_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", "doctor"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_a_desk_that_works_has_nothing_failed(tmp_path: Path) -> None:
    cloud, mailbox = Cloud(), Mailbox()
    token = cloud.add_bot("Help Desk").token
    async with cloud.serve(), mailbox.serve():
        ended = await asyncio.to_thread(
            command,
            tmp_path,
            WEBEX_ACCESS_TOKEN=token,
            HELPDESK_SECRET_KEY=SECRET,
            HELPDESK_WEBEX_URL=cloud.url,
            HELPDESK_WEBEX_CATALOG_URL=cloud.catalog_url,
            HELPDESK_PARTNER_ADMINS="ana.ruiz@partner.example",
            HELPDESK_SMTP_URL=mailbox.url,
            HELPDESK_MAIL_FROM="desk@partner.example",
        )
    assert (ended.returncode, ended.stderr) == (0, "")
    states = {line[9:24].rstrip(): line[:8].rstrip() for line in ended.stdout.splitlines()}
    assert states == {
        "settings": "ok",
        "proxy": "ok",
        "token": "ok",
        "customers": "skipped",
        "clock": "ok",
        "websocket": "ok",
        "webhook": "skipped",
        "public address": "skipped",
        "database": "ok",
        "database clock": "skipped",
        "disk": "ok",
        "ports": "ok",
        "mail": "ok",
        "mail provider": "ok",
        "partner": "ok",
        "desk spaces": "skipped",
        "who may use it": "ok",
    }
    assert mailbox.mails == []
    assert os.listdir(tmp_path) == []


def test_what_fails_is_said_on_a_line_each_and_by_the_exit_status(tmp_path: Path) -> None:
    away = "http://127.0.0.1:9"
    ended = command(
        tmp_path,
        WEBEX_ACCESS_TOKEN=TOKEN,
        HELPDESK_SECRET_KEY=SECRET,
        HELPDESK_WEBEX_URL=away,
        HELPDESK_TRANSPORT="webhook",
        HELPDESK_PUBLIC_URL=away,
        HELPDESK_DATABASE_URL="postgresql+asyncpg://desk:pass-of-desk@127.0.0.1:9/desk",
        HELPDESK_SMTP_URL="smtp://desk:pass-of-mail@127.0.0.1:9",
        HELPDESK_MAIL_FROM="desk@partner.example",
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    failed = [line[9:24].rstrip() for line in ended.stdout.splitlines() if line.startswith("FAILED")]
    assert failed == ["token", "webhook", "public address", "database", "mail"]
    assert not [secret for secret in (TOKEN, SECRET, "pass-of") if secret in ended.stdout]


async def test_every_wrong_variable_is_named_and_only_what_needs_it_is_left_out(doctor: Doctor) -> None:
    found = await doctor(
        "mail", "who may use it", "disk", HELPDESK_PARTNER_ADMINS="ana", HELPDESK_SMTP_URL="nonsense", PORT="x"
    )
    named = [line.split()[2] for line in doctor.lines if line.startswith("FAILED   settings")]
    assert named == ["HELPDESK_MAIL_FROM", "HELPDESK_PARTNER_ADMINS", "HELPDESK_SMTP_URL", "PORT"]
    assert found["mail"] == "skipped until HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM is right"
    assert found["who may use it"] == "skipped until HELPDESK_PARTNER_ADMINS is right"
    assert found["disk"].startswith("ok ")
    assert not doctor.is_well


async def test_a_server_that_hangs_holds_up_nothing_else(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.cli.doctor, "LIMIT_SECONDS", 0.3)
    async with hanging() as port:
        found = await doctor(
            "token",
            "mail",
            "database",
            "disk",
            HELPDESK_WEBEX_URL=f"http://127.0.0.1:{port}",
            HELPDESK_SMTP_URL=f"smtp://127.0.0.1:{port}?tls=none",
            HELPDESK_MAIL_FROM="desk@partner.example",
            HELPDESK_DATABASE_URL=f"postgresql+asyncpg://desk@127.0.0.1:{port}/desk?ssl=disable",
        )
    for name in ("token", "mail", "database"):
        assert found[name].startswith("FAILED No answer within 0.3 s.")
    assert found["disk"].startswith("skipped")


async def test_checks_run_beside_each_other(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    both = asyncio.Barrier(2)

    async def meet(_: Setup) -> Finding:
        await both.wait()
        return ok("met")

    monkeypatch.setattr(bot.cli.doctor, "CHECKS", (Check("one", meet), Check("other", meet)))
    assert await doctor("one", "other") == {"settings": "ok all can be read", "one": "ok met", "other": "ok met"}


async def test_a_check_that_breaks_is_told_without_its_words(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Setup) -> Finding:
        raise LookupError(SECRET)

    async def sound(_: Setup) -> Finding:
        return ok("sound")

    monkeypatch.setattr(bot.cli.doctor, "CHECKS", (Check("broken", broken), Check("sound", sound)))
    found = await doctor("broken", "sound")
    assert found["broken"] == "FAILED This check broke: LookupError. Please report it."
    assert found["sound"] == "ok sound"
