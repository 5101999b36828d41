"""One connection: what it may keep us waiting for, and for how long.

    HEAD --a head is whole--> BODY --the body is whole--> WORK --answered--> IDLE --a byte comes--> HEAD

In HEAD, BODY and IDLE we wait for the peer: such a connection may have to give way to a newcomer.
"""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.web_request import BaseRequest

from bot.http.bodies import LARGEST_FORM
from bot.http.edge.addresses import TrustedProxies, counted_as, parse_address
from bot.http.edge.connections import Connections
from bot.http.edge.noise import NoiseLog
from bot.http.edge.plain import plain

log = structlog.get_logger()

# All of a head, header names and values together; aiohttp bounds one of them (8 KiB) and their number.
MOST_HEAD_BYTES = 32 * 1024
_PIECE = 8 * 1024


class Phase(Enum):
    """What a connection is at, and how many seconds that may take."""

    HEAD = 10
    # Reading a body ends after 10 s with an answer; this is for who reads none.
    BODY = 12
    # No handler takes as long; each has bounds of its own.
    WORK = 60
    IDLE = 15


class Connection(web.RequestHandler):
    """aiohttp's own connection, under a clock and in a queue. `address` is that of `Connections`."""

    def __init__(
        self,
        manager: web.Server,
        connections: Connections,
        proxies: TrustedProxies,
        noise: NoiseLog,
        **options: Any,
    ) -> None:
        super().__init__(manager, keepalive_timeout=_NEVER, **options)
        self.address = ""
        self._connections = connections
        self._proxies = proxies
        self._noise = noise
        self._wire: asyncio.Transport | None = None
        self._phase = Phase.HEAD
        self._clock: asyncio.TimerHandle | None = None
        self._asked: BaseRequest | None = None
        self._is_answered = False
        self._is_refused = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = cast(asyncio.Transport, transport)
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        self.address = "" if self._proxies.are_trusted(peer) else counted_as(parse_address(peer))
        if not self._connections.admit(self):
            self._noise.heard("crowded")
            self._wire.abort()
            return
        super().connection_made(transport)
        self._enters(Phase.HEAD)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connections.gone(self)
        self._stop_clock()
        self._wire = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if data and self._phase is Phase.IDLE:
            self._enters(Phase.HEAD)
        if self._phase is Phase.BODY:
            if not self._is_refused:
                super().data_received(data)
            return
        # In pieces, so that of an endless head no more is kept than it may have.
        for start in range(0, len(data) or 1, _PIECE):
            if self._wire is None or self._wire.is_closing():
                return
            piece, known = data[start : start + _PIECE], self._request_count
            super().data_received(piece)
            if self._request_count > known and self._phase is Phase.HEAD:
                self._enters(Phase.BODY)
                if rest := data[start + _PIECE :]:
                    super().data_received(rest)
                return
            self._head_bytes += len(piece)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._drop("too large")

    def begins(self, request: BaseRequest) -> None:
        """A request is being worked on, its body still to come or not."""
        self._asked, self._is_answered, self._is_refused = request, False, False
        self._enters(Phase.BODY)
        request.content.on_eof(self._works_on(request))

    def ends(self) -> None:
        """The request is answered, but for what is still in our buffers.

        Of a body that nobody wanted, aiohttp reads on for a moment, so that its sender sees the answer before the end.
        What comes of a large one until then is not even looked at.
        """
        self._is_answered = True
        asked = self._asked
        if asked is None or asked.content.is_eof():
            self._enters(Phase.IDLE)
            return
        self._is_refused = not is_taken(asked)
        self._enters(Phase.BODY)

    def give_way(self) -> None:
        self._drop("crowded")

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no request: neither its words nor whose it is are repeated anywhere."""
        if status == 400:
            self._noise.heard("malformed")
        else:
            self.log_exception("request failed", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer was sent already")
        answer = plain(status)
        answer.force_close()
        return answer

    def log_exception(self, *_: Any, exc_info: Any = None, **__: Any) -> None:
        """aiohttp's own words hold the caller's address."""
        log.error("web_request_failed", exc_info=exc_info)

    def _works_on(self, request: BaseRequest) -> Callable[[], None]:
        def whole() -> None:
            if self._asked is request:
                self._enters(Phase.IDLE if self._is_answered else Phase.WORK)

        return whole

    def _enters(self, phase: Phase) -> None:
        self._phase = phase
        if phase is not Phase.WORK:
            self._connections.waits(self)
        else:
            self._connections.works(self)
        if phase in (Phase.HEAD, Phase.WORK):
            self._head_bytes = 0
        self._stop_clock()
        self._clock = asyncio.get_running_loop().call_later(phase.value, self._is_late)

    def _is_late(self) -> None:
        if self._asked is not None and self._is_answered and self._phase is not Phase.HEAD:
            self._abort()
        else:
            self._drop("too slow")

    def _drop(self, why: Any) -> None:
        self._noise.heard(why)
        self._abort()

    def _abort(self) -> None:
        self._stop_clock()
        if self._wire is not None:
            # A plain close would wait until the peer has taken what is in the buffers.
            self._wire.abort()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


def is_taken(request: BaseRequest) -> bool:
    """Whether all of its body came, or so little is left that it is read for the sake of the next request."""
    length = request.content_length
    return request.content.is_eof() or (length is not None and length <= LARGEST_FORM)


# aiohttp's own clock is left alone: it knows two of our four phases.
_NEVER = 86_400.0
