"""The whole desk behind a proxy: REST, registration and the websocket go through it, and nothing goes past it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr
from structlog.testing import capture_logs

import bot.cli.doctor.transports
from bot.settings import Settings
from bot.transports.websocket.disconnects import PROXY
from bot.transports.websocket.proxy_tunnel import ProxyRefused, open_tunnel
from helpdesk.platform.proxies import Proxies, parse_proxy
from tests.bot.cli.doctor.consultation import Doctor
from tests.bot.listening import Listener
from tests.bot.odd_webex import UP, OddWebex, stay
from tests.chat import open_stage
from tests.databases import Sqlite
from tests.helpdesk.mail.smtp_server import make_certificate, tls_of
from tests.proxy import LocalProxy

LOGIN = "ana:p@ss/w:rd?#"
QUOTED = "ana:p%40ss%2Fw%3Ard%3F%23"


@pytest.fixture
async def proxy() -> AsyncIterator[LocalProxy]:
    async with LocalProxy(LOGIN).serve() as served:
        yield served


def url_of(proxy: LocalProxy, login: str = QUOTED) -> str:
    return proxy.url.replace("://", f"://{login}@")


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    monkeypatch.setattr(bot.cli.doctor.transports, "OPEN_SECONDS", 3)
    return Doctor(monkeypatch)


async def test_a_desk_behind_a_proxy_answers_and_all_of_its_calls_go_through(proxy: LocalProxy, sqlite: Sqlite) -> None:
    async with sqlite.fresh("demo") as url, open_stage(url) as chat:
        settings = {"http_proxy": SecretStr(url_of(proxy)), "https_proxy": SecretStr(url_of(proxy))}
        chat.settings = chat.settings.model_copy(update=settings)
        async with chat.running():
            assert (await chat.says("whoami")).heading
        port = chat.cloud.base_url.rpartition(":")[2]
        through = len([line for line in proxy.asked if not line.startswith("CONNECT")])
        assert proxy.went(f"GET http://127.0.0.1:{port}/v1/people/me")
        assert proxy.went(f"GET http://127.0.0.1:{port}/u2c/api/v1/catalog")
        assert proxy.went(f"POST http://127.0.0.1:{port}/wdm/api/v1/devices")
        assert proxy.went(f"POST http://127.0.0.1:{port}/v1/messages")
        assert proxy.went(f"CONNECT 127.0.0.1:{port}")
        # A connection to the proxy is used for one call each; what was not seen there went past it.
        assert through == len(chat.cloud.calls)
    assert proxy.refused == 0


async def test_what_no_proxy_names_goes_past_it(proxy: LocalProxy, sqlite: Sqlite) -> None:
    async with sqlite.fresh("demo") as url, open_stage(url) as chat:
        settings = {"http_proxy": SecretStr(url_of(proxy)), "no_proxy": ("other.example", "127.0.0.1")}
        chat.settings = chat.settings.model_copy(update=settings)
        async with chat.running():
            assert (await chat.says("whoami")).heading
    assert (proxy.asked, proxy.refused) == ([], 0)


async def test_a_websocket_over_tls_goes_through_a_tunnel(proxy: LocalProxy, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("no openssl on this machine")

    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await stay(socket)

    async with OddWebex(behave).serve(tls_of(certificate)) as webex:
        through = Proxies(secure=parse_proxy(url_of(proxy)))
        listener = Listener("token", webex.catalog_url, ca_file=str(certificate), proxies=through)
        listener.transport.start()
        await listener.turned("open")
        await listener.transport.stop()
    # The catalog and the registration over one connection, the websocket over another.
    assert {line.rpartition(" ")[0] for line in proxy.asked} == {f"CONNECT {webex.base_url.removeprefix('https://')}"}
    assert len(proxy.asked) >= 2


@pytest.mark.parametrize("login", ["", "ana:wrong@"])
async def test_a_login_that_the_proxy_refuses_is_told_as_that(proxy: LocalProxy, login: str) -> None:
    async with OddWebex().serve() as webex:
        through = Proxies(plain=parse_proxy(proxy.url.replace("://", f"://{login}")))
        with capture_logs() as logs:
            listener = Listener("token", webex.catalog_url, proxies=through)
            listener.transport.start()
            await listener.has_a_problem()
            await listener.transport.stop()
    assert (listener.transport.last_problem, listener.transport.last_fix) == (PROXY.problem, PROXY.fix)
    assert "wrong" not in str(logs)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", 403),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", 502),
        (b"SSH-2.0-OpenSSH\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\n\r\nand more", None),
        (b"HTTP/1.1 200 OK\r\n", None),
        (b"x" * 10_000, None),
        (b"", None),
    ],
)
async def test_a_tunnel_that_does_not_come_about_is_refused(
    proxy: LocalProxy, answer: bytes, status: int | None
) -> None:
    proxy.answer = answer
    with pytest.raises(ProxyRefused) as refused:
        await open_tunnel(parse_proxy(url_of(proxy)), "webex.test", 443, 5)
    assert refused.value.status in (status, 200 if answer.endswith(b"more") else status)


async def test_a_proxy_that_is_away_refuses_in_time() -> None:
    with pytest.raises(ProxyRefused):
        await open_tunnel(parse_proxy("http://127.0.0.1:1"), "webex.test", 443, 5)


async def test_the_doctor_shows_the_proxy_and_neither_password_nor_login(proxy: LocalProxy, doctor: Doctor) -> None:
    found = await doctor("proxy", HTTPS_PROXY=url_of(proxy), NO_PROXY="10.0.0.0/8,.corp")
    through = f"through 127.0.0.1:{proxy.port} as ana"
    assert found["proxy"] == (f"ok REST {through}; registration {through}; no proxy for 10.0.0.0/8, .corp (NO_PROXY)")
    assert "p@ss" not in str(doctor.lines)
    assert "p%40ss" not in str(doctor.lines)


async def test_the_doctor_says_that_there_is_none(doctor: Doctor) -> None:
    assert (await doctor("proxy"))["proxy"].startswith("ok none")


async def test_the_doctor_goes_through_it_and_says_where_it_does_not_let_it(proxy: LocalProxy, doctor: Doctor) -> None:
    async with OddWebex().serve() as webex:
        environment = {"HELPDESK_WEBEX_URL": webex.base_url, "HELPDESK_WEBEX_CATALOG_URL": webex.catalog_url}
        found = await doctor("websocket", HTTP_PROXY=url_of(proxy), **environment)
        assert found["websocket"] == "ok registered, opened and removed"
        found = await doctor("token", "websocket", HTTP_PROXY=url_of(proxy, "ana:s3cr3t"), **environment)
        assert "the proxy does not let the desk through. Check HTTPS_PROXY" in found["websocket"]
        found = await doctor("token", HTTP_PROXY="http://ana:s3cr3t@127.0.0.1:1", **environment)
        assert "is not reached through the proxy" in found["token"]
    assert "s3cr3t" not in str(doctor.lines)


async def test_a_proxy_of_another_kind_is_named_and_the_rest_still_looked_at(doctor: Doctor) -> None:
    found = await doctor("proxy", https_proxy="socks5://ana:s3cr3t@proxy.corp:1080")
    assert found["settings"].startswith("FAILED HTTPS_PROXY must be http://HOST:PORT")
    assert "s3cr3t" not in str(doctor.lines)


@pytest.mark.parametrize("spell", [str.upper, str.lower])
def test_the_variables_are_read_in_either_spelling(monkeypatch: pytest.MonkeyPatch, spell: object) -> None:
    values = {"HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "b:2", "NO_PROXY": "x.example y.example,10.0.0.0/8"}
    for name, value in values.items():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(spell(name), value)  # type: ignore[operator]
    proxies = Settings().proxies
    assert (str(proxies.secure), str(proxies.plain)) == ("a:1", "b:2")
    assert proxies.exempt == ("x.example", "y.example", "10.0.0.0/8")
