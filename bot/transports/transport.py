"""The two ways in from Webex, made alike: each tells of events, of our own messages, and of times it was deaf."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import structlog
from aiohttp import web

from bot.outgoing.sent_messages import OwnMessages
from bot.settings import Settings
from bot.transports.catch_up import Missed
from bot.transports.webhook.transport import WebhookTransport
from bot.transports.websocket.transport import Acknowledge, Frame, WebsocketTransport
from bot.webex import events
from bot.webex.events import Arrival
from helpdesk.platform.clock import utc_now
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.webex.client import WebexClient

log = structlog.get_logger()

Take = Callable[[Arrival], "asyncio.Future[bool]"]


class Untold(Protocol):
    """Told whether Webex cannot tell us who comes and goes."""

    def __call__(self, *, is_deaf: bool) -> None: ...


class WayIn(Protocol):
    """`routes` are served by the web server before `start`."""

    routes: tuple[web.AbstractRouteDef, ...]

    async def start(self) -> None: ...

    async def keep_going(self) -> None: ...

    def take_no_more(self) -> None:
        """Leave events to others; only messages of our own are heard until the stop."""

    async def stop(self) -> None: ...

    async def problem(self) -> str | None:
        """None while Webex can tell us what happens."""

    async def forget_dead(self, alive: frozenset[str]) -> None:
        """Remove what processes that are not among `alive` left at Webex."""


class Gaps:
    """When we may have been deaf, for `missed` to ask about: since `last_heard` at the start, later since a loss."""

    def __init__(self, missed: Missed, last_heard: datetime | None, on_ready: Callable[[], None]) -> None:
        self._missed = missed
        self._deaf_since = last_heard
        self._on_ready = on_ready
        self._is_ready = False

    def opened(self) -> None:
        if self._deaf_since is not None:
            self._missed.since(self._deaf_since)
            self._deaf_since = None
        if not self._is_ready:
            self._is_ready = True
            self._on_ready()

    def lost(self, at: datetime | None = None) -> None:
        self._deaf_since = min(at or utc_now(), self._deaf_since or datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where a way in hands over what it hears."""

    my_id: str
    take: Take
    own: OwnMessages
    gaps: Gaps
    metrics: Metrics
    members_changed: Callable[[str], None]  # told the id of a space
    members_untold: Untold
    hook_refused: Callable[[], object] = lambda: None  # called when a delivery's signature is not Webex's


class ByWebsocket:
    routes: tuple[web.AbstractRouteDef, ...] = ()

    def __init__(self, settings: Settings, process: str, hearing: Hearing) -> None:
        self._hearing = hearing
        self._takes = True
        hearing.members_untold(is_deaf=True)
        # Of another desk with the same bot, no device is taken for a leftover of ours.
        self._prefix = f"helpdesk {_deployment(settings.secret_key.get_secret_value())} "
        self._socket = WebsocketTransport(
            settings.webex_access_token.get_secret_value(),
            settings.webex_catalog_url,
            name=self._prefix + process,
            on_frame=self._heard,
            on_open=self._opened,
            on_lost=self._lost,
            ca_file=settings.ca_file,
            family=self._prefix,
            proxies=settings.proxies,
        )

    async def start(self) -> None:
        self._socket.start()

    async def keep_going(self) -> None:
        """The transport does so by itself."""

    def take_no_more(self) -> None:
        self._takes = False

    async def stop(self) -> None:
        await self._socket.stop()

    async def problem(self) -> str | None:
        return None if self._socket.is_open else self._socket.last_problem or "not connected yet"

    async def forget_dead(self, alive: frozenset[str]) -> None:
        if count := await self._socket.remove_leftovers(self._prefix, {self._prefix + name for name in alive}):
            log.info("dead_devices_removed", count=count)

    def _heard(self, frame: Frame, acknowledge: Acknowledge) -> None:
        """A frame is acknowledged once its event is stored, or at once when it is none of ours."""
        if own := events.own_message(frame, self._hearing.my_id):
            self._hearing.own.heard(*own)
            acknowledge()
        elif space := events.changed_space(frame):
            self._hearing.members_changed(space)
            acknowledge()
        elif arrival := events.arrival(frame):
            if self._takes:
                self._hearing.take(arrival).add_done_callback(lambda stored: acknowledge() if stored.result() else None)
        else:
            acknowledge()

    def _opened(self) -> None:
        self._hearing.members_untold(is_deaf=False)
        if self._takes:
            self._hearing.gaps.opened()

    def _lost(self) -> None:
        self._hearing.members_untold(is_deaf=True)
        self._hearing.metrics.reconnects.inc()
        self._hearing.gaps.lost()


class ByWebhook:
    def __init__(self, settings: Settings, client: WebexClient, hearing: Hearing) -> None:
        self._gaps = hearing.gaps
        self._untold = hearing.members_untold
        self._hooks = WebhookTransport(
            client,
            settings.public_url or "",
            settings.secret_key.get_secret_value(),
            take=hearing.take,
            hear_own=hearing.own.heard_by_webhook,
            members_changed=hearing.members_changed,
            on_open=self._opened,
            metrics=hearing.metrics,
            refused=hearing.hook_refused,
        )
        self.routes: tuple[web.AbstractRouteDef, ...] = (self._hooks.route,)

    async def start(self) -> None:
        await self._hooks.start()

    async def keep_going(self) -> None:
        await self._hooks.keep()

    def take_no_more(self) -> None:
        """The web server has stopped by then, and with it the deliveries."""

    async def stop(self) -> None:
        """Webhooks stay registered: other processes serve them, and so will this one when it starts again."""

    async def problem(self) -> str | None:
        return None if self._hooks.sure_at else "no webhooks yet"

    async def forget_dead(self, alive: frozenset[str]) -> None:
        """A webhook belongs to no process."""

    def _opened(self) -> None:
        self._untold(is_deaf=False)
        if self._hooks.sure_at is not None:
            # Webex had given up on us at some time since: what happened meanwhile was told to nobody.
            self._gaps.lost(self._hooks.sure_at)
        self._gaps.opened()


def _deployment(secret_key: str) -> str:
    """Tells one desk from another, and nothing of its key."""
    return hmac.new(secret_key.encode(), b"deployment", hashlib.sha256).hexdigest()[:8]
