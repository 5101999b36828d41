"""What holds for every page: headers, failures as pages, the reader's language, the pace."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.http.edge.bind import Bind
from bot.http.servers import WebServer
from bot.pages import ground
from bot.pages.pace import RequestPace
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.site import PREFIX, Site
from helpdesk.platform.store import StoreUnavailable

BURST = 40


async def breaks(_: web.Request) -> web.Response:
    raise LookupError("a secret of ours")


async def refuses(_: web.Request) -> web.Response:
    raise Refused(Text("You cannot use this desk."))


async def is_away(_: web.Request) -> web.Response:
    raise StoreUnavailable


async def moves(_: web.Request) -> web.Response:
    raise web.HTTPSeeOther(f"{PREFIX}/refuses")


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    routes = [
        web.get("/breaks", breaks),
        web.get("/refuses", refuses),
        web.get("/away", is_away),
        web.get("/moves", moves),
        web.post("/form", refuses),
    ]
    pages = ground.application(Site("https://desk.example/below"), routes, RequestPace(BURST, 0.001))
    server = WebServer(0, [], {}, Metrics(), pages, Bind(trusted_proxies=("127.0.0.1",)))
    await server.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session
    await server.stop()


@pytest.mark.parametrize("path", ["/breaks", "/refuses", "/nowhere", "/moves", "/away"])
async def test_no_page_runs_scripts_is_kept_framed_or_tells_where_one_came_from(
    client: aiohttp.ClientSession, path: str
) -> None:
    async with client.get(PREFIX + path, allow_redirects=False) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'; ")
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert "Server" not in answer.headers


async def test_a_defect_is_a_page_with_a_reference_and_nothing_else(client: aiohttp.ClientSession) -> None:
    async with client.get(f"{PREFIX}/breaks") as answer:
        text = await answer.text()
    assert answer.status == 500
    assert "Reference: " in text
    assert "secret" not in text
    assert "LookupError" not in text


@pytest.mark.parametrize(("path", "status"), [("/refuses", 403), ("/away", 503), ("/nowhere", 404), ("/%00", 404)])
async def test_a_failure_is_a_page_that_says_what_is_wrong(
    client: aiohttp.ClientSession, path: str, status: int
) -> None:
    async with client.get(PREFIX + path) as answer:
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert "<h1>" in await answer.text()


async def test_what_is_there_for_another_method_is_told_like_what_is_not_there(client: aiohttp.ClientSession) -> None:
    async with client.get(f"{PREFIX}/form") as for_another, client.get(f"{PREFIX}/nowhere") as nowhere:
        assert for_another.status == nowhere.status == 404
        assert await for_another.text() == await nowhere.text()


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de,en;q=0.5", "en"), ("de, fr;q=0.1", "fr"), ("x" * 9000, "en"), ("", "en")],
)
async def test_a_stranger_is_spoken_to_as_their_browser_asks(
    client: aiohttp.ClientSession, wanted: str, spoken: str
) -> None:
    async with client.get(f"{PREFIX}/refuses", headers={"Accept-Language": wanted[:7000]}) as answer:
        assert f'<html lang="{spoken}">' in await answer.text()


async def test_the_stylesheet_alone_may_be_kept_and_is_linked_by_its_content(client: aiohttp.ClientSession) -> None:
    async with client.get(f"{PREFIX}/refuses") as answer:
        href = (await answer.text()).partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert href.startswith("/below/desk/"), "a proxy serves us below a path of its own"
    async with client.get(href.removeprefix("/below")) as style:
        assert (style.status, style.content_type) == (200, "text/css")
        assert "immutable" in style.headers["Cache-Control"]


async def test_who_asks_too_fast_waits_and_others_do_not(client: aiohttp.ClientSession) -> None:
    def come_from(address: str) -> dict[str, str]:
        return {"X-Forwarded-For": f"203.0.113.200, {address}"}

    for _ in range(BURST):
        async with client.get(f"{PREFIX}/refuses", headers=come_from("198.51.100.7")) as answer:
            assert answer.status == 403
    async with client.get(f"{PREFIX}/refuses", headers=come_from("198.51.100.7")) as answer:
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 0
    async with client.get(f"{PREFIX}/refuses", headers=come_from("198.51.100.8")) as answer:
        assert answer.status == 403
