"""The webhook transport: Webex posts to us what happened, signed with a secret that only it and we know.

A delivery is answered when its event is in the store; until its signature is checked, nothing of it is read
as anything but bytes. What is registered at Webex for it: `bot/transports/webhook/registration.py`.
"""

import asyncio
import hashlib
import hmac
import json
import math
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from bot.http.bodies import LARGEST_BODY, BodyRefused, read_body
from bot.transports.webhook.registration import HOOK_PATH, Registration
from bot.webex.events import Arrival, arrival_of_webhook, changed_space_of_webhook
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.metrics import Delivery, Metrics
from helpdesk.platform.webex.client import WebexClient

log = structlog.get_logger()

# How long a store may take to take the event. Webex waits longer for our answer.
TAKE_SECONDS = 5
# What Webex tells again comes within minutes; what is older was recorded by somebody.
OLDEST = timedelta(hours=24)
KEEP_SECONDS = 60
_SIGNATURE = re.compile(r"[0-9a-fA-F]{40}")

Take = Callable[[Arrival], Awaitable[bool]]
HearOwn = Callable[[Mapping[str, Any]], None]


class WebhookTransport:
    """Serve `route`, then `start`, then run `keep` until the end; there is nothing to stop.

    `take` stores an arrival and says whether it could. `hear_own` is told of the bot's own messages. `on_open` is
    called when Webex begins to tell us: at the start, and after it had given up on us some time since `sure_at`, when
    all was last found well.
    """

    def __init__(
        self,
        client: WebexClient,
        public_url: str,
        secret_key: str,
        take: Take,
        hear_own: HearOwn,
        members_changed: Callable[[str], None],
        on_open: Callable[[], None],
        metrics: Metrics,
        now: Clock = utc_now,
        refused: Callable[[], object] = lambda: None,
    ) -> None:
        secret = secret_of(secret_key)
        self.sure_at: datetime | None = None
        self.route = web.post(HOOK_PATH, self._deliver)
        self._registration = Registration(client, public_url, secret)
        self._secret = secret.encode()
        self._take = take
        self._hear_own = hear_own
        self._members_changed = members_changed
        self._on_open = on_open
        self._metrics = metrics
        self._refused = refused
        self._now = now
        self._warned_at = -math.inf

    async def start(self) -> None:
        """Have Webex tell us what happens. Raises HelpdeskError where it does not agree to."""
        await self._make_sure()

    async def keep(self) -> None:
        """See to it that Webex goes on telling us; runs until cancelled."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            try:
                await self._make_sure()
            except Exception as error:  # were this to end, nobody would notice Webex giving up on us
                log.warning("webhook_check_failed", exc_info=error)

    async def _make_sure(self) -> None:
        asked_at = self._now()
        was_silent = await self._registration.settle()
        if self.sure_at is None:
            self._on_open()
        elif was_silent:
            self._metrics.reconnects.inc()
            self._on_open()
        self.sure_at = asked_at

    async def _deliver(self, request: web.Request) -> web.Response:
        status, result = await self._answer(request)
        self._metrics.delivery(result)
        if result == "unsigned":
            self._refused()
        return web.Response(status=status, text=f"{result}\n")

    async def _answer(self, request: web.Request) -> tuple[int, Delivery]:
        signatures = request.headers.getall("X-Spark-Signature", [])
        if len(signatures) != 1 or not _SIGNATURE.fullmatch(signatures[0]):
            return 401, "unsigned"
        try:
            body = await read_body(request, LARGEST_BODY)
        except BodyRefused as refused:
            return refused.status, refused.result
        expected = hmac.new(self._secret, body, hashlib.sha1).hexdigest()
        if not hmac.compare_digest(expected, signatures[0].lower()):
            self._warn_of_secret()
            return 401, "unsigned"
        status, result = await self._hear(body)
        if status != 200:
            log.warning("webhook_delivery_refused", status=status, result=result)
        return status, result

    async def _hear(self, body: bytes) -> tuple[int, Delivery]:
        """What a delivery says that is signed."""
        try:
            delivery = json.loads(body)
        except (ValueError, RecursionError):
            return 400, "malformed"
        if not isinstance(delivery, dict):
            return 400, "not asked for"
        if space := changed_space_of_webhook(delivery):
            self._members_changed(space)
            return 200, "members"
        arrival = arrival_of_webhook(delivery)
        if arrival is None:
            return 400, "not asked for"
        if not self._is_recent(delivery["data"].get("created")):
            return 400, "too old"
        if arrival.actor_id == canonical_id(str(delivery.get("createdBy", ""))):  # the webhook is the bot's
            self._hear_own(delivery["data"])
            return 200, "own"
        return (200, "taken") if await self._is_taken(arrival) else (503, "store away")

    async def _is_taken(self, arrival: Arrival) -> bool:
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                # The event may be stored after all, and others wait for the same write.
                return await asyncio.shield(self._take(arrival))
        except TimeoutError:
            return False

    def _warn_of_secret(self) -> None:
        """Now and then only: anybody may send us what is not signed, as often as they like."""
        if time.monotonic() - self._warned_at > KEEP_SECONDS:
            self._warned_at = time.monotonic()
            log.warning("webhook_signature_wrong", fix="one HELPDESK_SECRET_KEY for all processes")

    def _is_recent(self, created: object) -> bool:
        try:
            return datetime.fromisoformat(str(created)) > self._now() - OLDEST
        except (ValueError, TypeError):  # no time, or one that does not say where
            return False


def secret_of(secret_key: str) -> str:
    """The secret of our webhooks: the same in all processes, and none that tells the key."""
    return hmac.new(secret_key.encode(), b"webex webhook", hashlib.sha256).hexdigest()
