"""Real mail servers take our mails, and what they write about them comes back into the log."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.http.dsn_hook import PATH, DsnHook
from bot.http.lmtp import LmtpServer
from bot.http.servers import WebServer
from helpdesk.mail import Mail
from helpdesk.mail.delivery import REPORT, LastDelivery
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.delivery.recording import RecordingMailer
from helpdesk.mail.dsn.intake import Intake
from helpdesk.mail.smtp import SmtpMailer, SmtpServer
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from playground.mailbox import Mailbox
from tests.mail_servers import BOUNCE_DOMAIN, running_haraka, running_postfix

pytestmark = pytest.mark.long

# With what means something to mail servers and to reports.
PAT = "pat+o'brien=x@acme.example"
BOUNCES = f"bounce@{BOUNCE_DOMAIN}"
NO_SUCH_USER = "550 5.1.1 no such user here"
SECRET = "a secret of the mail server's, long enough"


Running = Callable[[Path, int, int], AbstractContextManager[int]]


class Heard:
    """An intake that tells when it has taken something in."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.taken: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()

    async def expects(self, recipient: str) -> bool:
        return await self.intake.expects(recipient)

    async def take(self, raw: bytes, recipients: Sequence[str] = ()) -> bool:
        is_taken = await self.intake.take(raw, recipients)
        await self.taken.put((raw, recipients[0]))
        return is_taken


class Desk:
    def __init__(self, store: Store, sink: Mailbox, heard: Heard, mailer: RecordingMailer) -> None:
        self.store, self.sink, self.heard, self.mailer = store, sink, heard, mailer

    async def send(self) -> None:
        await self.mailer.send(Mail(PAT, "Your code", "text", "<p>html</p>"))

    async def told(self) -> tuple[LastDelivery, list[Reason]]:
        """What is known when the next report was taken in."""
        async with asyncio.timeout(30):
            await self.heard.taken.get()
        entries = await EmbeddedSuppressionList(self.store).find(PAT)
        return await EmbeddedDeliveryLog(self.store).last(PAT), [each.reason for each in entries]


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own: Postfix's user could not reach into it, and sockets' names must be short.
    made = Path(tempfile.mkdtemp(prefix="mail-server-"))
    yield made
    shutil.rmtree(made)


async def desk_behind(running: Running, folder: Path, store: Store, stack: AsyncExitStack) -> Desk:
    sink = await stack.enter_async_context(Mailbox().serve())
    heard = Heard(Intake(store, BOUNCES))
    lmtp = LmtpServer(heard, 0)
    await lmtp.start()
    stack.push_async_callback(lmtp.stop)
    server = running(folder, urlsplit(sink.url).port, lmtp.port)
    # Started aside: while it starts, the loop serves its sink.
    port = await asyncio.to_thread(server.__enter__)
    stack.push_async_callback(asyncio.to_thread, server.__exit__, None, None, None)
    sender = SmtpMailer(SmtpServer("127.0.0.1", port, None, None, "none"), "desk@partner.example", BOUNCES)
    return Desk(store, sink, heard, RecordingMailer(sender, store))


@pytest.fixture(params=[running_haraka, running_postfix], ids=["Haraka", "Postfix"])
async def desk(request: pytest.FixtureRequest, folder: Path, store: Store) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        yield await desk_behind(request.param, folder, store, stack)


@pytest.fixture
async def reporting_desk(folder: Path, store: Store) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        yield await desk_behind(running_postfix, folder, store, stack)


async def test_a_mail_that_comes_back_is_an_error_and_holds_the_address_back(desk: Desk) -> None:
    desk.sink.refuse(PAT, NO_SUCH_USER)
    await desk.send()
    last, reasons = await desk.told()
    assert (last.status, last.code, last.known_from) == (DeliveryStatus.ERROR, "5.1.1", REPORT)
    assert NO_SUCH_USER in (last.answer or "")
    assert reasons == [Reason.BOUNCE]


async def test_what_is_piped_to_the_hook_is_the_same(desk: Desk, store: Store) -> None:
    desk.sink.refuse(PAT, NO_SUCH_USER)
    await desk.send()
    async with asyncio.timeout(30):
        raw, recipient = await desk.heard.taken.get()
    await EmbeddedSuppressionList(store).remove(PAT, "an event")
    web = WebServer(0, [DsnHook(Intake(store, BOUNCES), SECRET).route], {}, Metrics())
    await web.start()
    # As a mail server does that pipes: Haraka's own headers do not say to whom it reports.
    piped = f"Delivered-To: {recipient}\n".encode() + raw
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "message/rfc822"}
    url = f"http://127.0.0.1:{web.port}{PATH}"
    async with aiohttp.ClientSession() as session, session.post(url, data=piped, headers=headers) as answer:
        assert await answer.text() == "taken\n"
    await web.stop()
    # The same report, told in two ways, is one.
    assert await EmbeddedSuppressionList(store).find(PAT) == []


async def test_a_mail_that_arrives_is_delivered_with_the_servers_words(reporting_desk: Desk) -> None:
    await reporting_desk.send()
    last, reasons = await reporting_desk.told()
    assert (last.status, last.known_from) == (DeliveryStatus.DELIVERED, REPORT)
    assert "250 2.0.0 OK" in (last.answer or "")
    assert reasons == []


async def test_a_mail_that_is_held_up_is_in_progress_until_it_arrives(reporting_desk: Desk) -> None:
    reporting_desk.sink.refuse(PAT, "451 4.7.1 greylisted")
    await reporting_desk.send()
    last, reasons = await reporting_desk.told()
    assert (last.status, last.code, reasons) == (DeliveryStatus.IN_PROGRESS, "4.7.1", [])
    reporting_desk.sink.accept(PAT)
    last, reasons = await reporting_desk.told()
    assert (last.status, reasons) == (DeliveryStatus.DELIVERED, [])
