"""A server that begins like Webex and then does as a test says: answers nobody expects, and links that misbehave."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Behave = Callable[[web.WebSocketResponse], Awaitable[None]]
UP = {"id": "up", "data": {"eventType": "mercury.buffer_state"}}


async def stay(socket: web.WebSocketResponse) -> None:
    """Read, and answer nothing but the websocket's own pings."""
    async for _ in socket:
        pass


@dataclass
class OddWebex:
    """`behave` is what a link does once its first frame came. Without `catalog` and `registration`, both are good."""

    behave: Behave = stay
    catalog: Callable[[], web.Response] | None = None
    registration: Callable[[], web.Response] | None = None
    registrations: int = 0
    most_devices: int = 1_000
    devices: dict[str, dict[str, Any]] = field(default_factory=dict)  # by number
    removed: list[str] = field(default_factory=list)
    registration_seconds: float = 0
    links: int = 0
    base_url: str = ""
    frames: list[Any] = field(default_factory=list)
    autoping: bool = True
    transport: asyncio.ReadTransport | None = None  # of the last link

    @property
    def catalog_url(self) -> str:
        return f"{self.base_url}/catalog"

    @asynccontextmanager
    async def serve(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["OddWebex"]:
        application = web.Application()
        application.add_routes(
            [
                web.get("/catalog", self._catalog),
                web.post("/wdm/devices", self._register),
                web.get("/wdm/devices", self._list),
                web.delete("/wdm/devices/{number}", self._remove),
                web.get("/socket", self._link),
            ]
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            self.base_url = f"http{'s' if tls else ''}://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await runner.cleanup()

    async def _catalog(self, _: web.Request) -> web.Response:
        return self.catalog() if self.catalog else web.json_response({"serviceLinks": {"wdm": f"{self.base_url}/wdm"}})

    async def _register(self, request: web.Request) -> web.Response:
        self.registrations += 1
        about = await request.json()
        await asyncio.sleep(self.registration_seconds)
        if self.registration:
            return self.registration()
        if len(self.devices) >= self.most_devices:
            refusal = {"message": "User has excessive device registrations", "errors": [], "trackingId": "ROUTER_1"}
            return web.json_response(refusal, status=403)
        return web.json_response(self.add_device(about["name"]))

    def add_device(self, name: str, **more: Any) -> dict[str, Any]:
        number = str(len(self.devices) + len(self.removed) + 1)
        socket_url = f"{self.base_url.replace('http', 'ws', 1)}/socket"
        about = {"name": name, "url": f"{self.base_url}/wdm/devices/{number}", "webSocketUrl": socket_url, **more}
        self.devices[number] = about
        return about

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response({"devices": list(self.devices.values())})

    async def _remove(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        self.removed.append(number)
        return web.Response(status=204 if self.devices.pop(number, None) else 404)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self.links += 1
        socket = web.WebSocketResponse(autoping=self.autoping)
        await socket.prepare(request)
        self.frames.append(await socket.receive_json(timeout=5))
        self.transport = request.transport
        await self.behave(socket)
        return socket
