"""Webex takes about 100 devices of an account: room is made by what is dead or long idle, and by nothing that lives."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.transports.websocket.devices import DeviceServiceError, WebsocketDevice
from bot.transports.websocket.disconnects import CROWDED, TOKEN_REFUSED, ending
from bot.transports.websocket.excess_devices import MOST_REMOVED, Family, to_give_up
from helpdesk.platform.clock import utc_now
from tests.bot.listening import Listener
from tests.bot.odd_webex import UP, OddWebex, stay

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MINE = "helpdesk test "
MOST = 100


@pytest.fixture
async def webex() -> AsyncIterator[OddWebex]:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await stay(socket)

    webex = OddWebex(behave, most_devices=MOST)
    async with webex.serve():
        yield webex


@pytest.fixture
async def listener(webex: OddWebex) -> AsyncIterator[Listener]:
    listener = Listener("token", webex.catalog_url, family=MINE)
    yield listener
    await listener.transport.stop()


def hours_ago(hours: float) -> str:
    return (utc_now() - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


async def test_our_own_dead_devices_are_removed_first_and_the_desk_goes_on(webex: OddWebex, listener: Listener) -> None:
    await listener.transport.remove_leftovers(MINE, {f"{MINE}one", f"{MINE}two"})
    for number in range(MOST - 3):
        webex.add_device(f"{MINE}dead {number}", modificationTime=hours_ago(0))
    lived_on = (f"{MINE}two", "phone", "helpdesk other one")
    for name in lived_on:
        webex.add_device(name, modificationTime=hours_ago(1000))
    with capture_logs() as logs:
        listener.transport.start()
        await listener.turned("open")
    assert {each["name"] for each in webex.devices.values()} == {*lived_on, f"{MINE}one"}
    assert [each["removed"] for each in logs if each["event"] == "devices_removed_for_room"] == [MOST - 3]


async def test_before_it_is_known_which_of_ours_live_nothing_is_removed(webex: OddWebex, listener: Listener) -> None:
    webex.most_devices = 2
    for name in (f"{MINE}two", "phone"):
        webex.add_device(name, modificationTime=hours_ago(1000))
    listener.transport.start()
    await listener.came_to(lambda: webex.registrations > 1)
    assert webex.removed == []
    await listener.transport.remove_leftovers(MINE, {f"{MINE}one"})
    await listener.turned("open")
    assert f"{MINE}two" not in {each["name"] for each in webex.devices.values()}


async def test_then_the_oldest_idle_ones_of_the_token(webex: OddWebex, listener: Listener) -> None:
    ages = [age * 37 % (MOST - 1) + 2 for age in range(MOST - 2)]
    for age in ages:
        webex.add_device(f"python {age}", modificationTime=hours_ago(age))
    webex.add_device(f"{MINE}two", modificationTime=hours_ago(9999))
    await listener.transport.remove_leftovers(MINE, {f"{MINE}one", f"{MINE}two"})
    webex.add_device("just used", modificationTime=hours_ago(0.5))
    with capture_logs() as logs:
        listener.transport.start()
        await listener.turned("open")
    left = {each["name"] for each in webex.devices.values()}
    oldest = sorted(ages)[-MOST_REMOVED:]
    assert left.isdisjoint(f"python {age}" for age in oldest)
    assert len(left) == MOST - MOST_REMOVED + 1
    assert {f"{MINE}two", "just used"} <= left
    assert [each for each in logs if each["event"] == "devices_removed_for_room"] == [
        {"event": "devices_removed_for_room", "log_level": "warning", "removed": MOST_REMOVED, "of": MOST}
    ]


async def test_where_all_may_be_in_use_it_is_told_what_it_is_and_nothing_removed(
    webex: OddWebex, listener: Listener
) -> None:
    for number in range(MOST):
        webex.add_device(f"busy {number}", modificationTime=hours_ago(0.1))
    with capture_logs() as logs:
        listener.transport.start()
        await listener.has_a_problem()
        await listener.transport.remove_leftovers(MINE, {f"{MINE}one"})
        await listener.came_to(lambda: listener.transport.last_fix != "")
    assert (listener.transport.last_problem, webex.removed) == (CROWDED.problem, [])
    (told,) = [each for each in logs if each["log_level"] == "error"]
    assert told["fix"] == CROWDED.fix
    webex.devices.popitem()
    await listener.turned("open")


async def test_without_a_family_nothing_is_removed(webex: OddWebex) -> None:
    webex.most_devices = 1
    webex.add_device("old", modificationTime=hours_ago(1000))
    listener = Listener("token", webex.catalog_url)
    listener.transport.start()
    await listener.has_a_problem()
    await listener.transport.stop()
    assert (listener.transport.last_problem, webex.removed) == (CROWDED.problem, [])


def test_a_device_of_our_own_name_is_dead_since_we_have_none() -> None:
    mine = WebsocketDevice(f"{MINE}one", "1", NOW)
    assert to_give_up([mine, WebsocketDevice(f"{MINE}two", "2", NOW)], mine.name, Family(MINE), NOW) == [mine]


def test_those_of_other_desks_and_of_unknown_age_are_weighed() -> None:
    old, older = NOW - timedelta(days=2), NOW - timedelta(days=3)
    desk, phone, untold = (
        WebsocketDevice("helpdesk x y", "1", older),
        WebsocketDevice("phone", "2", old),
        WebsocketDevice("python", "3", None),
    )
    given = to_give_up([desk, phone, untold, WebsocketDevice("now", "4", NOW)], f"{MINE}one", Family(MINE, ()), NOW)
    assert given == [untold, phone, desk]


@pytest.mark.parametrize(
    "told", [{"url": 7}, {}, {"url": "u", "modificationTime": "soon"}, {"url": "u", "creationTime": 17}]
)
async def test_odd_lists_are_borne(webex: OddWebex, listener: Listener, told: dict[str, object]) -> None:
    webex.most_devices = 1
    webex.devices["1"] = {"name": "odd", **told}
    listener.transport.start()
    await listener.has_a_problem()
    assert listener.transport.last_problem == CROWDED.problem


def test_another_403_is_still_the_tokens() -> None:
    assert ending(DeviceServiceError(403)) == TOKEN_REFUSED
