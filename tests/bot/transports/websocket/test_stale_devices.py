"""A device that Webex has forgotten, or that cannot be reached, is replaced, and not left behind."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot.transports.websocket.disconnects import TOKEN_REFUSED, Ending
from bot.transports.websocket.stale_devices import MOST_UNREACHED, DeviceTrial
from tests.bot.listening import Listener
from tests.bot.odd_webex import UP, OddWebex, stay

BROKEN = Ending("the link broke")
Behave = Callable[[web.WebSocketResponse], Awaitable[None]]


@pytest.fixture
async def webex() -> AsyncIterator[OddWebex]:
    webex = OddWebex()
    async with webex.serve():
        yield webex


@pytest.fixture
async def listener(webex: OddWebex) -> AsyncIterator[Listener]:
    listener = Listener("token", webex.catalog_url)
    yield listener
    await listener.transport.stop()


def closing(code: int, *, is_up: bool) -> Behave:
    async def behave(socket: web.WebSocketResponse) -> None:
        if is_up:
            await socket.send_json(UP)
        await socket.close(code=code)

    return behave


async def silent(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


def unless_anew(webex: OddWebex, stale: Behave) -> Behave:
    """The first device is stale; a newer one is good."""

    async def behave(socket: web.WebSocketResponse) -> None:
        if webex.registrations == 1:
            await stale(socket)
        else:
            await socket.send_json(UP)
            await stay(socket)

    return behave


@pytest.mark.parametrize("is_up", [False, True])
@pytest.mark.parametrize("code", [1000, 1001, 1011, 3000])
async def test_a_device_whose_links_are_accepted_and_ended_twice_is_replaced_and_removed(
    webex: OddWebex, listener: Listener, code: int, is_up: bool
) -> None:
    webex.behave = unless_anew(webex, closing(code, is_up=is_up))
    listener.transport.start()
    await listener.came_to(lambda: webex.registrations == 2 and listener.transport.is_open)
    assert webex.links == 3
    await listener.came_to(lambda: webex.removed == ["1"])
    assert list(webex.devices) == ["2"]


async def test_so_is_one_whose_links_are_accepted_and_stay_silent(webex: OddWebex, listener: Listener) -> None:
    webex.behave, webex.autoping = unless_anew(webex, silent), False
    listener.transport.start()
    await listener.came_to(lambda: webex.registrations == 2 and listener.transport.is_open)
    assert webex.links == 3


async def test_so_is_one_whose_address_answers_no_more(webex: OddWebex, listener: Listener) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await stay(socket)

    webex.behave = behave
    first = webex.add_device("first", webSocketUrl="ws://127.0.0.1:1/gone")

    def registration() -> web.Response:
        webex.registration = None
        return web.json_response(first)

    webex.registration = registration
    listener.transport.start()
    await listener.turned("open")
    assert webex.registrations == 2
    await listener.came_to(lambda: webex.removed == ["1"])


async def test_links_that_go_on_flapping_leave_one_device_and_no_haste(webex: OddWebex, listener: Listener) -> None:
    webex.behave = closing(1011, is_up=True)
    listener.transport.start()
    await listener.came_to(lambda: webex.links >= 9)
    assert webex.registrations <= webex.links // 2 + 1
    assert len(webex.devices) <= 2
    await listener.transport.stop()
    assert webex.devices == {}


def test_a_link_that_held_makes_up_for_a_brief_one() -> None:
    trial = DeviceTrial(15)
    for held in (1, 20, 1, 16, 1):
        trial.begin()
        trial.accepted(100)
        trial.came_up()
        assert not trial.ended(BROKEN, 100 + held)
    trial.begin()
    trial.accepted(100)
    trial.came_up()
    assert trial.ended(BROKEN, 114.9)


@pytest.mark.parametrize("why", [TOKEN_REFUSED, Ending("Webex refused the link (429)", retry_after=7)])
def test_what_is_not_the_devices_fault_does_not_replace_it(why: Ending) -> None:
    trial = DeviceTrial(15)
    for _ in range(3 * MOST_UNREACHED):
        trial.begin()
        assert not trial.ended(why, 1)
