"""A bot's transport at a pace that suits tests, and what it told."""

import asyncio
from collections.abc import Callable

from bot.transports.websocket.disconnects import ReconnectPace
from bot.transports.websocket.transport import Acknowledge, Frame, WebsocketTransport
from helpdesk.platform.proxies import DIRECT, Proxies
from playground.bell import Bell

FAST = ReconnectPace(
    ping=0.1, silence=0.6, handshake=0.4, closing=0.4, first_retry=0.05, longest_retry=0.2, slow_retry=0.4, held=0.3
)


class Listener:
    """`turns` tells when the transport was open; `frames` are those of people's activities."""

    def __init__(
        self,
        token: str,
        catalog_url: str,
        name: str = "helpdesk test one",
        ca_file: str | None = None,
        family: str | None = None,
        proxies: Proxies = DIRECT,
    ) -> None:
        self.frames: list[tuple[Frame, Acknowledge]] = []
        self.turns: list[str] = []
        self._bell = Bell()
        self.transport = WebsocketTransport(
            token,
            catalog_url,
            name,
            on_frame=self._take,
            on_open=lambda: self._turn("open"),
            on_lost=lambda: self._turn("lost"),
            ca_file=ca_file,
            pace=FAST,
            family=family,
            proxies=proxies,
        )

    def _take(self, frame: Frame, acknowledge: Acknowledge) -> None:
        if frame["data"]["eventType"] == "conversation.activity":
            self.frames.append((frame, acknowledge))
            self._bell.ring()
            assert frame["data"]["activity"]["id"] != "indigestible"

    def _turn(self, turn: str) -> None:
        self.turns.append(turn)
        self._bell.ring()

    async def activities(self, count: int) -> list[str]:
        """The ids of the activities that came, once there are `count`."""
        await self._bell.until(lambda: len(self.frames) >= count or None, 10)
        return [frame["data"]["activity"]["id"] for frame, _ in self.frames]

    async def turned(self, *turns: str) -> None:
        await self._bell.until(lambda: self.turns == list(turns) or None, 10)

    async def has_a_problem(self) -> None:
        await self.came_to(lambda: self.transport.last_problem is not None)

    async def came_to(self, state: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not state():  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)

    async def stays_open(self, seconds: float) -> bool:
        """Whether nothing changes for so long."""
        count = len(self.turns)
        await asyncio.sleep(seconds)
        return self.transport.is_open and len(self.turns) == count
