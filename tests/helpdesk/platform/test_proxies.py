"""One reading of HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and an aiohttp session that goes by it."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientProxyConnectionError, web
from aiohttp.test_utils import TestServer

from helpdesk.platform.proxies import DIRECT, Proxies, Proxy, parse_proxy
from helpdesk.platform.webex.client import OutcomeUnknown, WebexClient, WebexError, open_session
from tests.helpdesk.mail.smtp_server import make_certificate, tls_of
from tests.proxy import LocalProxy

LOGIN = "ana:p@ss/w:rd?#"


@pytest.fixture
async def proxy() -> AsyncIterator[LocalProxy]:
    async with LocalProxy(LOGIN).serve() as served:
        yield served


def of(proxy: LocalProxy, *exempt: str) -> Proxies:
    found = parse_proxy(proxy.url.replace("://", "://ana:p%40ss%2Fw%3Ard%3F%23@"))
    return Proxies(found, found, exempt)


def application() -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"path": request.path, "token": request.headers.get("Authorization")})

    made = web.Application()
    made.add_routes([web.route("*", "/{path:.*}", answer)])
    return made


async def test_plain_calls_go_through_the_proxy_with_its_login_and_names_are_left_to_it(proxy: LocalProxy) -> None:
    async with TestServer(application()) as server, open_session(of(proxy)) as session:
        client = WebexClient(session, f"http://webex.test:{server.port}/v1", "token")
        assert await client.get("/people/me") == {"path": "/v1/people/me", "token": "Bearer token"}
        await client.post("/messages", {"text": "hello"})
        port = server.port
    asked = [
        f"GET http://webex.test:{port}/v1/people/me HTTP/1.1",
        f"POST http://webex.test:{port}/v1/messages HTTP/1.1",
    ]
    assert proxy.asked == asked


async def test_calls_over_tls_go_through_a_tunnel(proxy: LocalProxy, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("no openssl on this machine")
    runner = web.AppRunner(application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls_of(certificate)).start()
    port = runner.addresses[0][1]
    trusting = ssl.create_default_context(cafile=str(certificate))
    url = f"https://127.0.0.1:{port}/v1/people/me"
    async with open_session(of(proxy)) as session, session.get(url, ssl=trusting) as answer:
        assert await answer.json() == {"path": "/v1/people/me", "token": None}
    await runner.cleanup()
    assert proxy.asked == [f"CONNECT 127.0.0.1:{port} HTTP/1.1"]


async def test_what_is_exempt_goes_directly(proxy: LocalProxy) -> None:
    async with TestServer(application()) as server, open_session(of(proxy, "127.0.0.0/8")) as session:
        await WebexClient(session, f"http://127.0.0.1:{server.port}", "token").get("/people/me")
    assert proxy.asked == []


async def test_a_login_that_the_proxy_refuses_is_a_clear_failure_and_never_sent(proxy: LocalProxy) -> None:
    stranger = parse_proxy(proxy.url)
    async with open_session(Proxies(stranger, stranger)) as session:
        client = WebexClient(session, "https://webex.test:1/v1", "token")
        with pytest.raises(WebexError) as failed:
            await client.post("/messages", {})
        assert not isinstance(failed.value, OutcomeUnknown)
        with pytest.raises(WebexError) as refused:
            await WebexClient(session, "http://webex.test:1/v1", "token").get("/people/me")
        assert refused.value.status == 407
    assert proxy.asked == []


async def test_a_proxy_that_is_away_tells_nothing_of_its_password() -> None:
    gone = Proxy("127.0.0.1", 1, "ana", "s3cr3t")
    async with open_session(Proxies(gone, gone)) as session:
        with pytest.raises(ClientProxyConnectionError) as failed:
            await session.get("http://webex.test/")
    assert "s3cr3t" not in f"{failed.value!r} {failed.value} {gone} {gone!r} {Proxies(gone)!r}"


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://proxy.corp:3128", Proxy("proxy.corp", 3128)),
        ("http://proxy.corp:3128/", Proxy("proxy.corp", 3128)),
        ("proxy.corp:3128", Proxy("proxy.corp", 3128)),
        ("http://proxy.corp", Proxy("proxy.corp", 80)),
        ("http://ana:p%40ss@proxy.corp:3128", Proxy("proxy.corp", 3128, "ana", "p@ss")),
        ("ana:pa@ss@proxy.corp:3128", Proxy("proxy.corp", 3128, "ana", "pa@ss")),
        ("http://ana@proxy.corp:3128", Proxy("proxy.corp", 3128, "ana")),
        ("http://[::1]:3128", Proxy("::1", 3128)),
    ],
)
def test_a_proxy_is_read_and_written_alike(text: str, proxy: Proxy) -> None:
    assert parse_proxy(text) == proxy
    assert parse_proxy(proxy.url) == proxy


@pytest.mark.parametrize(
    "text",
    [
        *("", "http://", "https://proxy.corp", "socks5://proxy.corp:1080", "http://proxy:x", "http://p/path"),
        *(
            "http://a%0d%0aHost:x@proxy",
            "http://a:b%00@proxy",
            "http://a%3Ab:c@proxy",
            "http://proxy:99999",
            "http://p?x",
        ),
    ],
)
def test_what_is_no_http_proxy_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="proxy"):
        parse_proxy(text)


PROXY = Proxy("proxy.corp", 3128)


@pytest.mark.parametrize(
    ("exempt", "url", "is_direct"),
    [
        ("webexapis.com", "https://webexapis.com/v1", True),
        ("webexapis.com", "https://WEBEXAPIS.com./v1", True),
        ("wbx2.com", "wss://mercury-a.wbx2.com/x", True),
        (".wbx2.com", "wss://mercury-a.wbx2.com/x", True),
        ("*.wbx2.com", "wss://mercury-a.wbx2.com/x", True),
        ("wbx2.com", "https://notwbx2.com/", False),
        ("webexapis.com:443", "https://webexapis.com/v1", True),
        ("webexapis.com:8443", "https://webexapis.com/v1", False),
        ("*", "https://webexapis.com/v1", True),
        ("10.0.0.0/8", "http://10.2.3.4:8080/", True),
        ("10.0.0.0/8", "http://11.2.3.4/", False),
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
        ("::1", "http://[::1]:8080/", True),
        ("localhost", "http://localhost:8080/", True),
        ("", "https://webexapis.com/", False),
        (".", "https://webexapis.com/", False),
    ],
)
def test_who_is_exempt(exempt: str, url: str, is_direct: bool) -> None:
    assert Proxies(PROXY, PROXY, (exempt,)).of(url) == (None if is_direct else PROXY)


@pytest.mark.parametrize(("url", "is_secure"), [("https://x/", 1), ("wss://x/", 1), ("http://x/", 0), ("ws://x/", 0)])
def test_secure_and_plain_ways_have_proxies_of_their_own(url: str, is_secure: int) -> None:
    assert Proxies(secure=PROXY).of(url) == (PROXY if is_secure else None)
    assert Proxies(plain=PROXY).of(url) == (None if is_secure else PROXY)


def test_without_proxies_nothing_is_in_the_way_of_a_call() -> None:
    assert DIRECT.middleware() == ()


def test_every_session_is_opened_where_proxies_are_known() -> None:
    """What calls out on a session or library of its own would go past the proxy."""
    ways_out = ("ClientSession(", "requests.Session(", "requests.get(", "requests.post(", "urlopen(")
    root = Path(__file__).parents[3]
    found = {
        str(file.relative_to(root))
        for folder in ("bot", "helpdesk", "commands", "cards")
        for file in (root / folder).rglob("*.py")
        if any(way in file.read_text() for way in ways_out)
    }
    assert found == {"helpdesk/platform/webex/client.py", "bot/transports/websocket/devices.py"}
