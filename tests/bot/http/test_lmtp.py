"""Bounces come in over LMTP: whatever it is, the mail server is rid of it, unless it is to try again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from smtplib import LMTP, SMTPRecipientsRefused

import pytest
from sqlmodel import Session

from bot.http.lmtp import MOST_CONNECTIONS, LmtpPortRefused, LmtpServer
from helpdesk.mail.bounces import return_address
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.dsn import LARGEST
from helpdesk.mail.dsn.intake import Intake
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent
from tests.helpdesk.mail.dsn.reports import BOUNCES, NOW, PAT, TOKEN, report

TO = return_address(BOUNCES, TOKEN)


@asynccontextmanager
async def served(store: Store) -> AsyncIterator[LmtpServer]:
    server = LmtpServer(Intake(store, BOUNCES, lambda: NOW), 0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def server(store: Store) -> AsyncIterator[LmtpServer]:
    at = NOW - timedelta(minutes=1)
    row = EmailEvent(id="1", address=PAT, sent_at=at, status=DeliveryStatus.IN_PROGRESS.value, token=TOKEN)
    await store.write(Session.add, row)
    async with served(store) as server:
        yield server


def hand_over(port: int, raw: bytes, sender: str = "", to: tuple[str, ...] = (TO,)) -> dict[str, tuple[int, bytes]]:
    """As a mail server does; the recipients that were refused."""
    with LMTP("127.0.0.1", port, local_hostname="mail.example") as client:
        client.timeout = 20
        return client.sendmail(sender, to, raw)


async def status(store: Store) -> DeliveryStatus:
    return (await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)).status


async def test_a_report_is_taken_for_the_token_in_its_envelope(server: LmtpServer, store: Store) -> None:
    await asyncio.to_thread(hand_over, server.port, report(to="somebody@else.example"))
    assert await status(store) is DeliveryStatus.ERROR


async def test_what_a_person_sent_is_dropped_without_a_word(server: LmtpServer, store: Store) -> None:
    assert await asyncio.to_thread(hand_over, server.port, report(), "kim@elsewhere.example") == {}
    assert await status(store) is DeliveryStatus.IN_PROGRESS


async def test_a_report_in_a_mail_servers_own_name_is_taken(server: LmtpServer, store: Store) -> None:
    assert await asyncio.to_thread(hand_over, server.port, report(), "MAILER-DAEMON@mx.acme.example") == {}
    assert await status(store) is DeliveryStatus.ERROR


@pytest.mark.parametrize("junk", [b"", b"\x00\xff" * 500, b"Subject: holiday\n\nuntil Monday"])
async def test_junk_is_dropped_without_a_word(server: LmtpServer, junk: bytes) -> None:
    assert await asyncio.to_thread(hand_over, server.port, junk) == {}


async def test_recipients_come_one_at_a_time(server: LmtpServer, store: Store) -> None:
    refused = await asyncio.to_thread(hand_over, server.port, report(), "", (TO, BOUNCES))
    assert refused == {BOUNCES: (452, b"4.5.3 one recipient at a time")}
    assert await status(store) is DeliveryStatus.ERROR


async def test_what_is_too_large_is_refused_before_it_is_sent(server: LmtpServer) -> None:
    with pytest.raises(Exception, match="552"):
        await asyncio.to_thread(hand_over, server.port, report(returned="x" * 900 + "\n" * LARGEST))


async def test_a_recipient_that_is_no_mail_of_ours_is_refused_before_the_mail_is_sent(server: LmtpServer) -> None:
    for address in (BOUNCES, return_address(BOUNCES, "0" * 32), "somebody@else.example"):
        with pytest.raises(SMTPRecipientsRefused, match="550"):
            await asyncio.to_thread(hand_over, server.port, report(), "", (address,))
        # A person's mail is taken and dropped: refused, it would be sent back to whom its sender claims to be.
        assert await asyncio.to_thread(hand_over, server.port, report(), "kim@elsewhere.example", (address,)) == {}


async def write_much(writer: asyncio.StreamWriter) -> None:
    for _ in range(1000):
        writer.write(b"x" * LARGEST)
        await writer.drain()


async def test_a_line_without_an_end_is_cut_off(server: LmtpServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{TO}>\r\nDATA\r\n".encode())
    while not (await reader.readline()).startswith(b"354"):
        pass
    with pytest.raises(ConnectionError):
        await write_much(writer)
    writer.close()


async def test_more_connections_than_mail_servers_open_are_sent_away(server: LmtpServer) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(MOST_CONNECTIONS)]
    assert all([(await reader.readline()).startswith(b"220") for reader, _ in opened])
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    assert (await reader.read()).startswith(b"421")
    for _, each in (*opened, (reader, writer)):
        each.close()
    while server.connections:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert await asyncio.to_thread(hand_over, server.port, report()) == {}


async def test_a_mail_server_tries_again_when_the_store_is_away() -> None:
    away = Store("postgresql+asyncpg://postgres@/helpdesk?host=/nowhere")
    async with served(away) as server:
        with pytest.raises(Exception, match="451"):
            await asyncio.to_thread(hand_over, server.port, report())


async def test_it_listens_on_loopback_only(server: LmtpServer) -> None:
    assert server._server is not None
    assert [each.getsockname()[0] for each in server._server.sockets] == ["127.0.0.1"]


async def test_a_port_that_is_taken_is_named(server: LmtpServer, store: Store) -> None:
    with pytest.raises(LmtpPortRefused):
        await LmtpServer(Intake(store, BOUNCES), server.port).start()


async def test_connections_are_bounded_and_one_that_ends_makes_room(server: LmtpServer) -> None:
    held = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(MOST_CONNECTIONS)]
    assert all([(await reader.readline()).startswith(b"220") for reader, _ in held])
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    with contextlib.suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 5)
    writer.close()
    held[0][1].close()
    await asyncio.sleep(0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"220")
    for _, each in held:
        each.close()
    writer.close()
