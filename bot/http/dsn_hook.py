"""`POST /hooks/dsn`: a mail server pipes to us what came to our bounce address, with a token that only it knows."""

import asyncio
import hmac

from aiohttp import web

from bot.http.bodies import BodyRefused, read_body
from helpdesk.mail.dsn import LARGEST
from helpdesk.mail.dsn.intake import Intake
from helpdesk.platform.store import StoreUnavailable

PATH = "/hooks/dsn"
TAKE_SECONDS = 10


class DsnHook:
    """Serve `route`. It answers 2xx for what it dropped as well: told again, it would be dropped again."""

    def __init__(self, intake: Intake, token: str) -> None:
        self.route = web.post(PATH, self._deliver)
        self._intake = intake
        self._expected = f"Bearer {token}".encode()

    async def _deliver(self, request: web.Request) -> web.Response:
        status, result = await self._answer(request)
        return web.Response(status=status, text=f"{result}\n")

    async def _answer(self, request: web.Request) -> tuple[int, str]:
        given = request.headers.getall("Authorization", [])
        if len(given) != 1 or not hmac.compare_digest(given[0].encode(errors="replace"), self._expected):
            return 401, "wrong token"
        if request.content_type != "message/rfc822":
            return 415, "must be message/rfc822"
        try:
            raw = await read_body(request, LARGEST)
        except BodyRefused as refused:
            return refused.status, refused.result
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                return 200, "taken" if await self._intake.take(raw) else "dropped"
        except (StoreUnavailable, TimeoutError):
            return 503, "try again"
