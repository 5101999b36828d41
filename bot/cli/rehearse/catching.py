"""Takes in the one mail that a rehearsal waits for, over the ways that the desk takes in what comes back."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiohttp import web

from bot.cli.rehearse.trouble import Trouble
from bot.http.dsn_hook import DsnHook
from bot.http.edge.bind import bind_of
from bot.http.lmtp import LmtpServer
from bot.http.servers import WebServer
from bot.settings import Settings
from helpdesk.mail.bounces import token_in
from helpdesk.mail.dsn.intake import Intake
from helpdesk.mail.dsn.reading import Fate, read
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Store


class Catcher(Intake):
    """`fate` is done when the mail that is waited for came back; None where it could not be read.

    Nothing is written to the desk's database.
    """

    def __init__(self, store: Store, bounce_address: str) -> None:
        super().__init__(store, bounce_address)
        self.fate: asyncio.Future[Fate | None] = asyncio.get_running_loop().create_future()
        self.is_hooked = False
        self._address_of_bounces = bounce_address
        self._token = ""
        self._address = ""

    def wait_for(self, token: str, address: str) -> None:
        self._token, self._address = token, address

    def routes(self, settings: Settings) -> list[web.AbstractRouteDef]:
        """For whoever has the port already."""
        if settings.dsn_token is None:
            return []
        self.is_hooked = True
        return [DsnHook(self, settings.dsn_token.get_secret_value()).route]

    async def listen(self, settings: Settings, stack: AsyncExitStack) -> None:
        """Raises Trouble where somebody listens there already."""
        try:
            if settings.lmtp_port is not None:
                lmtp = LmtpServer(self, settings.lmtp_port)
                await lmtp.start()
                stack.push_async_callback(lmtp.stop)
            if settings.dsn_token is not None and not self.is_hooked:
                server = WebServer(settings.port, self.routes(settings), {}, Metrics(), None, bind_of(settings))
                await server.start()
                stack.push_async_callback(server.stop)
        except HelpdeskError as error:
            advice = "Stop helpdesk run for as long as the rehearsal lasts: it takes what comes back."
            raise Trouble("port taken", ENGLISH(error.text), advice) from None

    async def expects(self, recipient: str) -> bool:
        return bool(self._token) and token_in(recipient, self._address_of_bounces) == self._token

    async def take(self, raw: bytes, recipients: Sequence[str] = ()) -> bool:
        is_to_us = any([await self.expects(each) for each in recipients])
        if not self._token or self.fate.done() or not (is_to_us or self._token.encode() in raw.lower()):
            return False
        report = await asyncio.to_thread(read, raw)
        fate = report.fate_of(self._address, is_its_own=True) if report else None
        if not self.fate.done():
            self.fate.set_result(fate)
        return True
