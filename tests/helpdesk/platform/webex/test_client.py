"""The REST client against a server that answers every way Webex does, and some it should not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from helpdesk.platform.webex.client import (
    ATTEMPTS,
    PATIENT_ATTEMPTS,
    ForeignLink,
    OutcomeUnknown,
    WebexClient,
    WebexError,
    WebexForbidden,
    WebexNotFound,
    WebexUnauthorized,
    open_session,
)
from helpdesk.platform.webex.patience import LONGEST_PATIENCE_SECONDS, LONGEST_WAIT_SECONDS, noticed, waits_at_most

TOKEN = "the bot's token"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    """Gives its `answers` in turn, the last one over and over; notes what it was asked."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str, str | None, Any]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path_qs, request.headers.get("Authorization"), body))
        return await (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)


def says(status: int = 200, body: Any = None, text: str | None = None, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if text is not None:
            return web.Response(status=status, text=text, headers=given)
        return web.json_response({"ok": True} if body is None else body, status=status, headers=given)

    return answer


async def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "100"})
    await answer.prepare(request)
    await answer.write(b'{"ok":')
    return await cut(request)


async def never(_: web.Request) -> web.StreamResponse:
    await asyncio.wait_for(asyncio.Event().wait(), 0.5)
    return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[WebexClient]:
    async with open_session() as session:
        yield WebexClient(session, f"{server.url}/v1/", TOKEN)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited; it does not."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    return waited


async def test_a_call_carries_the_token_and_brings_the_object(client: WebexClient, server: Server) -> None:
    server.answers = [says(body={"items": [1]})]
    assert await client.get("/rooms", {"max": "1"}) == {"items": [1]}
    assert await client.get(f"{server.url}/elsewhere?page=2") == {"items": [1]}
    await client.post("/messages", {"text": "Grüße"})
    await client.put("/webhooks/1", {"status": "active"})
    await client.delete("/webhooks/1")
    bearer = f"Bearer {TOKEN}"
    assert server.asked == [
        ("GET", "/v1/rooms?max=1", bearer, None),
        ("GET", "/elsewhere?page=2", bearer, None),
        ("POST", "/v1/messages", bearer, {"text": "Grüße"}),
        ("PUT", "/v1/webhooks/1", bearer, {"status": "active"}),
        ("DELETE", "/v1/webhooks/1", bearer, None),
    ]


async def test_an_answer_without_content_is_an_empty_object(client: WebexClient, server: Server) -> None:
    server.answers = [says(204, text="")]
    assert await client.get("/x") == {}


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": "194"}, 194),
        ({"Retry_After": " 194 "}, 194),
        ({"Retry_After": "2.5"}, 2.5),
        ({"Retry_After": "3 minutes"}, 180),
        ({"Retry_After": "99999999999999999999"}, 600),
        ({"Retry_After": "Sun, 01 Mar 2026 12:00:09 GMT", "Date": "Sun, 01 Mar 2026 12:00:00 GMT"}, 9),
        ({"Retry_After": "Sun, 01 Mar 2026 11:00:00 GMT", "Date": "Sun, 01 Mar 2026 12:00:00 GMT"}, 0),
        ({"Retry_After": "Sun, 01 Mar 2027 11:00:00 GMT", "Date": "Sun, 01 Mar 2026 12:00:00 GMT"}, 600),
        ({"Retry_After": "2026-03-01T12:03:14Z", "Date": "Sun, 01 Mar 2026 12:00:00 GMT"}, 194),
        ({"Retry_After": "soon"}, 1),
        ({"Retry_After": "-5"}, 1),
        ({"Retry_After": "²"}, 1),
        ({}, 1),
    ],
)
async def test_a_busy_webex_is_asked_again_when_it_says(
    client: WebexClient, server: Server, waits: list[float], status: int, headers: dict[str, str], seconds: float
) -> None:
    server.answers = [says(status, **headers), says()]
    assert await client.get("/x") == {"ok": True}
    assert waits == [seconds]


@pytest.mark.parametrize(
    "trouble", [*map(says, (500, 502, 503, 504)), cut, half], ids=["500", "502", "503", "504", "cut", "half"]
)
async def test_passing_trouble_is_waited_out_longer_each_time(
    client: WebexClient, server: Server, waits: list[float], trouble: Answer
) -> None:
    server.answers = [trouble] * (ATTEMPTS - 1) + [says()]
    assert await client.get("/x") == {"ok": True}
    # A connection that was kept and turns out to be gone, aiohttp opens once more by itself.
    assert (ATTEMPTS - 1) // 2 <= len(waits) <= ATTEMPTS - 1
    for number, wait in enumerate(waits):
        assert 0.125 * 2**number <= wait <= 0.375 * 2**number


@pytest.mark.parametrize(
    "trouble", [*map(says, (500, 502, 503, 504)), cut, half], ids=["500", "502", "503", "504", "cut", "half"]
)
async def test_a_post_that_may_have_been_carried_out_is_not_repeated(
    client: WebexClient, server: Server, waits: list[float], trouble: Answer
) -> None:
    server.answers = [trouble]
    with pytest.raises(OutcomeUnknown):
        await client.post("/x", {})
    assert (len(server.asked), waits) == (1, [])


async def test_a_post_that_was_told_to_wait_or_reached_nobody_is_made_again(
    client: WebexClient, server: Server, waits: list[float]
) -> None:
    server.answers = [says(429), says(423), says()]
    assert await client.post("/x", {}) == {"ok": True}
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("trouble", "status"), [(says(503, trackingid="T1"), 503), (says(429), 429), (cut, None), (half, None)]
)
async def test_trouble_that_stays_is_given_up_after_five_attempts(
    client: WebexClient, server: Server, waits: list[float], trouble: Answer, status: int | None
) -> None:
    server.answers = [trouble]
    with pytest.raises(WebexError) as failed:
        await client.get("/x")
    assert (failed.value.status, len(waits)) == (status, ATTEMPTS - 1)
    # aiohttp asks once more by itself where a connection it had kept turns out to be gone.
    assert ATTEMPTS <= len(server.asked) <= 2 * ATTEMPTS
    assert failed.value.tracking_id == ("T1" if status == 503 else "")


async def test_a_webex_that_hangs_is_given_up(server: Server) -> None:
    server.answers = [never]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05)) as session:
        with pytest.raises(WebexError) as failed:
            await WebexClient(session, server.url, TOKEN).get("/x")
    assert failed.value.status is None
    assert len(server.asked) == ATTEMPTS


async def test_every_call_has_a_time_limit() -> None:
    async with open_session() as session:
        assert (session.timeout.total, session.timeout.connect) == (15, 5)
    assert (LONGEST_WAIT_SECONDS, LONGEST_PATIENCE_SECONDS) == (600, 1800)


async def test_nobody_listening_is_no_answer(server: Server) -> None:
    async with open_session() as session:
        with pytest.raises(WebexError) as failed:
            await WebexClient(session, "http://127.0.0.1:1", TOKEN).get("/x")
    assert failed.value.status is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, WebexError), (401, WebexUnauthorized), (403, WebexForbidden), (404, WebexNotFound), (409, WebexError)],
)
async def test_a_refusal_has_its_type_and_is_not_asked_again(
    client: WebexClient, server: Server, status: int, kind: type[WebexError]
) -> None:
    server.answers = [says(status, trackingid="T1")]
    with pytest.raises(WebexError) as failed:
        await client.get("/x")
    assert (type(failed.value), failed.value.status, failed.value.tracking_id) == (kind, status, "T1")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_with_the_token(client: WebexClient, server: Server, status: int) -> None:
    server.answers = [says(status, Location=f"{server.url}/elsewhere"), says()]
    with pytest.raises(WebexError):
        await client.get("/x")
    assert [path for _, path, _, _ in server.asked] == ["/v1/x"]


@pytest.mark.parametrize(
    "text", ["", "<html>Sign in to this network</html>", "[]", "null", '"ok"', '{"ok"', "\ufffd", "[" * 100_000]
)
async def test_what_is_no_json_object_is_an_error_of_webex(client: WebexClient, server: Server, text: str) -> None:
    server.answers = [says(text=text)]
    with pytest.raises(WebexError) as failed:
        await client.get("/x")
    assert (failed.value.status, len(server.asked)) == (200, 1)


async def test_no_error_shows_the_token(
    client: WebexClient, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [says(500)]
    with pytest.raises(WebexError) as failed:
        await client.get("/x")
    assert TOKEN not in repr(failed.value) + str(failed.value) + "".join(capsys.readouterr())


async def test_calls_at_once_do_not_wait_for_each_other(client: WebexClient, server: Server) -> None:
    together = asyncio.Barrier(5)

    async def meet(_: web.Request) -> web.StreamResponse:
        await together.wait()
        return web.json_response({"ok": True})

    server.answers = [meet]
    assert await asyncio.gather(*(client.get("/x") for _ in range(5))) == [{"ok": True}] * 5


async def collected(client: WebexClient, path: str) -> list[Any]:
    return [page["items"] async for page in client.pages(path, {"max": "1"})]


def listed(items: list[Any], following: str = "") -> Answer:
    return says(body={"items": items}, **({"Link": f'<{following}>; rel="next"'} if following else {}))


async def test_a_list_is_read_page_by_page(client: WebexClient, server: Server) -> None:
    server.answers = [listed([1], f"{server.url}/v1/people?page=2"), listed([]), says()]
    assert await collected(client, "/people") == [[1], []]
    assert [asked[1] for asked in server.asked] == ["/v1/people?max=1", "/v1/people?page=2"]


@pytest.mark.parametrize("foreign", ["http://127.0.0.1:9/v1/people", "https://elsewhere.example/v1", "//x", "http://["])
async def test_the_token_does_not_follow_a_page_to_another_host(
    client: WebexClient, server: Server, foreign: str
) -> None:
    server.answers = [listed([1], foreign)]
    with pytest.raises(ForeignLink):
        await collected(client, "/people")
    assert len(server.asked) == 1


@pytest.mark.parametrize("behind", ["/v1/people?page=2", "/v1/people?max=1"])
async def test_a_link_that_was_followed_ends_the_list(client: WebexClient, server: Server, behind: str) -> None:
    second = listed([2], f"{server.url}{behind}")
    server.answers = [listed([1], f"{server.url}/v1/people?page=2"), second]
    assert await collected(client, "/people") == [[1], [2]]
    assert len(server.asked) == 2


async def test_pages_that_lead_in_a_circle_end(client: WebexClient, server: Server) -> None:
    addresses = [f"{server.url}/v1/people?page={number}" for number in (2, 3)]
    server.answers = [listed([1], addresses[0]), listed([2], addresses[1]), listed([3], addresses[0])]
    assert await collected(client, "/people") == [[1], [2], [3]]


async def test_an_empty_page_ends_a_list_whatever_is_said_to_be_behind_it(client: WebexClient, server: Server) -> None:
    pages = [f"{server.url}/v1/people?page={number}" for number in (2, 3)]
    server.answers = [listed([1], pages[0]), listed([], pages[1]), listed([3])]
    assert await collected(client, "/people") == [[1], []]
    server.answers = [listed([], pages[0]), listed([3])]
    assert await collected(client, "/people") == [[]]


@pytest.mark.parametrize("status", [400, 410])
async def test_an_expired_link_begins_the_list_again_once(client: WebexClient, server: Server, status: int) -> None:
    link = f"{server.url}/v1/people?page=2"
    server.answers = [listed([1], link), says(status), listed([1], link), listed([2])]
    assert await collected(client, "/people") == [[1], [1], [2]]
    server.answers = [listed([1], link), says(status), listed([1], link), says(status)]
    with pytest.raises(WebexError) as failed:
        await collected(client, "/people")
    assert failed.value.status == status


@pytest.mark.parametrize("status", [400, 410])
async def test_a_list_that_is_refused_from_the_beginning_is_not_begun_again(
    client: WebexClient, server: Server, status: int
) -> None:
    server.answers = [says(status)]
    with pytest.raises(WebexError):
        await collected(client, "/people")
    assert len(server.asked) == 1


async def test_where_pages_have_places_a_list_ends_with_an_empty_one(client: WebexClient, server: Server) -> None:
    async def by_place(first: list[Any], *behind: Answer) -> list[Any]:
        server.answers = [says(body={"numbers": first}), *behind]
        pages = client.pages("/numbers", {"max": "2"}, "numbers", by_place=True)
        return [page.get("numbers") async for page in pages]

    def numbers(*some: int) -> Answer:
        return says(body={"numbers": list(some)})

    assert await by_place([1, 2], numbers(3), numbers()) == [[1, 2], [3], []]
    assert [asked[1] for asked in server.asked[1:]] == ["/v1/numbers?max=2&start=2", "/v1/numbers?max=2&start=3"]
    # Always the same page: what is behind it is not told, so the list is not at its end.
    with pytest.raises(WebexError):
        await by_place([1, 2], numbers(1, 2))


async def test_who_cannot_wait_that_long_is_told_how_long(
    client: WebexClient, server: Server, waits: list[float]
) -> None:
    server.answers = [says(429, Retry_After="194")]
    with waits_at_most(10), pytest.raises(WebexError) as failed:
        await client.get("/x")
    assert (failed.value.status, failed.value.retry_after, waits) == (429, 194, [])


async def test_nobody_waits_for_ever(client: WebexClient, server: Server, waits: list[float]) -> None:
    server.answers = [says(429, Retry_After="99999")]
    with pytest.raises(WebexError):
        await client.get("/x")
    assert sum(waits) <= LONGEST_PATIENCE_SECONDS


async def test_that_webex_asks_for_patience_is_noticed_while_it_does(client: WebexClient, server: Server) -> None:
    with noticed() as asked:
        seen: list[bool] = []

        async def answer(_: web.Request) -> web.StreamResponse:
            seen.append(asked.begins.is_set())
            return web.json_response({}, status=429 if len(seen) == 1 else 200)

        server.answers = [answer]
        await client.get("/x")
    assert (seen, asked.begins.is_set()) == ([False, False], False)


@dataclass
class Renewing:
    """Tokens that are refused until the last of them."""

    left: list[str]
    asked_for: list[str] = field(default_factory=list)

    async def token(self) -> str:
        return self.left[0]

    async def renewed(self, refused: str) -> str | None:
        self.asked_for.append(refused)
        self.left.pop(0)
        return self.left[0] if self.left else None


@dataclass
class Noted:
    """A pace that notes what it was told."""

    turns: int = 0
    held: list[float] = field(default_factory=list)

    async def turn(self) -> None:
        self.turns += 1

    def hold(self, seconds: float) -> None:
        self.held.append(seconds)


async def test_a_refused_token_is_renewed_once_and_the_call_done_again(client: WebexClient, server: Server) -> None:
    tokens = Renewing(["old", "new"])
    server.answers = [says(401), says()]
    assert await client.as_account(tokens, Noted()).get("/x") == {"ok": True}
    assert [asked[2] for asked in server.asked] == ["Bearer old", "Bearer new"]


async def test_a_token_that_is_refused_after_it_was_renewed_is_not_renewed_for_ever(
    client: WebexClient, server: Server
) -> None:
    server.answers = [says(401)]
    with pytest.raises(WebexUnauthorized):
        await client.as_account(Renewing(["old", "new", "newer"]), Noted()).get("/x")
    assert len(server.asked) == 2


async def test_all_who_share_a_pace_wait_as_long_as_one_of_them_is_told_to(client: WebexClient, server: Server) -> None:
    pace = Noted()
    server.answers = [says(429, Retry_After="7"), says(503), says()]
    await client.as_account(Renewing(["token"]), pace).get("/x")
    assert (pace.turns, pace.held) == (3, [7.0])


async def test_who_keeps_to_a_pace_is_told_to_wait_more_often_than_others_but_not_for_ever(
    client: WebexClient, server: Server
) -> None:
    paced = client.as_account(Renewing(["token"]), Noted())
    server.answers = [says(429)] * (PATIENT_ATTEMPTS - 1) + [says()]
    assert await paced.get("/x") == {"ok": True}
    server.answers = [says(429)]
    with pytest.raises(WebexError):
        await paced.get("/x")
    assert len(server.asked) == 2 * PATIENT_ATTEMPTS
