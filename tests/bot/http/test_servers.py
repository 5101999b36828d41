"""The web server as load balancers, Prometheus and strangers meet it, over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest
from aiohttp import web

from bot.http.bodies import LARGEST_BODY, LARGEST_FORM, read_body
from bot.http.edge.bind import Bind, PortRefused
from bot.http.readiness import Check
from bot.http.servers import WebServer
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.metrics import Metrics


class Slow:
    """A handler that answers when it is let, and tells when it was asked."""

    def __init__(self) -> None:
        self.was_asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def answer(self, _: web.Request) -> web.Response:
        self.was_asked.set()
        await self.may_answer.wait()
        return web.Response(text="at last")


async def count(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await read_body(request, LARGEST_BODY))))


async def count_careless(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


@pytest.fixture
def checks() -> dict[str, Check]:
    return {}


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
async def server(checks: Mapping[str, Check], slow: Slow) -> AsyncIterator[WebServer]:
    server = WebServer(
        0,
        [web.get("/slow", slow.answer), web.post("/count", count), web.post("/careless", count_careless)],
        checks,
        Metrics(),
    )
    await server.start()
    yield server
    slow.may_answer.set()
    await server.stop()


@pytest.fixture
async def client(server: WebServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session


@pytest.fixture
async def inside(server: WebServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.inside_port}") as session:
        yield session


async def test_it_is_alive_whatever_it_depends_on(checks: dict[str, Check], client: aiohttp.ClientSession) -> None:
    checks["database"] = lambda: asyncio.sleep(0, "away")
    async with client.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "alive\n")


async def test_it_is_ready_when_every_check_is_content(checks: dict[str, Check], inside: aiohttp.ClientSession) -> None:
    checks["database"] = lambda: asyncio.sleep(0, None)
    checks["webex"] = lambda: asyncio.sleep(0, "token refused")
    async with inside.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (503, {"database": "ok", "webex": "token refused"})


async def test_without_anything_to_check_it_is_ready(inside: aiohttp.ClientSession) -> None:
    async with inside.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {})


async def test_metrics_are_in_prometheus_format(inside: aiohttp.ClientSession) -> None:
    async with inside.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "helpdesk_events_waiting 0.0" in await answer.text()


async def test_any_other_path_is_plainly_not_found(client: aiohttp.ClientSession) -> None:
    for path in ("/", "/index.html", "/healthz/", "/../etc/passwd", "/%00", "/metrics", "/metrics%2f", "/readyz"):
        async with client.get(path) as answer:
            assert (answer.status, answer.content_type) == (404, "text/plain")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nowhere", "/count"])
async def test_no_answer_is_cached_framed_or_guessed_at_or_names_its_server(
    client: aiohttp.ClientSession, path: str
) -> None:
    async with client.get(path) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in answer.headers


async def test_a_body_of_one_mebibyte_is_taken_and_a_byte_more_is_not(client: aiohttp.ClientSession) -> None:
    async with client.post("/count", data=b"x" * LARGEST_BODY) as answer:
        assert await answer.text() == str(LARGEST_BODY)
    async with client.post("/count", data=b"x" * (LARGEST_BODY + 1)) as answer:
        assert answer.status == 413


async def test_a_compressed_body_stays_as_it_was_sent(client: aiohttp.ClientSession) -> None:
    async with client.post("/count", data=b"\x1f\x8b not gzip", headers={"Content-Encoding": "gzip"}) as answer:
        assert await answer.text() == "11"


async def test_a_taken_port_is_said_with_what_to_do(server: WebServer) -> None:
    another = WebServer(server.port, [], {}, Metrics())
    with pytest.raises(PortRefused) as refused:
        await another.start()
    await another.stop()
    assert ENGLISH(refused.value.text) == f"Another program uses port {server.port}."
    assert refused.value.advice
    assert "PORT" in ENGLISH(refused.value.advice)


async def test_a_port_the_system_does_not_give_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, which is given every port.
    def refuse(*_: object, **__: object) -> socket.socket:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(PortRefused) as refused:
        await WebServer(80, [], {}, Metrics()).start()
    assert "does not let us" in ENGLISH(refused.value.text)


async def test_it_is_reached_over_either_ip(server: WebServer) -> None:
    hosts = ["127.0.0.1", "::1"] if socket.has_dualstack_ipv6() else ["127.0.0.1"]
    for host in hosts:
        _, writer = await asyncio.open_connection(host, server.port)
        writer.close()


async def test_a_stop_answers_what_was_asked_and_takes_nothing_new(
    server: WebServer, client: aiohttp.ClientSession, slow: Slow
) -> None:
    asked = asyncio.create_task(client.get("/slow"))
    await slow.was_asked.wait()
    stopping = asyncio.create_task(server.stop())
    await asyncio.sleep(0)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", server.port)
    assert not stopping.done()
    slow.may_answer.set()
    assert await (await asked).text() == "at last"
    await stopping
    await server.stop()  # a second stop is none


async def test_a_route_that_says_no_bound_takes_a_form_and_a_byte_more_is_refused(
    client: aiohttp.ClientSession,
) -> None:
    async with client.post("/careless", data=b"x" * LARGEST_FORM) as answer:
        assert await answer.text() == str(LARGEST_FORM)
    async with client.post("/careless", data=b"x" * (LARGEST_FORM + 1)) as answer:
        assert answer.status == 413


async def test_metrics_are_on_loopback_and_not_on_the_public_port(server: WebServer) -> None:
    assert server.inside_port != server.port
    with socket.socket() as other:
        other.bind(("127.0.0.2", 0))
        other.settimeout(2)
        with pytest.raises(OSError, match="refused"):
            other.connect(("127.0.0.2", server.inside_port))


async def test_it_listens_where_it_is_told_alone() -> None:
    server = WebServer(0, [], {}, Metrics(), bind=Bind("127.0.0.1", ("127.0.0.2", 0)))
    await server.start()
    try:
        for host, port in (("127.0.0.1", server.port), ("127.0.0.2", server.inside_port)):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
        for host, port in (("127.0.0.2", server.port), ("127.0.0.1", server.inside_port)):
            with pytest.raises(OSError, match=r"refused|Connect call failed"):
                await asyncio.open_connection(host, port)
    finally:
        await server.stop()


async def test_a_second_process_on_the_machine_takes_another_port_for_metrics() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = WebServer(0, [], {}, Metrics(), bind=Bind(inside_port=port))
        await server.start()
        assert server.inside_port not in (0, port)
        await server.stop()


async def test_a_place_for_metrics_that_was_named_and_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortRefused) as refused:
            await WebServer(0, [], {}, Metrics(), bind=Bind(inside=("127.0.0.1", port))).start()
    assert refused.value.advice
    assert "HELPDESK_METRICS_BIND" in ENGLISH(refused.value.advice)
