"""Heads and bodies are bounded, one by one and together; a small body gets in whatever the large ones do."""

import asyncio

import pytest

from bot.http import bodies
from bot.http.bodies import LARGEST_BODY, LARGEST_FORM, Bodies, Body
from bot.http.edge.connection import MOST_HEAD_BYTES
from tests.bot.http.edge.peers import Served, serving

FORM = b"POST /form HTTP/1.1\r\nHost: desk\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
URLENCODED = b"application/x-www-form-urlencoded"
HOOK = b"POST /hook HTTP/1.1\r\nHost: desk\r\nContent-Length: %d\r\n\r\n"


async def posts(served: Served, body: bytes, kind: bytes = URLENCODED) -> int:
    return await (await served.asks(FORM % (kind, len(body)) + body)).status()


async def test_a_form_has_64_kib_and_no_more() -> None:
    async with serving() as served:
        assert await posts(served, b"key=" + b"x" * (LARGEST_FORM - 4)) == 200
        assert await posts(served, b"key=" + b"x" * (LARGEST_FORM - 3)) == 413
        chunked = b"POST /form HTTP/1.1\r\nHost: desk\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
        assert await (await served.asks(chunked % URLENCODED + chunk * 5)).status() == 413


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"key=%ff%fe&a=b", URLENCODED, 200),
        (b"key=\xff\xfe", URLENCODED, 400),
        (b"&".join(b"k=%d" % n for n in range(500)), URLENCODED, 400),
        (b"key=x", b"application/x-www-form-urlencoded; charset=no-such-thing", 200),
        (b"--x\r\nContent-Disposition: form-data; name=key\r\n\r\nx\r\n--x--", b"multipart/form-data; boundary=x", 415),
        (b"key=x", b"text/plain", 415),
        (b"key=x", b"\xff\xfe", 415),
    ],
)
async def test_a_form_of_another_kind_is_refused_and_breaks_nothing(body: bytes, kind: bytes, status: int) -> None:
    async with serving() as served:
        assert await posts(served, body, kind) == status


async def test_a_head_has_its_bound_and_its_lines_theirs() -> None:
    fits = b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(20))
    many = b"".join(b"X-%d: %s\r\n" % (n, b"x" * 4000) for n in range(60))
    async with serving() as served:
        assert await (await served.asks(b"GET /alive HTTP/1.1\r\nHost: x\r\n" + fits + b"\r\n")).status() == 200
        assert len(many) > MOST_HEAD_BYTES
        assert await (await served.asks(b"GET /alive HTTP/1.1\r\nHost: x\r\n" + many)).is_closed()
        assert served.refused("too large") == 1
        line = await served.asks(b"GET /alive HTTP/1.1\r\nX: " + b"x" * 100_000)
        assert await line.status() == 400


async def test_all_bodies_together_have_a_bound_and_small_ones_get_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 4 * LARGEST_BODY)
    async with serving() as served:
        served.server._bodies = Bodies(4 * LARGEST_BODY)
        large = [await served.asks(HOOK % LARGEST_BODY + b"x" * (LARGEST_BODY - 1)) for _ in range(20)]
        await asyncio.sleep(0.5)
        assert served.server._bodies._held <= 4 * LARGEST_BODY
        small = await served.asks(HOOK % 2000 + b"x" * 2000)
        assert await small.status() == 200
        refused = 0
        for each in large:
            try:
                head = await asyncio.wait_for(each.reader.readuntil(b"\r\n\r\n"), 0.5)
            except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
                continue
            assert b" 503 " in head.partition(b"\r\n")[0]
            assert b"Retry-After: " in head
            refused += 1
        assert refused >= 16
        assert served.refused("busy") == refused
        for each in large:
            each.writer.close()


async def test_what_was_held_is_given_back_when_the_request_is_answered() -> None:
    async with serving() as served:
        for _ in range(40):
            assert await (await served.asks(HOOK % LARGEST_BODY + b"x" * LARGEST_BODY)).status() == 200
        await asyncio.sleep(0.1)
        assert served.server._bodies._held == 0
        assert not served.server._bodies._reading


async def test_the_largest_gives_way() -> None:
    held = Bodies(100)
    large, small = Body(held), Body(held)
    held.begin(large)
    held.begin(small)
    held.grow(large, 90)
    held.grow(small, 20)
    assert (large.size, small.size) == (0, 20)
    assert large._gave_up
    with pytest.raises(bodies.BodyRefused):
        held.grow(small, 90)


async def test_requests_in_a_row_are_all_answered_and_no_more_is_read_ahead() -> None:
    ask = b"GET /alive HTTP/1.1\r\nHost: x\r\n\r\n"
    async with serving() as served:
        peer = await served.asks(ask * 10 + ask.replace(b"Host", b"Connection: close\r\nHost"))
        assert (await peer.rest()).count(b"alive 127.0.0.1") == 11
        endless = await served.asks(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.1)
        endless.send(b"GET /alive HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 7000 + b"\r\n")
        for _ in range(20):
            endless.send(b"X: " + b"x" * 7000 + b"\r\n")
        assert await endless.is_closed()
