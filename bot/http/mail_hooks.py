"""`POST /hooks/mail/<provider>`: the mail provider tells what became of mails.

A call is answered with 2xx when all it tells is in the store; until its signature is checked, nothing of it is read as
anything but bytes. What is not stored the provider tells again, so in a storm only a few calls are in work, and the
rest are sent away for a while: the desk's people come first.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog
from aiohttp import web

from bot.http.bodies import LARGEST_BODY, BodyRefused, read_body
from helpdesk.mail.delivery import BadSignature, EventReader
from helpdesk.mail.delivery.events import record
from helpdesk.mail.providers import Provider
from helpdesk.platform.errors import Unavailable
from helpdesk.platform.recently import Recently
from helpdesk.platform.store import Store

PATH = "/hooks/mail"
TAKE_SECONDS = 10
# One is written while the next is made ready; of those that wait, no more than can be done in time.
IN_WORK = 2
WAITING = 16
_WARN_SECONDS = 60

log = structlog.get_logger()


class MailHooks:
    """Serve `route`. A provider that posts nothing, or whose key is not set, is not found there.

    `refused` is called when a signature is not the provider's.
    """

    def __init__(self, provider: Provider, store: Store, refused: Callable[[], object] = lambda: None) -> None:
        self.route = web.post(f"{PATH}/{{key}}", self._deliver)
        self._provider = provider
        self._store = store
        self._refused = refused
        self._turns = asyncio.Semaphore(IN_WORK)
        self._inside = 0
        self._warnings = Recently(_WARN_SECONDS)

    async def _deliver(self, request: web.Request) -> web.Response:
        reader = self._provider.events
        if reader is None or request.match_info["key"] != self._provider.key:
            raise web.HTTPNotFound
        if not _may_be_signed(self._provider.key, request.headers):
            # Nothing is read of what cannot be the provider's.
            self._warn("mail_events_signature_wrong")
            return web.Response(status=403, text="wrong signature\n")
        status, result = await self._answer(request, reader)
        return web.Response(status=status, text=f"{result}\n")

    async def _answer(self, request: web.Request, reader: EventReader) -> tuple[int, str]:
        try:
            body = await read_body(request, LARGEST_BODY)
        except BodyRefused as refused:
            # Amazon tells again what met a fault of ours, and nothing else.
            return 503 if refused.result == "too slow" else refused.status, refused.result
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                return await self._hear(reader, request.headers, body)
        except (Unavailable, TimeoutError):
            return 503, "try again"

    async def _hear(self, reader: EventReader, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        try:
            events = await reader.read(headers, body)
        except BadSignature:
            self._refused()
            self._warn("mail_events_signature_wrong")
            return 403, "wrong signature"
        except ValueError:
            self._warn("mail_events_unreadable")
            return 400, "malformed"
        # Counted only now: who cannot sign keeps nobody out.
        if self._inside >= IN_WORK + WAITING:
            return 503, "busy"
        self._inside += 1
        try:
            async with self._turns:
                await record(self._store, events, self._provider.name)
        finally:
            self._inside -= 1
        return 200, "taken"

    def _warn(self, what: str) -> None:
        """Now and then only: anybody may send us what is not signed, as often as they like."""
        if self._warnings.is_first(what):
            log.warning(what, provider=self._provider.name)


# What a call of each provider has in its head, before anything of it is read or checked.
_SIGNED_BY: Mapping[str, tuple[str, ...]] = {
    "sendgrid": ("X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"),
    "postmark": ("Authorization",),
}
_LONGEST_SIGNATURE = 512


def _may_be_signed(provider: str, headers: Mapping[str, str]) -> bool:
    return all(0 < len(headers.get(name, "")) <= _LONGEST_SIGNATURE for name in _SIGNED_BY.get(provider, ()))
