"""The websocket transport: a link to Webex that is opened again whenever it ends, for as long as it runs."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

import structlog

from bot.transports.websocket.client import Client, Listening
from bot.transports.websocket.devices import Devices, DeviceServiceError
from bot.transports.websocket.disconnects import Ending, ReconnectPace, ending
from bot.transports.websocket.excess_devices import Family, to_give_up
from bot.transports.websocket.link import Acknowledge, Frame, OnFrame
from bot.transports.websocket.stale_devices import DeviceTrial
from helpdesk.platform.clock import utc_now
from helpdesk.platform.proxies import DIRECT, Proxies
from helpdesk.platform.threads import in_thread

__all__ = ["Acknowledge", "Frame", "OnFrame", "WebsocketTransport"]

log = structlog.get_logger()

# A stop waits this long for the link to close, and again for Webex to take the device back.
STOP_SECONDS = 2
# The link and the calls of the device service block, each a thread of this name.
_THREAD = "webex-websocket"


class WebsocketTransport:
    """Frames from Webex, in order. Everything is called on our loop, `on_open` and `on_lost` in turns.

    `name` is this process' alone: Webex knows its device by it. Where Webex has too many devices, room is made for one
    if `family` says which others are of this desk; without it, none is touched.
    """

    def __init__(
        self,
        token: str,
        catalog_url: str,
        name: str,
        on_frame: OnFrame,
        on_open: Callable[[], None],
        on_lost: Callable[[], None],
        ca_file: str | None = None,
        pace: ReconnectPace | None = None,
        family: str | None = None,
        proxies: Proxies = DIRECT,
    ) -> None:
        self.is_open = False
        self.reconnects = 0
        self.last_problem: str | None = None
        self.last_fix = ""
        self._on_frame = on_frame
        self._on_open = on_open
        self._on_lost = on_lost
        self._pace = pace or ReconnectPace()
        self._name = name
        self._family = Family(family) if family else None
        self._devices = Devices(token, catalog_url, ca_file, proxies)
        self._loop = asyncio.get_running_loop()
        self._trial = DeviceTrial(self._pace.brief)
        self._client = Client(
            token,
            self._devices,
            name,
            ca_file,
            on_frame=self._received,
            on_accepted=lambda: self._trial.accepted(self._loop.time()),
            on_up=self._opened,
            pace=self._pace,
            proxies=proxies,
        )
        # Devices of ours that were replaced, and are still to be removed.
        self._replaced: set[str] = set()
        self._removing: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._has_been_open = False
        self._opened_at: float | None = None
        self._told: str | None = None

    def start(self) -> None:
        self._keeping = self._loop.create_task(self._keep_open())

    async def stop(self) -> None:
        """Close the link and give the device back; both within a time limit."""
        self._stopping.set()
        if self._listening:
            self._listening.cancel()
        if self._keeping:
            await asyncio.wait({self._keeping}, timeout=STOP_SECONDS)
            self._keeping.cancel()  # where a registration hangs
        if self._removing:
            self._removing.cancel()
        self._replace_device()
        await self._remove_replaced()

    async def remove_leftovers(self, prefix: str, alive: Collection[str]) -> int:
        """Remove what dead processes left: devices whose names begin with `prefix` and are none of `alive`.

        How many there were; a device that could not be removed is left for the next time.
        """
        self._family = self._family and Family(prefix, frozenset(alive))
        try:
            found = await in_thread(_THREAD, partial(self._devices.leftovers, prefix, frozenset(alive)))
        except (DeviceServiceError, OSError) as error:
            log.info("device_list_failed", problem=ending(error).problem)
            return 0
        removed = [await self._removed(url) for url in found if url != self._client.registered_url]
        return sum(removed)

    async def _make_room(self, why: Ending, family: Family) -> Ending:
        """What it is by then: where there is room again, or soon will be, nothing that needs the operator."""
        try:
            devices = await in_thread(_THREAD, self._devices.listed)
        except (DeviceServiceError, OSError) as error:
            log.info("device_list_failed", problem=ending(error).problem)
            return why
        given_up = to_give_up(devices, self._name, family, utc_now())
        removed = sum(await asyncio.gather(*(self._removed(each.url) for each in given_up)))
        if removed:
            log.warning("devices_removed_for_room", removed=removed, of=len(devices))
        # Who lives is told soon after the start, and what is dead then removed.
        return replace(why, fix="", is_slow=False) if removed or family.alive is None else why

    async def _removed(self, url: str) -> bool:
        try:
            await in_thread(_THREAD, partial(self._devices.remove, url), STOP_SECONDS)
        except (DeviceServiceError, OSError) as error:
            log.info("device_removal_failed", problem=ending(error).problem)
            return False
        return True

    async def _keep_open(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._opened_at = None
            self._trial.begin()
            why = ending(await in_thread(_THREAD, partial(self._client.run_on, self._loop, self._listen)))
            if self._opened_at and self._loop.time() - self._opened_at >= self._pace.held:
                failures = 0
            if self._client.has_device and self._trial.ended(why, self._loop.time()) and not self._stopping.is_set():
                log.warning("websocket_device_replaced", problem=why.problem)
                self._replace_device()
            if why.needs_device:
                self._client.forget_device()
            if why.needs_room and self._family and not self._stopping.is_set():
                why = await self._make_room(why, self._family)
            if not self._stopping.is_set():
                self._tell(why)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pace.pause(why, failures)):
                    await self._stopping.wait()
            failures += 1

    def _replace_device(self) -> None:
        if url := self._client.registered_url:
            self._replaced.add(url)
        self._client.forget_device()

    async def _remove_replaced(self) -> None:
        """What cannot be removed now is tried again behind the next link that opens."""
        urls = tuple(self._replaced)
        removed = await asyncio.gather(*map(self._removed, urls))
        self._replaced.difference_update(url for url, is_gone in zip(urls, removed, strict=True) if is_gone)

    async def _listen(self, work: Listening) -> None:
        if self._stopping.is_set():
            work.close()
            return
        self._listening = asyncio.current_task()
        try:
            await work
        finally:
            self._listening = None
            if self.is_open:
                self.is_open = False
                self._loop.call_soon(self._on_lost)

    def _opened(self) -> None:
        self.reconnects += self._has_been_open
        self._has_been_open = True
        self.is_open = True
        self._opened_at = self._loop.time()
        self._trial.came_up()
        if self._replaced and not self._stopping.is_set():
            self._removing = self._loop.create_task(self._remove_replaced())
        if self._told:
            log.info("websocket_reconnected", after=self._told)
        self._told = None
        self._loop.call_soon(self._on_open)

    def _received(self, frame: Frame, acknowledge: Acknowledge) -> None:
        # Not called from here: what goes wrong with one frame must not end the link.
        if not self._stopping.is_set():
            self._loop.call_soon(self._on_frame, frame, acknowledge)

    def _tell(self, why: Ending) -> None:
        """Once for each problem, not for each try."""
        is_known = why.problem == self._told and why.fix in ("", self.last_fix)
        self.last_problem, self.last_fix = why.problem, why.fix
        if is_known:
            return
        self._told = why.problem
        if why.is_planned:
            log.info("websocket_disconnected", problem=why.problem)
        elif why.fix:
            log.error("websocket_disconnected", problem=why.problem, fix=why.fix)
        else:
            log.warning("websocket_disconnected", problem=why.problem)
