"""One websocket to Webex: frames handed over as they come, acknowledgements, and a watch for silence."""

import asyncio
import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

import structlog
from websockets.asyncio.client import ClientConnection
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed

log = structlog.get_logger()

# Long enough for Webex to refuse our authorisation first, if it does.
FIRST_PING_SECONDS = 0.5

Frame = dict[str, Any]
Acknowledge = Callable[[], None]
OnFrame = Callable[[Frame, Acknowledge], None]


class Silence(Exception):
    """Nothing at all came for too long, so the link was cut."""


class Retirement(Exception):
    """Webex asked to open another link, and this one was closed."""


class Link(ClientConnection):
    """webex-bot reads a link by calling `recv` for ever. This `recv` hands the frames over itself.

    So no frame takes the way over a thread. `on_accepted` is called when Webex takes the handshake, `on_up` once, when
    it shows that it talks to us.
    """

    def __init__(
        self,
        protocol: ClientProtocol,
        *,
        on_frame: OnFrame,
        on_accepted: Callable[[], None],
        on_up: Callable[[], None],
        ping_seconds: float,
        silence_seconds: float,
        **options: Any,  # the library's own
    ) -> None:
        # The library's ping is sent but not insisted on: a JSON pong, or any frame, is as good an answer.
        super().__init__(protocol, **{**options, "ping_interval": ping_seconds, "ping_timeout": None})
        self._on_frame = on_frame
        self._on_accepted = on_accepted
        self._on_up = on_up
        self._ping_seconds = ping_seconds
        self._silence_seconds = silence_seconds
        self._heard = self.loop.time()
        self._is_up = False
        self._why: Exception | None = None
        self._outbox: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def handshake(self, *arguments: Any, **options: Any) -> None:
        await super().handshake(*arguments, **options)
        self._on_accepted()

    def data_received(self, data: bytes) -> None:
        # Any sign of life counts: frames, pongs of both kinds, and pieces of them.
        self._heard = self.loop.time()
        super().data_received(data)

    async def recv(self, decode: bool | None = None) -> NoReturn:
        """Hand over what comes until the link ends. Raises Silence, Retirement or ConnectionClosed."""
        watch = self.loop.create_task(self._watch())
        try:
            while True:
                self._take(_parsed(await super().recv(decode=False)))
        except ConnectionClosed as closed:
            raise self._why or closed from None
        finally:
            watch.cancel()

    def _take(self, frame: Frame) -> None:
        kind, data = frame.get("type"), frame.get("data")
        if kind == "shutdown" and self._why is None:
            self._why = Retirement()
            # Frames go on being read until Webex has closed its side too.
            self._begin(self.close())
        is_event = isinstance(data, dict) and isinstance(data.get("eventType"), str)
        if is_event or kind == "pong":
            self._show_up()
        if is_event:
            self._on_frame(frame, partial(self._acknowledge, frame.get("id")))

    def _show_up(self) -> None:
        if not self._is_up:
            self._is_up = True
            self._on_up()

    def _acknowledge(self, envelope_id: object) -> None:
        self._post({"type": "ack", "messageId": envelope_id})

    def _post(self, frame: Frame) -> None:
        if not self._outbox:
            self._begin(self._send_outbox())
        self._outbox.append(json.dumps(frame).encode())

    async def _send_outbox(self) -> None:
        """What gathered in one turn of the loop goes out in one piece: a burst costs one write."""
        frames, self._outbox = self._outbox, []
        try:
            async with asyncio.timeout(self._silence_seconds), self.send_context():
                for frame in frames:
                    self.protocol.send_text(frame)
        except TimeoutError:  # Webex takes nothing any more
            self._cut()
        except ConnectionClosed:  # the events are stored: should Webex tell them again, they are known
            log.info("websocket_acknowledgements_lost", count=len(frames))

    async def _watch(self) -> None:
        await asyncio.sleep(min(FIRST_PING_SECONDS, self._ping_seconds))
        self._begin(self._knock())
        while (left := self._heard + self._silence_seconds - self.loop.time()) > 0:
            self._post({"id": str(uuid.uuid4()), "type": "ping"})
            await asyncio.sleep(min(self._ping_seconds, left))
        self._cut()

    async def _knock(self) -> None:
        """Where nothing else comes, the websocket's own pong shows that Webex goes on with us."""
        with suppress(ConnectionClosed):
            await (await self.ping())
            self._show_up()

    def _cut(self) -> None:
        self._why = self._why or Silence()
        self.transport.abort()

    def _begin(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _parsed(message: bytes) -> Frame:
    """Empty for what is no JSON object."""
    try:
        frame = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}
