"""Connections as strangers open them: raw bytes, from any address of this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.http.bodies import LARGEST_BODY, read_body
from bot.http.edge.addresses import CALLER, TrustedProxies
from bot.http.edge.bind import LOOPBACK, listen
from bot.http.edge.connections import Connections
from bot.http.edge.noise import NoiseLog
from bot.http.edge.server import Server
from helpdesk.platform.metrics import Metrics


@dataclass
class Peer:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, sent: bytes) -> None:
        self.writer.write(sent)

    async def status(self, seconds: float = 5) -> int:
        line = await asyncio.wait_for(self.reader.readline(), seconds)
        return int(line.split()[1])

    async def rest(self, seconds: float = 5) -> bytes:
        """All that still comes until the other side closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), seconds)
        except ConnectionError:
            return b""

    async def is_closed(self, seconds: float = 5) -> bool:
        try:
            return await self.rest(seconds) == b""
        except TimeoutError:
            return False


@dataclass
class Served:
    server: Server
    metrics: Metrics
    port: int
    may_answer: asyncio.Event

    async def connects(self, source: str = LOOPBACK) -> Peer:
        return Peer(*await asyncio.open_connection(LOOPBACK, self.port, local_addr=(source, 0)))

    async def asks(self, sent: bytes, source: str = LOOPBACK) -> Peer:
        peer = await self.connects(source)
        peer.send(sent)
        return peer

    def refused(self, why: str) -> float:
        for line in self.metrics.render().decode().splitlines():
            if line.startswith(f'helpdesk_web_refused_total{{why="{why}"}}'):
                return float(line.split()[-1])
        raise AssertionError(why)


@asynccontextmanager
async def serving(most: int = 64, per_address: int = 64, proxies: tuple[str, ...] = ()) -> AsyncIterator[Served]:
    may_answer = asyncio.Event()

    async def alive(request: web.Request) -> web.Response:
        return web.Response(text=f"alive {request[CALLER]}")

    async def slow(_: web.Request) -> web.Response:
        await may_answer.wait()
        return web.Response(text="at last")

    async def hook(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await read_body(request, LARGEST_BODY))))

    async def form(request: web.Request) -> web.Response:
        return web.Response(text=str(dict(await request.post())))

    async def careless(request: web.Request) -> web.Response:
        """Reads in a way that nobody foresaw."""
        count = 0
        while chunk := await request.content.readany():
            count += len(chunk)
        return web.Response(text=str(count))

    async def unread(_: web.Request) -> web.Response:
        return web.Response(status=401)

    async def breaks(_: web.Request) -> web.Response:
        raise LookupError("a secret of ours")

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 32 * 1024 * 1024)

    application, metrics = web.Application(), Metrics()
    application.add_routes(
        [
            web.get("/alive", alive),
            web.get("/slow", slow),
            web.post("/hook", hook),
            web.post("/form", form),
            web.post("/careless", careless),
            web.post("/unread", unread),
            web.get("/breaks", breaks),
            web.get("/large", large),
        ]
    )
    server = Server(application, Connections(most, per_address), TrustedProxies(proxies), NoiseLog(metrics))
    listening = listen(LOOPBACK, 0)
    port = listening.getsockname()[1]
    await server.start(listening)
    try:
        yield Served(server, metrics, port, may_answer)
    finally:
        may_answer.set()
        await server.stop()
