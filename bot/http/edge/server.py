"""An HTTP server with bounds for all that it serves: one listening socket, one application behind it."""

import asyncio
import socket
from collections import Counter
from functools import partial
from typing import Any, cast

import structlog
from aiohttp import web

from bot.http.bodies import BODY, LARGEST_BODY, Bodies, Body
from bot.http.edge.addresses import CALLER, FORWARDED, TrustedProxies
from bot.http.edge.connection import Connection, Phase, is_taken
from bot.http.edge.connections import Connections
from bot.http.edge.noise import NoiseLog
from bot.http.edge.plain import plain
from bot.http.edge.requests import BoundedRequest

log = structlog.get_logger()

# What is in work when we stop gets this long.
STOP_SECONDS = 10
_OPTIONS = {
    "access_log": None,
    # Of a refused body, this long is read on, for the answer to be seen.
    "lingering_time": 1,
    # Signatures are over what was sent, and nobody sends us anything that would need it.
    "auto_decompress": False,
    "max_headers": 64,
}
# Few at once: what one of them has already sent is read before hundreds of newer ones could take its place.
_ACCEPTED_AT_ONCE = 32
_QUEUED = 1024
# Of one connection's body, the system keeps no more than about twice this for us.
_RECEIVE_BYTES = 32 * 1024


class Server:
    def __init__(
        self, application: web.Application, connections: Connections, proxies: TrustedProxies, noise: NoiseLog
    ) -> None:
        self.connections = connections
        self.router = application.router
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)
        self._proxies = proxies
        self._noise = noise
        self._bodies = Bodies()
        self._in_work: Counter[str] = Counter()  # by the address that a proxy tells
        self._listening: asyncio.Server | None = None
        self._handle: Any = None

    async def start(self, listening: socket.socket) -> None:
        await self._runner.setup()
        server = cast(web.Server, self._runner.server)
        self._handle = server.request_handler
        server.request_handler = self._serve  # type: ignore[assignment]
        server.request_factory = self._request
        loop = asyncio.get_running_loop()
        connect = partial(Connection, server, self.connections, self._proxies, self._noise, loop=loop, **_OPTIONS)
        # What is accepted inherits it.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        self._listening = await loop.create_server(connect, sock=listening, backlog=_ACCEPTED_AT_ONCE)
        listening.listen(_QUEUED)

    async def stop(self) -> None:
        """Take no new connection, and answer what was asked before."""
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()

    def _request(
        self, message: Any, payload: Any, protocol: Any, writer: Any, task: "asyncio.Task[None]"
    ) -> web.Request:
        loop = asyncio.get_running_loop()
        return BoundedRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Around every request: whose it is, its body's bounds, and its failures as plain answers."""
        connection, peer = cast(Connection, request.protocol), request.remote or ""
        caller = self._proxies.caller(peer, request.headers.getall(FORWARDED, ()))
        request[CALLER] = caller
        request[BODY] = body = Body(self._bodies)
        # A proxy's connections are not counted by address, so its requests are.
        if not connection.address and self._in_work[caller] >= self.connections.per_address:
            self._noise.heard("crowded")
            answer: web.StreamResponse = plain(503, {"Retry-After": "1"})
            answer.force_close()
            return answer
        self._in_work[caller] += 1
        connection.begins(request)
        try:
            answer = await self._answer(request)
            if not is_taken(request):
                # What is left of this body must not be read as the next request.
                answer.force_close()
            return answer
        finally:
            connection.ends()
            body.close()
            if body.refusal:
                self._noise.heard(body.refusal)
            self._in_work[caller] -= 1
            if not self._in_work[caller]:
                del self._in_work[caller]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(Phase.WORK.value):
                answer: web.StreamResponse = await self._handle(request)
                return answer
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return plain(error.status, error.headers)
        except TimeoutError:
            return plain(503)
        except Exception as error:  # a defect of one route takes nothing else down, and shows nothing
            log.error("web_request_failed", exc_info=error)
            return plain(500)
