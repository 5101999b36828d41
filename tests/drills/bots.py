"""Bots as processes of their own, over either transport, behind a load balancer that passes on what Webex posts."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from bot.settings import Settings
from tests.processes import BotProcess

HOST_WAITS_SECONDS = 20


@dataclass
class Front:
    """Passes deliveries on in turn to whoever listens; one that is broken off is lost, as with real ones."""

    ports: deque[int] = field(default_factory=deque)
    url: str = ""

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["Front"]:
        application = web.Application()
        application.router.add_post("/{path:.*}", self._pass_on)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as self._session:
            yield self
            await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in ("Content-Type", "X-Spark-Signature")}
        for _ in range(len(self.ports)):
            self.ports.rotate()
            url = f"http://127.0.0.1:{self.ports[0]}{request.path}"
            try:
                async with self._session.post(url, data=body, headers=headers) as answer:
                    return web.Response(status=answer.status)
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                return web.Response(status=502)
        return web.Response(status=503)


@dataclass
class Bots:
    front: Front
    _started: list[BotProcess] = field(default_factory=list)
    _port_of: dict[int, int] = field(default_factory=dict)  # by process id

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Bots"]:
        async with Front().serve() as front:
            bots = cls(front)
            try:
                yield bots
            finally:
                await asyncio.gather(*(each.kill() for each in bots._started if each.is_alive))

    async def by_websocket(self, settings: Settings) -> BotProcess:
        """Started, and connected."""
        return await self._start(settings)

    async def by_webhook(self, settings: Settings) -> BotProcess:
        """Started, and given its share of what the front gets."""
        changes = {"transport": "webhook", "public_url": self.front.url}
        process = await self._start(settings.model_copy(update=changes))
        port = (await process.says("web_server_listening"))["port"]
        self._port_of[process.process.pid] = port
        self.front.ports.append(port)
        return process

    async def kill(self, pid: int) -> None:
        """Without a word; the front finds out by itself."""
        await next(each for each in self._started if each.process.pid == pid).kill()

    async def end(self, process: BotProcess) -> int:
        """As a host does it: given nothing more, told to end, and not waited for longer. Its exit status."""
        if port := self._port_of.pop(process.process.pid, None):
            self.front.ports.remove(port)
        async with asyncio.timeout(HOST_WAITS_SECONDS):
            status, _ = await process.end()
        return status

    async def end_all(self) -> None:
        ended = await asyncio.gather(*(self.end(each) for each in self._started if each.is_alive))
        assert not any(ended), ended

    async def _start(self, settings: Settings) -> BotProcess:
        process = await BotProcess.start(settings)
        self._started.append(process)
        await process.says("desk_ready")
        return process
