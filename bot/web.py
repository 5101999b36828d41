"""The web server of the process: whether it is alive, ready and how it does, and what transports add.

Everything but the routes given here is 404. Nothing tells what serves it, and nothing is cached or framed.
"""

import errno
import socket
from collections.abc import Iterable, Mapping

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.readiness import OK, Check, Readiness
from helpdesk.errors import HelpdeskError
from helpdesk.language import Text
from helpdesk.metrics import Metrics
from helpdesk.site import PREFIX

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
# What is in work when we stop gets this long.
STOP_SECONDS = 10
# Longer than load balancers keep a connection (60 s), so that it is theirs to close; whoever sends the head of
# a request more slowly than this is cut off.
IDLE_SECONDS = 75
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PortRefused(HelpdeskError):
    def __init__(self, port: int, is_taken: bool) -> None:
        super().__init__(
            Text("Another program uses port {port}.", port=str(port))
            if is_taken
            else Text("This system does not let us use port {port}.", port=str(port)),
            Text("Set PORT to a free port, or to 0 for any."),
        )


class WebServer:
    """Serves `routes` and `pages` beside its own. `port` is the one it listens on, once started."""

    def __init__(
        self,
        port: int,
        routes: Iterable[web.AbstractRouteDef],
        checks: Mapping[str, Check],
        metrics: Metrics,
        pages: web.Application | None = None,
    ) -> None:
        self.port = port
        self._readiness = Readiness(checks)
        self._metrics = metrics
        application = web.Application(client_max_size=LARGEST_BODY)
        application.add_routes(
            [
                web.get("/healthz", self._alive),
                web.get("/readyz", self._ready),
                web.get("/metrics", self._render),
                *routes,
            ]
        )
        application.on_response_prepare.append(_set_headers)
        if pages is not None:
            application.add_subapp(PREFIX, pages)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            shutdown_timeout=STOP_SECONDS,
            keepalive_timeout=IDLE_SECONDS,
            # Of a refused body, this long is read on, for the answer to be seen.
            lingering_time=1,
            # Signatures are over what was sent, and nobody sends us anything that would need it.
            auto_decompress=False,
        )

    async def start(self) -> None:
        """Raises PortRefused."""
        listening = _listen(self.port)
        self.port = listening.getsockname()[1]
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        log.info("web server listens", port=self.port)

    async def stop(self) -> None:
        """Take no new connection, and answer what was asked before."""
        await self._runner.cleanup()
        await self._readiness.stop()

    async def _alive(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _ready(self, _: web.Request) -> web.Response:
        answers = await self._readiness.answers()
        is_ready = all(answer == OK for answer in answers.values())
        return web.json_response(answers, status=200 if is_ready else 503)

    async def _render(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _listen(port: int) -> socket.socket:
    """A socket for both IPv6 and IPv4 where this machine has both. Raises PortRefused."""
    try:
        if socket.has_dualstack_ipv6():
            try:
                return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL:  # IPv6 is known here, and switched off
                    raise
        return socket.create_server(("0.0.0.0", port))  # noqa: S104  (a load balancer is another machine)
    except OSError as error:
        raise PortRefused(port, error.errno == errno.EADDRINUSE) from None


async def _set_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)
