"""What the server answers by itself tells nothing: not what serves, not what was asked, not in the log whose it was."""

import pytest
import structlog

from bot.http.edge.plain import HEADERS
from tests.bot.http.edge.peers import Served, serving

PLANTED = b"planted-by-a-stranger"


def assert_bare(answer: bytes) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    names = {line.partition(b":")[0].decode().lower() for line in head.split(b"\r\n")[1:]}
    assert "server" not in names
    assert {name.lower() for name in HEADERS} <= names
    for word in (b"aiohttp", b"Python", PLANTED, b"Traceback", b"secret"):
        assert word not in answer
    assert len(body) < 100


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"planted-by-a-stranger\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 planted-by-a-stranger\r\n\r\n", 400),
        (b"GET /planted-by-a-stranger\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nX: planted-by-a-stranger\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nplanted-by-a-stranger\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: planted-by-a-stranger\x00\r\n\r\n", 400),
        (b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: planted-by-a-stranger\r\n\r\n", 400),
        (b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET /planted-by-a-stranger HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"PLANTED /alive HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"CONNECT planted-by-a-stranger:443 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"HEAD /slow/planted-by-a-stranger HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"POST /hook HTTP/1.1\r\nHost: x\r\nExpect: planted-by-a-stranger\r\nContent-Length: 1\r\n\r\nx", 417),
        (b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n", 500),
        (b"GET http://planted-by-a-stranger/nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ],
)
async def test_an_error_of_the_server_itself_is_bare(sent: bytes, status: int) -> None:
    async with serving() as served:
        closing = sent.replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n")
        answer = await (await served.asks(closing)).rest()
        assert int(answer.split()[1]) in (status, 400), answer
        assert_bare(answer)


async def test_an_expected_continue_is_given_and_the_body_read() -> None:
    async with serving() as served:
        peer = await served.asks(
            b"POST /hook HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
        )
        assert await peer.status() == 100
        peer.send(b"12345")
        assert (await peer.rest()).endswith(b"\r\n\r\n5")


async def test_an_upgrade_is_not_taken() -> None:
    head = (
        b"GET /alive HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n"
    )
    async with serving() as served:
        peer = await served.asks(head)
        assert await peer.status() == 200
        peer.send(b"\x81\x05hello" * 20_000)
        await peer.rest(20)


async def noisy(served: Served) -> None:
    for sent in (b"\x16\x03\x01 planted-by-a-stranger\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n"):
        for _ in range(10):
            await (await served.asks(sent, "127.0.0.77")).rest()


async def test_noise_is_counted_and_logged_once_a_minute_without_an_address(caplog: pytest.LogCaptureFixture) -> None:
    with structlog.testing.capture_logs() as logged:
        async with serving() as served:
            await noisy(served)
            assert served.refused("malformed") == 20
    written = [line for line in logged if line["log_level"] != "info"]
    assert [line["event"] for line in written] == ["web_requests_refused"]
    assert caplog.records == []
    for word in ("127.0.0.77", PLANTED.decode()):
        assert word not in str(logged)


async def test_a_defect_is_logged_and_shown_to_nobody() -> None:
    with structlog.testing.capture_logs() as logged:
        async with serving() as served:
            peer = await served.asks(b"GET /breaks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "127.0.0.77")
            assert await peer.status() == 500
    (line,) = [line for line in logged if line["log_level"] == "error"]
    assert isinstance(line["exc_info"], LookupError)
    assert "127.0.0.77" not in str(logged)
