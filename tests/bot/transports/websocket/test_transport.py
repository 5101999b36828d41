"""Frames come in order and are acknowledged by their envelope; a link that ends in whatever way is opened again."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.transports.websocket.devices import Devices
from playground.cloud import Cloud
from playground.rooms import Account
from tests.bot.listening import FAST, Listener


@pytest.fixture
def bot(cloud: Cloud) -> Account:
    return cloud.add_bot("Help Desk")


@pytest.fixture
def ana(cloud: Cloud) -> Account:
    return cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")


@pytest.fixture
async def listener(cloud: Cloud, bot: Account) -> AsyncIterator[Listener]:
    listener = Listener(bot.token, cloud.catalog_url)
    listener.transport.start()
    await listener.turned("open")
    yield listener
    await listener.transport.stop()


async def no_thread_is_left() -> bool:
    for thread in threading.enumerate():
        if thread.name == "webex-websocket":
            await asyncio.to_thread(thread.join, 1)
    return "webex-websocket" not in [thread.name for thread in threading.enumerate()]


async def test_a_burst_comes_whole_and_in_order(cloud: Cloud, bot: Account, ana: Account, listener: Listener) -> None:
    space = cloud.direct(ana, bot)
    sent = [(await cloud.post(ana, space, str(number))).uuid for number in range(500)]
    assert await listener.activities(500) == sent
    assert listener.turns == ["open"]


async def test_frames_are_acknowledged_by_their_envelopes_and_only_when_told_to(
    cloud: Cloud, bot: Account, listener: Listener
) -> None:
    for number in range(200):
        await cloud.deliver({"id": str(number)}, to=bot)
    await listener.activities(200)
    assert cloud.acknowledged == []
    for _, acknowledge in listener.frames:
        acknowledge()
    await cloud.sockets_until(lambda: len(cloud.acknowledged) == 200)
    assert cloud.acknowledged == [frame["id"] for frame, _ in listener.frames]


async def test_acknowledging_over_a_link_that_broke_harms_nothing(
    cloud: Cloud, bot: Account, listener: Listener
) -> None:
    await cloud.deliver({"id": "one"}, to=bot)
    await listener.activities(1)
    cloud.faults.drop_socket()
    listener.frames[0][1]()
    await listener.turned("open", "lost", "open")
    listener.frames[0][1]()
    await cloud.deliver({"id": "two"}, to=bot)
    assert await listener.activities(2) == ["one", "two"]
    assert cloud.acknowledged == []


async def test_a_frame_that_its_taker_stumbles_over_does_not_end_the_link(
    cloud: Cloud, bot: Account, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, logger="asyncio"):
        for name in ("indigestible", "fine"):
            await cloud.deliver({"id": name}, to=bot)
        assert await listener.activities(2) == ["indigestible", "fine"]
    assert listener.turns == ["open"]


async def test_a_link_that_breaks_is_opened_again_on_the_same_device(
    cloud: Cloud, bot: Account, ana: Account, listener: Listener
) -> None:
    cloud.faults.drop_socket(0.3)
    await listener.turned("open", "lost")
    assert not listener.transport.is_open
    await listener.turned("open", "lost", "open")
    asked = await cloud.post(ana, cloud.direct(ana, bot), "help")
    assert await listener.activities(1) == [asked.uuid]
    assert (listener.transport.is_open, listener.transport.reconnects) == (True, 1)
    assert cloud.device_names(bot) == ["helpdesk test one"]


async def test_a_device_that_webex_forgot_is_registered_anew(cloud: Cloud, bot: Account, listener: Listener) -> None:
    cloud.faults.forget_devices()
    cloud.faults.drop_socket()
    await listener.turned("open", "lost", "open")
    assert cloud.device_names(bot) == ["helpdesk test one"]
    assert listener.transport.last_problem == "Webex no longer knows the device of this process"


async def test_a_silent_link_is_noticed_and_opened_again(cloud: Cloud, bot: Account, listener: Listener) -> None:
    cloud.faults.silence_sockets = True
    await listener.turned("open", "lost")
    cloud.faults.silence_sockets = False
    await listener.turned("open", "lost", "open")
    assert listener.transport.last_problem == "nothing was heard from Webex for too long"
    await cloud.deliver({"id": "heard"}, to=bot)
    assert await listener.activities(1) == ["heard"]


async def test_a_link_that_answers_pings_is_left_alone(listener: Listener) -> None:
    assert await listener.stays_open(2 * FAST.silence)


async def test_asked_to_reconnect_it_delivers_what_came_and_opens_another_link_at_once(
    cloud: Cloud, bot: Account, listener: Listener
) -> None:
    await cloud.deliver({"id": "before"}, to=bot)
    cloud.faults.ask_to_reconnect()
    await cloud.deliver({"id": "right after"}, to=bot)
    await listener.turned("open", "lost", "open")
    await cloud.deliver({"id": "on the new link"}, to=bot)
    assert await listener.activities(3) == ["before", "right after", "on the new link"]
    assert listener.transport.last_problem == "Webex asked for a new link"


async def test_a_device_that_another_client_took_over_is_left_to_it(
    cloud: Cloud, bot: Account, listener: Listener
) -> None:
    cloud.faults.close_sockets(4000)
    await listener.turned("open", "lost", "open")
    assert cloud.device_names(bot) == ["helpdesk test one"] * 2


@pytest.mark.parametrize("code", [4400, 4403])
async def test_a_device_that_webex_refuses_is_replaced(
    cloud: Cloud, bot: Account, listener: Listener, code: int
) -> None:
    cloud.faults.close_sockets(code)
    await listener.turned("open", "lost", "open")
    assert len(cloud.device_names(bot)) == 2
    assert str(code) in (listener.transport.last_problem or "")


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 3000, 4999])
async def test_after_any_other_closing_code_the_link_is_opened_again(
    cloud: Cloud, bot: Account, listener: Listener, code: int
) -> None:
    cloud.faults.close_sockets(code)
    await listener.turned("open", "lost", "open")
    assert cloud.device_names(bot) == ["helpdesk test one"]


async def test_a_refused_token_is_told_once_with_what_to_do_and_tried_again(cloud: Cloud, bot: Account) -> None:
    right, bot.token = bot.token, "of another time"
    listener = Listener(bot.token, cloud.catalog_url)
    with capture_logs() as logs:
        listener.transport.start()
        await asyncio.sleep(3 * FAST.slow_retry)
        (told,) = [each for each in logs if each["log_level"] == "error"]
        assert told["problem"] == listener.transport.last_problem == "Webex refused the token"
        assert "WEBEX_ACCESS_TOKEN" in told["fix"]
        cloud.rooms.by_token[bot.token] = bot
        await listener.turned("open")
    await listener.transport.stop()
    assert right not in str(logs)
    assert bot.token not in str(logs)


async def test_a_token_refused_on_an_open_link_is_tried_again_slowly(cloud: Cloud, listener: Listener) -> None:
    cloud.faults.close_sockets(4401)
    await listener.turned("open", "lost")
    await asyncio.sleep(FAST.slow_retry / 2)
    assert listener.turns == ["open", "lost"]
    await listener.turned("open", "lost", "open")


async def test_a_handshake_that_hangs_is_given_up_and_tried_again(cloud: Cloud, listener: Listener) -> None:
    cloud.faults.hang_handshakes = True
    cloud.faults.drop_socket()
    await asyncio.sleep(2 * FAST.handshake)
    assert listener.transport.last_problem == "Webex did not answer in time"
    cloud.faults.hang_handshakes = False
    await listener.turned("open", "lost", "open")


async def test_too_many_handshakes_wait_as_long_as_webex_says(cloud: Cloud, listener: Listener) -> None:
    cloud.faults.too_many_handshakes_next = 1
    cloud.faults.drop_socket()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await listener.turned("open", "lost", "open")
    assert loop.time() - began >= cloud.faults.retry_after_seconds
    assert listener.transport.last_problem == "Webex refused the link (429)"


async def test_two_processes_listen_on_devices_of_their_own(cloud: Cloud, bot: Account, listener: Listener) -> None:
    other = Listener(bot.token, cloud.catalog_url, "helpdesk test two")
    other.transport.start()
    await other.turned("open")
    await cloud.deliver({"id": "to both"}, to=bot)
    assert await listener.activities(1) == await other.activities(1) == ["to both"]
    await other.transport.stop()
    assert listener.turns == ["open"]


async def test_leftovers_are_removed_and_nobody_elses_devices(cloud: Cloud, bot: Account, listener: Listener) -> None:
    for name in ("helpdesk test dead", "helpdesk test alive", "helpdesk other dead", "phone"):
        await asyncio.to_thread(Devices(bot.token, cloud.catalog_url, None).register, name)
    assert await listener.transport.remove_leftovers("helpdesk test ", ["helpdesk test alive"]) == 1
    kept = ["helpdesk test one", "helpdesk test alive", "helpdesk other dead", "phone"]
    assert cloud.device_names(bot) == kept


async def test_a_stop_ends_the_link_and_removes_the_device_and_may_be_done_twice(cloud: Cloud, bot: Account) -> None:
    listener = Listener(bot.token, cloud.catalog_url)
    listener.transport.start()
    await listener.turned("open")
    await listener.transport.stop()
    await listener.transport.stop()
    assert (cloud.sockets, cloud.device_names(bot)) == (0, [])
    assert await no_thread_is_left()
    assert listener.transport.last_problem is None


async def test_a_stop_does_not_wait_for_webex_to_come_back(bot: Account) -> None:
    away = Cloud()
    async with away.serve():
        listener = Listener(bot.token, away.catalog_url)
    listener.transport.start()
    await listener.has_a_problem()
    async with asyncio.timeout(3):
        await listener.transport.stop()
    assert listener.transport.last_problem == "Webex was not reached"
    assert await no_thread_is_left()
