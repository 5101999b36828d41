"""The web server of the process: what is public on one port, and what operators ask for on another.

Public is `/healthz` and what transports, mail hooks and pages add. `/readyz` and `/metrics` are inside, where only the
operator's own machines reach. Everything else is 404. Nothing tells what serves it, and nothing is cached or framed.
What bounds all of it: `bot/http/edge/`.
"""

from collections.abc import Iterable, Mapping

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.http.edge.addresses import TrustedProxies
from bot.http.edge.bind import Bind, listen, listen_inside
from bot.http.edge.connections import Connections, most_connections
from bot.http.edge.noise import NoiseLog
from bot.http.edge.server import Server
from bot.http.readiness import OK, Check, Readiness
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.site import PREFIX

log = structlog.get_logger()

# Of Prometheus and of probes; a flood of the public port takes nothing of it.
MOST_INSIDE = 32


class WebServer:
    """Serves `routes` and `pages` beside its own. `port` and `inside_port` are those it listens on, once started."""

    def __init__(
        self,
        port: int,
        routes: Iterable[web.AbstractRouteDef],
        checks: Mapping[str, Check],
        metrics: Metrics,
        pages: web.Application | None = None,
        bind: Bind | None = None,
    ) -> None:
        self.port = port
        self.inside_port = 0
        self._bind = bind or Bind()
        self._readiness = Readiness(checks)
        self._metrics = metrics
        public = web.Application()
        public.add_routes([web.get("/healthz", _alive), *routes])
        if pages is not None:
            public.add_subapp(PREFIX, pages)
        inside = web.Application()
        inside.add_routes(
            [
                web.get("/healthz", _alive),
                web.get("/readyz", self._ready),
                web.get("/metrics", self._render),
            ]
        )
        noise = NoiseLog(metrics)
        proxies = TrustedProxies(self._bind.trusted_proxies)
        self.public = Server(public, Connections(most_connections()), proxies, noise)
        self._inside = Server(inside, Connections(MOST_INSIDE, MOST_INSIDE), TrustedProxies(), noise)

    async def start(self) -> None:
        """Raises PortRefused."""
        listening = listen(self._bind.host, self.port)
        try:
            listening_inside = listen_inside(self._bind)
        except BaseException:
            listening.close()
            raise
        self.port = listening.getsockname()[1]
        self.inside_port = listening_inside.getsockname()[1]
        await self.public.start(listening)
        await self._inside.start(listening_inside)
        log.info(
            "web_server_listening",
            port=self.port,
            inside_port=self.inside_port,
            most_connections=self.public.connections.most,
        )

    async def stop(self) -> None:
        """Take no new connection, and answer what was asked before."""
        await self.public.stop()
        await self._inside.stop()
        await self._readiness.stop()

    async def _ready(self, _: web.Request) -> web.Response:
        answers = await self._readiness.answers()
        is_ready = all(answer == OK for answer in answers.values())
        return web.json_response(answers, status=200 if is_ready else 503)

    async def _render(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")
