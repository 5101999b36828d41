"""The mail server is reached, logged in to and told our sender; no mail is sent, and no password shown."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from tests.bot.cli.doctor.consultation import Doctor
from tests.helpdesk.mail.smtp_server import Server, make_certificate, served, tls_of

PASSWORD = "pass-of-desk"
MAIL_FROM = "desk@partner.example"


@pytest.fixture
async def guarded() -> AsyncIterator[int]:
    """The port of a server with one user, whose password is PASSWORD."""

    def is_user(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == PASSWORD.encode(), handled=False)

    def protocol() -> SMTP:
        return SMTP(object(), hostname="m.example", authenticator=is_user, auth_require_tls=False, auth_required=True)

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def asked(doctor: Doctor, url: str) -> str:
    return (await doctor("mail", HELPDESK_SMTP_URL=url, HELPDESK_MAIL_FROM=MAIL_FROM))["mail"]


async def test_without_a_mail_server_the_check_is_skipped_and_says_what_that_means(doctor: Doctor) -> None:
    found = await doctor("mail")
    assert found["mail"].startswith("skipped HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM are not set")
    assert doctor.is_well


async def test_a_server_that_takes_our_sender_is_well_and_gets_no_mail(doctor: Doctor) -> None:
    async with served(Server()) as server:
        found = await asked(doctor, f"smtp://127.0.0.1:{server.port}?tls=none")
    assert found == f"ok 127.0.0.1:{server.port}, no TLS: for a server on this machine only, no login"
    assert [line.split(" ")[0] for line in server.heard] == ["EHLO", "MAIL"]


async def test_the_right_password_logs_in(doctor: Doctor, guarded: int) -> None:
    found = await asked(doctor, f"smtp://desk:{PASSWORD}@127.0.0.1:{guarded}?tls=none")
    assert found.startswith("ok ")
    assert found.endswith("logged in as desk")


async def test_a_wrong_password_is_told_and_not_shown(doctor: Doctor, guarded: int) -> None:
    found = await asked(doctor, f"smtp://desk:wrong-{PASSWORD}@127.0.0.1:{guarded}?tls=none")
    assert found.startswith("FAILED ")
    assert "it refused the user name or password of this desk. Check HELPDESK_SMTP_URL" in found
    assert PASSWORD not in found


async def test_nobody_listening_is_told(doctor: Doctor) -> None:
    assert "it cannot be reached. Check HELPDESK_SMTP_URL" in await asked(doctor, "smtp://127.0.0.1:9")


async def test_a_certificate_nobody_vouches_for_is_told(doctor: Doctor, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("no openssl on this machine")
    server = await asyncio.start_server(Server(), "127.0.0.1", 0, ssl=tls_of(certificate))
    async with server:
        found = await asked(doctor, f"smtps://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert "it offers no connection that this desk trusts." in found


async def test_a_sender_that_is_refused_is_told_with_the_servers_words(doctor: Doctor) -> None:
    async with served(Server({"MAIL": "550 5.7.1 not your address"})) as server:
        found = await asked(doctor, f"smtp://127.0.0.1:{server.port}?tls=none")
    assert f"takes no mail from {MAIL_FROM}: it answered “550 5.7.1 not your address”." in found


@pytest.mark.parametrize("step", ["AUTH", "MAIL"])
@pytest.mark.parametrize("code", ["535", "454", "550"])
async def test_a_server_that_sends_the_login_back_does_not_get_it_shown(doctor: Doctor, step: str, code: str) -> None:
    login = base64.b64encode(f"\0desk\0{PASSWORD}".encode()).decode()
    hostile = {"EHLO": "250-m.example\r\n250 AUTH PLAIN LOGIN", "AUTH": "235 welcome"}
    hostile[step] = f"{code}-you said {login}\r\n{code}-that is {PASSWORD}\r\n{code} {PASSWORD.encode().hex()}"
    async with served(Server(hostile)) as server:
        found = await asked(doctor, f"smtp://desk:{PASSWORD}@127.0.0.1:{server.port}?tls=none")
        assert any(line.startswith("AUTH") for line in server.heard)
    assert found.startswith("FAILED ")
    for form in (PASSWORD, PASSWORD.encode().hex(), login, base64.b64encode(PASSWORD.encode()).decode()[:12]):
        assert form not in found
