"""Frames come in order, are acknowledged by their envelope, and go on coming after the link broke."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from bot.websocket import Acknowledge, Frame, WebsocketTransport
from playground.cloud import Cloud
from playground.rooms import Account


class Listener:
    """A bot's transport, and the frames of people's activities that came over it."""

    def __init__(self, cloud: Cloud, bot: Account) -> None:
        self.frames: list[tuple[Frame, Acknowledge]] = []
        self.opened = 0
        self.came = asyncio.Event()
        self.transport = WebsocketTransport(bot.token, cloud.catalog_url, self._take, self._open)

    def _take(self, frame: Frame, acknowledge: Acknowledge) -> None:
        if "activity" in frame.get("data", {}):
            self.frames.append((frame, acknowledge))
            self.came.set()

    def _open(self) -> None:
        self.opened += 1

    async def until(self, count: int) -> list[str]:
        """The ids of the first `count` activities."""
        async with asyncio.timeout(10):
            while len(self.frames) < count:
                self.came.clear()
                await self.came.wait()
        return [frame["data"]["activity"]["id"] for frame, _ in self.frames]


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    cloud = Cloud()
    async with cloud.serve():
        yield cloud


@pytest.fixture
def bot(cloud: Cloud) -> Account:
    return cloud.add_bot("Help Desk")


@pytest.fixture
def ana(cloud: Cloud) -> Account:
    return cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")


@pytest.fixture
async def listener(cloud: Cloud, bot: Account) -> AsyncIterator[Listener]:
    listener = Listener(cloud, bot)
    listener.transport.start()
    await cloud.connected(bot)
    yield listener
    await listener.transport.stop()


async def test_a_burst_comes_whole_and_in_order(cloud: Cloud, bot: Account, ana: Account, listener: Listener) -> None:
    space = cloud.direct(ana, bot)
    sent = [(await cloud.post(ana, space, str(number))).uuid for number in range(200)]
    assert await listener.until(200) == sent
    assert listener.opened == 1


async def test_a_frame_is_acknowledged_by_its_envelope_and_only_when_told_to(
    cloud: Cloud, bot: Account, ana: Account, listener: Listener
) -> None:
    await cloud.post(ana, cloud.direct(ana, bot), "help")
    await listener.until(1)
    ((frame, acknowledge),) = listener.frames
    assert cloud.acknowledged == []
    acknowledge()
    async with asyncio.timeout(5):
        while not cloud.acknowledged:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert cloud.acknowledged == [frame["id"]]


async def test_after_a_broken_link_frames_come_again(
    cloud: Cloud, bot: Account, ana: Account, listener: Listener
) -> None:
    cloud.faults.drop_socket()
    async with asyncio.timeout(5):
        while cloud.sockets:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await cloud.connected(bot, timeout=20)
    asked = await cloud.post(ana, cloud.direct(ana, bot), "help")
    assert await listener.until(1) == [asked.uuid]
    assert listener.opened == 2


async def test_acknowledging_over_a_link_that_broke_harms_nothing(
    cloud: Cloud, bot: Account, ana: Account, listener: Listener
) -> None:
    await cloud.post(ana, cloud.direct(ana, bot), "help")
    await listener.until(1)
    cloud.faults.drop_socket()
    listener.frames[0][1]()
    async with asyncio.timeout(5):
        while cloud.sockets:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await cloud.connected(bot, timeout=20)
    await cloud.post(ana, cloud.direct(ana, bot), "again")
    assert len(await listener.until(2)) == 2


async def test_stopping_ends_the_thread_and_may_be_done_twice(cloud: Cloud, bot: Account) -> None:
    listener = Listener(cloud, bot)
    listener.transport.start()
    await cloud.connected(bot)
    async with asyncio.timeout(6):
        await listener.transport.stop()
    assert "webex-websocket" not in [thread.name for thread in threading.enumerate()]
    await listener.transport.stop()
    assert cloud.sockets == 0


async def test_stopping_does_not_wait_for_webex_to_come_back(bot: Account) -> None:
    unreachable = Cloud()
    async with unreachable.serve():
        listener = Listener(unreachable, bot)
    listener.transport.start()
    await asyncio.sleep(0.3)
    async with asyncio.timeout(6):
        await listener.transport.stop()
    assert "webex-websocket" not in [thread.name for thread in threading.enumerate()]
