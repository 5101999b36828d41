"""Addresses beyond plain ASCII go out as the servers on the way can take them, or it is said that they cannot."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlmodel import Session

from helpdesk.mail import Mail, MailUnsendable
from helpdesk.mail.bounces import recipient_options
from helpdesk.mail.delivery.recording import RecordingMailer
from helpdesk.mail.smtp import SmtpMailer, SmtpServer
from helpdesk.platform.language import language
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import EmailEvent
from tests.helpdesk.mail.smtp_server import Server, served
from tests.mail_servers import running_postfix
from tests.sessions import rows

pytestmark = pytest.mark.long

ASCII, UNICODE = "konto@xn--exmple-cua.de", "konto@exämple.de"
ENVELOPES = {
    "try..this..0511@docomo.example": "try..this..0511@docomo.example",
    "bar.@docomo.example": "bar.@docomo.example",
    ".foo@ezweb.example": ".foo@ezweb.example",
    '"john smith"@x.example': '"john smith"@x.example',
    '"foo..bar"@x.example': '"foo..bar"@x.example',
}


class Sink:
    """A server of aiosmtpd's that keeps what it was told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes, list[str]]] = []
        self._has_come = asyncio.Event()

    async def first(self) -> tuple[str, bytes, list[str]]:
        async with asyncio.timeout(60):
            await self._has_come.wait()
        return self.got[0]

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.got += [(to, envelope.content, envelope.mail_options) for to in envelope.rcpt_tos]
        self._has_come.set()
        return "250 OK"

    @asynccontextmanager
    async def serve(self, *, in_utf8: bool) -> AsyncIterator[int]:
        def made() -> Any:
            return SMTP(self, hostname="sink.example", enable_SMTPUTF8=in_utf8, decode_data=False)

        server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()


def mailer(port: int) -> SmtpMailer:
    return SmtpMailer(SmtpServer("127.0.0.1", port, None, None, "none"), "desk@partner.example")


def mail(to: str) -> Mail:
    return Mail(to, "Your code", "text", "<p>html</p>")


@pytest.mark.parametrize("spelled", [UNICODE, ASCII])
@pytest.mark.parametrize(("in_utf8", "expected"), [(True, UNICODE), (False, ASCII)])
async def test_an_international_domain_goes_out_as_the_server_takes_it(
    in_utf8: bool, expected: str, spelled: str
) -> None:
    sink = Sink()
    async with sink.serve(in_utf8=in_utf8) as port:
        await mailer(port).send(mail(spelled))
    ((to, content, options),) = sink.got
    assert to == expected
    assert f"To: {expected}\r\n".encode() in content
    assert ("SMTPUTF8" in options) is in_utf8


@pytest.mark.parametrize(("code", "expected"), [("5.6.7", ASCII), ("4.6.7", ASCII), ("5.1.1", UNICODE)])
async def test_what_came_back_for_its_letters_goes_out_in_ascii_the_next_time(
    store: Store, code: str, expected: str
) -> None:
    sink = Sink()
    earlier = EmailEvent(id="e1", address=ASCII, sent_at=datetime.now(UTC), status="error", code=code)
    await store.write(Session.add, earlier)
    async with sink.serve(in_utf8=True) as port:
        await RecordingMailer(mailer(port), store).send(mail(UNICODE))
        await RecordingMailer(mailer(port), store).send(mail("pat@acme.example"))
    assert [to for to, _, _ in sink.got] == [expected, "pat@acme.example"]


async def test_a_real_server_relays_what_goes_out_in_ascii_to_one_that_offers_nothing(folder: Path) -> None:
    sink = Sink()
    async with sink.serve(in_utf8=False) as sink_port:
        with running_postfix(folder, sink_port, sink_port) as port:
            await mailer(port).send(replace(mail(UNICODE), in_ascii=True))
            got, _, options = await sink.first()
    assert got == ASCII
    assert "SMTPUTF8" not in options


async def test_other_letters_before_the_at_go_out_in_utf8_where_it_is_offered() -> None:
    sink = Sink()
    async with sink.serve(in_utf8=True) as port:
        await mailer(port).send(mail("pät@xn--exmple-cua.de"))
    ((to, content, options),) = sink.got
    assert to == "pät@exämple.de"
    assert "To: pät@exämple.de\r\n".encode() in content
    assert "SMTPUTF8" in options


async def test_where_it_is_not_offered_it_is_said_what_cannot_be_sent(store: Store) -> None:
    sink = Sink()
    async with sink.serve(in_utf8=False) as port:
        with pytest.raises(MailUnsendable) as refused:
            await RecordingMailer(mailer(port), store).send(mail("pät@exämple.de"))
    assert not sink.got
    assert "before the @" in refused.value.text.message
    assert "avant le @" in language("fr")(refused.value.text)
    assert not await rows(store, EmailEvent.__table__.select())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("to", "envelope"), ENVELOPES.items())
async def test_the_server_decides_about_dots_and_quotes(to: str, envelope: str) -> None:
    async with served(Server()) as server:
        await mailer(server.port).send(mail(to))
    assert f"RCPT TO:<{envelope}>" in server.heard
    assert f"To: {envelope}" in server.heard


@pytest.mark.parametrize(
    "to", ["pat@x.example\r\nDATA", '"pat\r\nDATA"@x.example', "pat@x.example, sam@x.example", "p\0@x.example"]
)
async def test_nothing_else_reaches_the_server(to: str) -> None:
    async with served(Server()) as server:
        with pytest.raises(ValueError, match="not an address"):
            await mailer(server.port).send(mail(to))
    assert not server.heard


def test_reports_are_asked_for_under_the_address_as_it_is() -> None:
    assert recipient_options('"john smith"@x.example')[1] == 'ORCPT=rfc822;"john+20smith"@x.example'
    assert recipient_options("pät+x@exämple.de")[1] == r"ORCPT=utf-8;p\x{E4}t\x{2B}x@ex\x{E4}mple.de"


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not under pytest's own, which Postfix's user may not enter.
    made = Path(tempfile.mkdtemp(prefix="postfix"))
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize(("to", "envelope"), ENVELOPES.items())
async def test_a_real_server_relays_to_one_that_offers_nothing(folder: Path, to: str, envelope: str) -> None:
    sink = Sink()
    async with sink.serve(in_utf8=False) as sink_port:
        with running_postfix(folder, sink_port, sink_port) as port:
            await mailer(port).send(mail(to))
            got, _, _ = await sink.first()
    # Postfix puts quotes around dots where RFC 5321 has none, and aiosmtpd takes them off: one mailbox to both.
    assert got.replace('"', "") == envelope.replace('"', "")


async def test_a_real_server_relays_utf8_to_one_that_takes_it(folder: Path) -> None:
    sink = Sink()
    async with sink.serve(in_utf8=True) as sink_port:
        with running_postfix(folder, sink_port, sink_port) as port:
            await mailer(port).send(mail("pät@exämple.de"))
            got, _, _ = await sink.first()
    assert got == "pät@exämple.de"
