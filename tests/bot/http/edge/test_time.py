"""Nobody keeps us waiting: heads, bodies, answers not taken, connections kept for nothing."""

import asyncio
import time
from enum import Enum

import pytest

from bot.http import bodies
from bot.http.edge import connection as module
from tests.bot.http.edge.peers import Peer, serving

HEAD = b"POST /%s HTTP/1.1\r\nHost: desk\r\n"


class Quick(Enum):
    """The phases, in less time than a test may take."""

    HEAD = 0.4
    BODY = 0.8
    WORK = 0.9
    IDLE = 0.5


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Phase", Quick)
    monkeypatch.setattr("bot.http.edge.server.Phase", Quick)
    monkeypatch.setattr(bodies, "READ_SECONDS", 0.3)


async def trickles(peer: Peer, sent: bytes) -> None:
    """A byte now and then, each well before anybody would call it silent."""
    for byte in sent:
        peer.send(bytes([byte]))
        await asyncio.sleep(0.1)


async def test_who_says_nothing_is_cut_off() -> None:
    async with serving() as served:
        assert await (await served.connects()).is_closed()
        assert served.refused("too slow") == 1


async def test_a_head_that_trickles_is_cut_off() -> None:
    async with serving() as served:
        peer = await served.connects()
        sending = asyncio.create_task(trickles(peer, b"GET /alive HTTP/1.1\r\nHost: " + b"x" * 1000))
        began = time.monotonic()
        assert await peer.is_closed()
        assert time.monotonic() - began < 4, "a byte every tenth of a second does not count as a sign of life"
        sending.cancel()


async def test_the_second_head_of_a_connection_is_under_the_clock_too() -> None:
    async with serving() as served:
        peer = await served.asks(b"GET /alive HTTP/1.1\r\nHost: desk\r\n\r\n")
        assert await peer.status() == 200
        sending = asyncio.create_task(trickles(peer, b"GET /alive HTTP/1.1\r\nHost: " + b"x" * 1000))
        await peer.rest()
        sending.cancel()
        assert served.refused("too slow") == 1


@pytest.mark.parametrize("path", [b"hook", b"form", b"careless"])
@pytest.mark.parametrize("length", [b"Content-Length: 1000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n1\r\n"])
async def test_a_body_that_trickles_ends_whatever_the_route_reads_it_with(path: bytes, length: bytes) -> None:
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    async with serving() as served:
        peer = await served.asks(HEAD % path + kind + length)
        sending = asyncio.create_task(trickles(peer, b"x" * 1000))
        if path != b"careless":
            assert await peer.status() in (400, 408)
        await peer.rest(5)
        sending.cancel()
        assert served.refused("too slow") + served.refused("malformed") == 1


async def test_chunks_without_end_end() -> None:
    async with serving() as served:
        peer = await served.asks(HEAD % b"hook" + b"Transfer-Encoding: chunked\r\n\r\n")

        async def sends() -> None:
            while not peer.writer.is_closing():
                peer.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                await asyncio.sleep(0)
                await peer.writer.drain()

        sending = asyncio.create_task(sends())
        assert await peer.status() in (408, 413)
        await peer.rest(5)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_connection_that_is_kept_for_nothing_is_closed_without_noise() -> None:
    async with serving() as served:
        peer = await served.asks(b"GET /alive HTTP/1.1\r\nHost: desk\r\n\r\n")
        await peer.rest()
        assert served.refused("too slow") == 0


async def test_who_does_not_take_our_answer_is_cut_off() -> None:
    async with serving() as served:
        peer = await served.connects()
        peer.writer.transport.pause_reading()
        peer.send(b"GET /large HTTP/1.1\r\nHost: desk\r\n\r\n")
        async with asyncio.timeout(5):
            while not len(served.server.connections):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
            while len(served.server.connections):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)


async def test_a_handler_that_hangs_is_ended_and_answered() -> None:
    async with serving() as served:
        peer = await served.asks(b"GET /slow HTTP/1.1\r\nHost: desk\r\n\r\n")
        await peer.rest(5)
        assert len(served.server.connections) == 0
