"""Mail goes out whole, to one recipient, never in clear by mistake; and no word claims more than is known."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from hypothesis import given
from hypothesis import strategies as st

import helpdesk.mail.smtp
from helpdesk.mail import Mail, MailError, MailRefused, MailUnavailable, NoMailer
from helpdesk.mail.smtp import SmtpMailer, SmtpServer, parse_smtp_url
from helpdesk.platform.language import ENGLISH
from playground.mailbox import Mailbox
from tests.helpdesk.mail.smtp_server import Server, make_certificate, served, tls_of

PAT = "pat@acme.example"
MAIL = Mail(PAT, "Ein Prüfcode", "Grüße,\n.\n..ends with dots\n" + "long " * 300, "<p>Grüße</p>")
PASSWORD = "p@ss/w#rd?"


def mailer(port: int, tls: str = "none", user: str | None = None, host: str = "127.0.0.1") -> SmtpMailer:
    return SmtpMailer(SmtpServer(host, port, user, PASSWORD if user else None, tls), "desk@partner.example")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox().serve() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_certificate(tmp_path_factory.mktemp("certificate"))
    if made is None:
        if os.environ.get("CI"):
            raise RuntimeError("no openssl")
        pytest.skip("no openssl on this machine")
    return made


def to(mailbox: Mailbox) -> SmtpMailer:
    return SmtpMailer(parse_smtp_url(mailbox.url), "desk@partner.example")


async def test_a_mail_arrives_whole(mailbox: Mailbox) -> None:
    accepted = await to(mailbox).send(MAIL)
    (mail,) = mailbox.mails
    assert (accepted.answer, accepted.is_certain) == ("250 2.0.0 OK", True)
    assert (mail.sender, mail.recipients, mail.subject) == ("desk@partner.example", [PAT], MAIL.subject)
    assert mail.text.replace("\r\n", "\n").rstrip("\n") == MAIL.text.rstrip("\n")
    assert mail.html.strip() == MAIL.html


async def test_headers_say_who_when_and_that_a_machine_wrote_it(mailbox: Mailbox) -> None:
    await to(mailbox).send(MAIL)
    parsed = message_from_bytes(mailbox.mails[0].raw, policy=policy.default)
    assert (parsed["From"], parsed["To"]) == ("desk@partner.example", PAT)
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Message-ID"].endswith("@partner.example>")
    assert parsed["Date"].datetime.tzinfo is not None
    assert mailbox.mails[0].raw.isascii()
    assert max(map(len, mailbox.mails[0].raw.splitlines())) <= 998


@pytest.mark.parametrize("local", ["a" * 64, "o'brien+x", "a!#$%&*/=?^_`{|}~b"])
async def test_every_address_reaches_itself_and_nobody_else(mailbox: Mailbox, local: str) -> None:
    address = f"{local}@{'long-domain.' * 12}example"
    await to(mailbox).send(Mail(address, "s", "t", "h"))
    assert mailbox.mails[0].recipients == [address]
    parsed = message_from_bytes(mailbox.mails[0].raw, policy=policy.default)
    assert [each.addr_spec for each in parsed["To"].addresses] == [address]


@pytest.mark.parametrize(
    "address", ["", "a@b.example, c@d.example", "a@b.example\r\nRCPT TO:<c@d.example>", '"a@c.example"@b.example']
)
async def test_what_is_no_plain_address_is_never_sent_to(mailbox: Mailbox, address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        await to(mailbox).send(Mail(address, "s", "t", "h"))
    assert mailbox.mails == []


async def test_a_subject_of_two_lines_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        await to(mailbox).send(Mail(PAT, "s\r\nBcc: sam@acme.example", "t", "h"))
    assert mailbox.mails == []


async def test_many_mails_at_once_all_arrive(mailbox: Mailbox) -> None:
    sender = to(mailbox)
    await asyncio.gather(*(sender.send(Mail(f"p{number}@acme.example", "s", "t", "h")) for number in range(20)))
    assert {mail.recipients[0] for mail in mailbox.mails} == {f"p{number}@acme.example" for number in range(20)}


async def test_a_refused_recipient_is_told_with_the_servers_words(mailbox: Mailbox) -> None:
    mailbox.refuse(PAT, "550 5.1.1 no such mailbox")
    with pytest.raises(MailRefused) as refused:
        await to(mailbox).send(MAIL)
    assert refused.value.answer == "550 5.1.1 no such mailbox"
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("step", "answer"), [("RCPT", "451 4.7.1 later"), ("DATA", "554 no"), (".", "552 5.3.4 too large")]
)
async def test_a_refusal_at_any_step_is_told_with_the_servers_words(step: str, answer: str) -> None:
    async with served(Server({step: answer})) as server:
        with pytest.raises(MailRefused) as refused:
            await mailer(server.port).send(MAIL)
    assert refused.value.answer == answer


async def test_an_answer_of_many_lines_and_great_length_is_told_on_one() -> None:
    async with served(Server({"RCPT": "550-one\r\n550-two\r\n550 " + "x" * 400})) as server:
        with pytest.raises(MailRefused) as refused:
            await mailer(server.port).send(MAIL)
    assert refused.value.answer.startswith("550 one two xxx")
    assert len(refused.value.answer) <= 500
    assert "\n" not in refused.value.answer


@pytest.mark.parametrize(
    ("step", "answer", "cause"),
    [
        ("greeting", "421 busy", "it answered “421 busy”"),
        ("MAIL", "550 5.7.1 sender not allowed", "it answered “550 5.7.1 sender not allowed”"),
        ("greeting", "cut", "it cannot be reached"),
        ("greeting", None, "it is too slow"),
        ("EHLO", None, "it is too slow"),
        ("RCPT", None, "it is too slow"),
    ],
)
async def test_a_server_that_does_not_want_us_took_nothing(
    step: str, answer: str | None, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpdesk.mail.smtp, "STEP_SECONDS", 0.1)
    async with served(Server({step: answer})) as server:
        with pytest.raises(MailUnavailable) as failed:
            await mailer(server.port).send(MAIL)
    assert ENGLISH(failed.value.cause) == cause
    assert "DATA" not in server.heard


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT"])
async def test_a_line_that_goes_dead_before_the_mail_took_nothing(step: str) -> None:
    async with served(Server({step: "cut"})) as server:
        with pytest.raises(MailUnavailable):
            await mailer(server.port).send(MAIL)


async def test_nobody_listening_is_said_to_be_out_of_reach() -> None:
    async with served(Server()) as server:
        pass
    with pytest.raises(MailUnavailable) as failed:
        await mailer(server.port).send(MAIL)
    assert ENGLISH(failed.value.cause) == "it cannot be reached"


@pytest.mark.parametrize("answer", ["cut", None])
async def test_a_line_that_goes_dead_behind_the_mail_leaves_it_uncertain(
    answer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpdesk.mail.smtp, "STEP_SECONDS", 0.1)
    async with served(Server({".": answer})) as server:
        accepted = await mailer(server.port).send(MAIL)
    assert accepted.is_certain is False
    assert "." in server.heard


async def test_the_limit_on_all_steps_together_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpdesk.mail.smtp, "TOTAL_SECONDS", 0.2)
    async with served(Server(delay_seconds=0.08)) as server:
        with pytest.raises(MailUnavailable) as failed:
            await mailer(server.port).send(MAIL)
    assert ENGLISH(failed.value.cause) == "it is too slow"
    assert "DATA" not in server.heard


async def test_the_limit_reached_behind_the_mail_leaves_it_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpdesk.mail.smtp, "TOTAL_SECONDS", 0.2)
    async with served(Server({".": None})) as server:
        assert (await mailer(server.port).send(MAIL)).is_certain is False


async def test_a_server_without_starttls_gets_nothing_in_clear(mailbox: Mailbox) -> None:
    async with served(Server()) as server:
        with pytest.raises(MailUnavailable) as failed:
            await mailer(server.port, "starttls", user="desk").send(MAIL)
    assert ENGLISH(failed.value.cause) == "it offers no connection that this desk trusts"
    assert [line.split()[0] for line in server.heard] == ["EHLO"]


async def test_a_plain_server_where_tls_is_expected_from_the_start_gets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(helpdesk.mail.smtp, "STEP_SECONDS", 0.3)
    async with served(Server()) as server:
        with pytest.raises(MailUnavailable):
            await mailer(server.port, "implicit").send(MAIL)
    assert not any(PAT in line for line in server.heard)


class Keeping(Mailbox):
    """A mailbox behind TLS, with one user."""

    def __init__(self, certificate: Path, *, implicit: bool) -> None:
        super().__init__()
        self._tls, self._implicit, self.port = tls_of(certificate), implicit, 0

    async def __aenter__(self) -> "Keeping":
        def protocol() -> SMTP:
            context = None if self._implicit else self._tls
            return SMTP(
                self, hostname="m.example", tls_context=context, authenticator=self._is_user, auth_require_tls=False
            )

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=self._tls if self._implicit else None)
        self.port = self._server.sockets[0].getsockname()[1]
        self._url = f"smtp://127.0.0.1:{self.port}"  # aiosmtpd reads every attribute of its handler
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def _is_user(self, server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == PASSWORD.encode(), handled=False)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path, tls: str) -> None:
    async with Keeping(certificate, implicit=tls == "implicit") as server:
        with pytest.raises(MailUnavailable) as failed:
            await mailer(server.port, tls).send(MAIL)
    assert ENGLISH(failed.value.cause) == "it offers no connection that this desk trusts"
    assert server.mails == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_named_by_ssl_cert_file_is_trusted(
    certificate: Path, tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Keeping(certificate, implicit=tls == "implicit") as server:
        assert (await mailer(server.port, tls, user="desk").send(MAIL)).is_certain
    assert len(server.mails) == 1


async def test_a_certificate_for_another_name_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Keeping(certificate, implicit=False) as server:
        with pytest.raises(MailUnavailable):
            await mailer(server.port, "starttls", host="localhost").send(MAIL)
    assert server.mails == []


async def test_a_refused_password_is_said_to_be_and_never_shown(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Keeping(certificate, implicit=False) as server:
        wrong = SmtpServer("127.0.0.1", server.port, "desk", "another secret", "starttls")
        with pytest.raises(MailUnavailable) as failed:
            await SmtpMailer(wrong, "desk@partner.example").send(MAIL)
    assert ENGLISH(failed.value.cause) == "it refused the user name or password of this desk"
    assert "another secret" not in repr(failed.value) + ENGLISH(failed.value.text)


async def test_without_a_mail_server_no_mail_is_sent() -> None:
    with pytest.raises(MailError, match="no mail server"):
        await NoMailer().send(MAIL)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, None, None, "starttls")),
        ("SMTPS://Mail.Example", SmtpServer("mail.example", 465, None, None, "implicit")),
        ("smtp://u%40x:p%2Fw%23@mail.example:25", SmtpServer("mail.example", 25, "u@x", "p/w#", "starttls")),
        ("smtp://u@x:p@w@mail.example", SmtpServer("mail.example", 587, "u@x", "p@w", "starttls")),
        ("smtp://127.0.0.1:1025?tls=none", SmtpServer("127.0.0.1", 1025, None, None, "none")),
        ("smtp://[::1]:1025/?tls=none", SmtpServer("::1", 1025, None, None, "none")),
        ("smtp://mail.example:465?tls=implicit", SmtpServer("mail.example", 465, None, None, "implicit")),
    ],
)
def test_a_url_says_where_as_whom_and_how_safely(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://desk:secret@mail.example",
        "smtp://desk:secret@",
        "smtp://desk:sec#ret@mail.example:587",
        "smtp://desk:sec/ret@mail.example:587",
        "smtp://desk:sec?ret@mail.example:587",
        "smtp://desk:sec℀ret@mail.example:587",
        "smtp://desk:secret@mail.example:port",
        "smtp://desk:secret@mail.example:99999",
        "smtp://desk:secret@[mail.example",
        "smtps://desk:secret@mail.example?tls=none",
        "smtp://desk:secret@mail.example?tls=perhaps",
    ],
)
def test_a_wrong_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(must look|has an unknown)") as refused:
        parse_smtp_url(url)
    for part in ("sec", "ret", "desk"):
        assert part not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@given(secret=st.text(alphabet="#/?@:[]%℀ \\", min_size=1, max_size=6), port=st.sampled_from(["", ":587", ":x"]))
def test_no_password_is_ever_repeated(secret: str, port: str) -> None:
    try:
        parse_smtp_url(f"smtp://desk:Qq{secret}Zz@mail.example{port}")
    except ValueError as error:
        said = str(error)
    else:
        said = ""
    assert "Qq" not in said
    assert "Zz" not in said


BOUNCES = "bounce@desk.example.com"
TOKEN = "0123456789abcdef" * 2


def reporting(server: Server) -> SmtpMailer:
    return SmtpMailer(SmtpServer("127.0.0.1", server.port, None, None, "none"), "desk@partner.example", BOUNCES)


async def test_a_server_that_can_report_is_asked_to_under_the_token_of_the_mail() -> None:
    async with served(Server({"EHLO": "250-mail.example\r\n250 DSN"})) as server:
        await reporting(server).send(replace(MAIL, token=TOKEN))
    assert f"MAIL FROM:<bounce+{TOKEN}@desk.example.com> RET=HDRS ENVID={TOKEN}" in server.heard
    assert f"RCPT TO:<{PAT}> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;{PAT}" in server.heard


@pytest.mark.parametrize("greeting", [{}, {"EHLO": "502 what?"}])
async def test_a_server_that_cannot_report_is_not_asked_and_bounces_come_back(greeting: dict[str, str | None]) -> None:
    async with served(Server(greeting)) as server:
        await reporting(server).send(replace(MAIL, token=TOKEN))
    assert f"MAIL FROM:<bounce+{TOKEN}@desk.example.com>" in server.heard
    assert f"RCPT TO:<{PAT}>" in server.heard


async def test_without_a_bounce_address_nobody_is_asked_to_report_to_our_sender() -> None:
    async with served(Server({"EHLO": "250-mail.example\r\n250 DSN"})) as server:
        await mailer(server.port).send(replace(MAIL, token=TOKEN))
    assert "MAIL FROM:<desk@partner.example>" in server.heard
    assert f"RCPT TO:<{PAT}>" in server.heard


async def test_the_headers_that_a_provider_wants_carry_the_token(mailbox: Mailbox) -> None:
    server = parse_smtp_url(mailbox.url)
    sender = SmtpMailer(server, "desk@partner.example", headers=lambda token: {"X-Desk-Mail": f"id={token}"})
    await sender.send(replace(MAIL, token=TOKEN))
    assert message_from_bytes(mailbox.mails[0].raw)["X-Desk-Mail"] == f"id={TOKEN}"
