"""Whatever a provider answers becomes an answer or one of four failures, in time and without showing key or address."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web

import helpdesk.mail.providers.http
from helpdesk.mail.provider_errors import (
    MailProviderError,
    ProviderAuthError,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnreadable,
)
from helpdesk.mail.providers.http import ATTEMPTS, LARGEST_ANSWER, ProviderClient, bearing, in_path, retry_after
from helpdesk.platform.webex.client import open_session
from tests.logged import everything_logged

KEY, PAT = "key-that-nobody-may-see", "pat@acme.example"
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    """Gives its `answers` in turn, the last one over and over; notes what it was asked."""

    answers: list[Respond] = field(default_factory=list)
    asked: list[web.Request] = field(default_factory=list)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        await request.read()
        return await (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)


def says(status: int = 200, text: str = '{"ok": 1}', **headers: str) -> Respond:
    async def respond(_: web.Request) -> web.StreamResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=given)

    return respond


async def cuts(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
def server() -> Server:
    return Server([says()])


@pytest.fixture
async def client(server: Server) -> AsyncIterator[ProviderClient]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.respond)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with open_session() as session:
        yield ProviderClient(session, "SendGrid", "SENDGRID_API_KEY", url, bearing({"Authorization": f"Bearer {KEY}"}))
    await runner.cleanup()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited; it does not."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    return waited


async def failure(client: ProviderClient, method: str = "GET") -> MailProviderError:
    with pytest.raises(MailProviderError) as failed:
        await client.ask(method, f"/bounces/{in_path(PAT)}")
    return failed.value


async def test_a_call_carries_the_key_and_an_address_as_it_was_encoded(client: ProviderClient, server: Server) -> None:
    answer = await client.ask("GET", f"/bounces/{in_path('o+b/x@acme.example')}")
    assert answer.content == {"ok": 1}
    (asked,) = server.asked
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.raw_path == "/bounces/o%2Bb%2Fx%40acme.example"


@pytest.mark.parametrize(
    "address", ["", " ", "pat", "a@x, evil@x.example", "a@x.example\r\n", "a/../b", "a@b.example/.."]
)
def test_what_is_no_address_becomes_part_of_no_path(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        in_path(address)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ProviderRejected),
        (401, ProviderAuthError),
        (403, ProviderAuthError),
        (404, ProviderUnreadable),
        (422, ProviderRejected),
        (302, ProviderUnreadable),
    ],
)
async def test_a_refusal_has_its_kind_and_is_not_asked_again(
    client: ProviderClient, server: Server, status: int, kind: type[MailProviderError]
) -> None:
    server.answers = [says(status, Location="https://evil.example/")]
    failed = await failure(client)
    assert (type(failed), failed.provider) == (kind, "SendGrid")
    assert len(server.asked) == 1


async def test_a_refused_key_is_named_by_its_variable(client: ProviderClient, server: Server) -> None:
    server.answers = [says(401)]
    assert (await failure(client)).advice.values == {"variable": "SENDGRID_API_KEY"}


async def test_a_status_that_tells_something_is_an_answer(client: ProviderClient, server: Server) -> None:
    server.answers = [says(404, "")]
    answer = await client.ask("DELETE", "/x", telling={404})
    assert (answer.status, answer.content) == (404, None)


@pytest.mark.parametrize("trouble", [says(500), says(503), says(429)])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_passing_trouble_is_waited_out(
    client: ProviderClient, server: Server, waits: list[float], trouble: Respond, method: str
) -> None:
    server.answers = [trouble, trouble, says()]
    assert (await client.ask(method, "/x")).content == {"ok": 1}
    assert len(waits) == 2
    assert 0 < waits[0] < waits[1] * 2


async def test_a_broken_connection_is_passing_trouble(client: ProviderClient, server: Server) -> None:
    server.answers = [cuts, cuts, says()]
    assert (await client.ask("GET", "/x")).content == {"ok": 1}


@pytest.mark.parametrize(("trouble", "kind"), [(says(500), ProviderUnavailable), (says(429), ProviderRateLimited)])
async def test_trouble_that_stays_is_given_up(
    client: ProviderClient, server: Server, trouble: Respond, kind: type[MailProviderError]
) -> None:
    server.answers = [trouble]
    assert type(await failure(client)) is kind
    assert len(server.asked) == ATTEMPTS


async def test_a_post_is_repeated_only_where_it_is_harmless(client: ProviderClient, server: Server) -> None:
    server.answers = [says(500)]
    await failure(client, "POST")
    assert len(server.asked) == 1
    server.answers = [says(500), says()]
    await client.ask("POST", "/logs", {"query": "x"}, is_harmless=True)
    assert len(server.asked) == 3


async def test_a_provider_that_asks_for_a_short_wait_gets_it(
    client: ProviderClient, server: Server, waits: list[float]
) -> None:
    server.answers = [says(429, Retry_After="2"), says()]
    await client.ask("GET", "/x")
    assert waits == [2.0]


async def test_nobody_waits_longer_than_a_call_may_take(
    client: ProviderClient, server: Server, waits: list[float]
) -> None:
    server.answers = [says(429, Retry_After="30")]
    failed = await failure(client)
    assert (type(failed), failed.retry_after, waits) == (ProviderRateLimited, 30.0, [])


async def test_a_provider_that_hangs_is_given_up(
    client: ProviderClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = asyncio.Event()

    async def hangs(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    monkeypatch.setattr(helpdesk.mail.providers.http, "CALL_SECONDS", 0.2)
    server.answers = [hangs]
    assert type(await failure(client)) is ProviderUnavailable
    released.set()


async def test_nobody_listening_is_a_provider_that_does_not_answer() -> None:
    async with open_session() as session:
        client = ProviderClient(session, "SendGrid", "SENDGRID_API_KEY", "http://127.0.0.1:1", bearing({}))
        assert type(await failure(client)) is ProviderUnavailable


@pytest.mark.parametrize("text", ["<html>", "{", "[" * 100_000, '"' + "x" * LARGEST_ANSWER + '"'])
async def test_an_answer_that_cannot_be_read_is_a_fault_of_the_provider(
    client: ProviderClient, server: Server, text: str
) -> None:
    server.answers = [says(text=text)]
    assert type(await failure(client)) is ProviderUnreadable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Mon, 23 Nov 2026 10:00:09 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 9.0),
        ({"X-RateLimit-Reset": "1795428011", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 11.0),
        ({"X-RateLimit-Reset": "1795428000", "Date": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "-1"}, None),
    ],
)
def test_how_long_to_wait_is_read_from_either_header(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@pytest.mark.parametrize("trouble", [says(401, PAT), says(500, PAT), says(200, PAT), cuts])
async def test_neither_key_nor_address_is_logged_or_raised(
    client: ProviderClient, server: Server, trouble: Respond
) -> None:
    server.answers = [trouble]
    with everything_logged(logging.DEBUG) as written:
        # The server of the tests is the other side.
        logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
        failed = await failure(client)
    shown = f"{written.getvalue()} {failed} {failed!r}"
    assert "mail_provider_" in shown
    assert not [secret for secret in (KEY, PAT, "pat%40acme", server.asked[0].raw_path) if secret in shown]
