"""A registration that Webex refuses, delays or garbles is tried again, without haste and without giving up."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from bot.transports.websocket.devices import Devices
from tests.bot.listening import Listener
from tests.bot.odd_webex import UP, OddWebex, stay

Answer = Callable[[], web.Response]


@pytest.fixture
async def webex() -> AsyncIterator[OddWebex]:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await stay(socket)

    webex = OddWebex(behave)
    async with webex.serve():
        yield webex


NONSENSE: list[Answer] = [
    lambda: web.Response(text="<html>a proxy's page"),
    lambda: web.json_response([]),
    lambda: web.json_response({"message": "an error with status 200"}),
    lambda: web.json_response({"serviceLinks": None}),
    lambda: web.json_response({"url": "http://127.0.0.1:1/", "webSocketUrl": 7}),
    lambda: web.json_response({"url": "http://127.0.0.1:1/", "webSocketUrl": "gopher://127.0.0.1/"}),
    lambda: web.Response(),
]
FAILURES: list[tuple[Answer, str]] = [
    *((answer, "Webex's answer to the registration was not understood") for answer in NONSENSE),
    (lambda: web.Response(status=500), "Webex refused the link (500)"),
    (lambda: web.Response(status=404), "Webex refused the link (404)"),
    (lambda: web.Response(status=403), "Webex refused the token"),
]


@pytest.mark.parametrize("step", ["catalog", "registration"])
@pytest.mark.parametrize(("answer", "problem"), FAILURES)
async def test_a_failed_registration_is_tried_again(webex: OddWebex, answer: Answer, problem: str, step: str) -> None:
    setattr(webex, step, answer)
    listener = Listener("token", webex.catalog_url)
    listener.transport.start()
    await listener.has_a_problem()
    assert listener.transport.last_problem == problem
    setattr(webex, step, None)
    await listener.turned("open")
    await listener.transport.stop()


async def test_a_device_that_tells_no_address_to_remove_it_by_is_listened_on_all_the_same(webex: OddWebex) -> None:
    webex.registration = lambda: web.json_response({"webSocketUrl": webex.base_url.replace("http", "ws") + "/socket"})
    listener = Listener("token", webex.catalog_url)
    listener.transport.start()
    await listener.turned("open")
    await listener.transport.stop()
    assert listener.turns == ["open", "lost"]


async def test_failing_registrations_are_not_repeated_in_haste(webex: OddWebex) -> None:
    webex.registration = lambda: web.Response(status=500)
    listener = Listener("token", webex.catalog_url)
    listener.transport.start()
    await asyncio.sleep(1)
    assert 4 <= webex.registrations <= 14
    await listener.transport.stop()


async def test_a_registration_waits_as_long_as_webex_says(webex: OddWebex) -> None:
    webex.registration = lambda: web.Response(status=503, headers={"Retry-After": "2"})
    listener = Listener("token", webex.catalog_url)
    listener.transport.start()
    await asyncio.sleep(1)
    assert webex.registrations == 1
    await listener.transport.stop()


async def test_devices_that_cannot_be_listed_or_removed_are_left_for_the_next_time(webex: OddWebex) -> None:
    listener = Listener("token", webex.catalog_url)
    assert await listener.transport.remove_leftovers("helpdesk test ", []) == 0


async def test_without_a_prefix_no_device_is_a_leftover(webex: OddWebex) -> None:
    with pytest.raises(ValueError, match="prefix"):
        await asyncio.to_thread(Devices("token", webex.catalog_url, None).leftovers, "", [])


async def test_a_stop_does_not_wait_for_a_registration_that_hangs(
    webex: OddWebex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.transports.websocket.transport.STOP_SECONDS", 0.2)
    listener = Listener("token", webex.catalog_url)
    webex.registration_seconds = 2
    listener.transport.start()
    async with asyncio.timeout(3):
        while not webex.registrations:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    async with asyncio.timeout(1):
        await listener.transport.stop()
    assert listener.turns == []


def test_the_token_is_not_sent_in_clear_unless_the_catalog_is_asked_in_clear() -> None:
    secure = Devices("token", "https://u2c.example/catalog", None)
    assert secure.is_safe("wss://mercury.example/")
    assert not secure.is_safe("ws://mercury.example/")
    assert Devices("token", "http://127.0.0.1:8000/catalog", None).is_safe("ws://127.0.0.1:8000/")
