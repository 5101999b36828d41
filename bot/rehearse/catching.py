"""Takes in the one mail that a rehearsal waits for, over the ways that the desk takes in what comes back."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot.dsn_hook import DsnHook
from bot.edge.bind import bind_of
from bot.lmtp import LmtpServer
from bot.rehearse.scene import Trouble
from bot.settings import Settings
from bot.web import WebServer
from helpdesk.dsn.intake import Intake
from helpdesk.dsn.reading import Fate, read
from helpdesk.errors import HelpdeskError
from helpdesk.language import ENGLISH
from helpdesk.mail.bounces import token_in
from helpdesk.metrics import Metrics
from helpdesk.store import Store


class Catcher(Intake):
    """`fate` is done when the mail of `token`, sent to `address`, came back; None where it could not be read.

    Nothing is written to the desk's database.
    """

    def __init__(self, store: Store, bounce_address: str, token: str, address: str) -> None:
        super().__init__(store, bounce_address)
        self.fate: asyncio.Future[Fate | None] = asyncio.get_running_loop().create_future()
        self._address_of_bounces = bounce_address
        self._token = token
        self._address = address

    async def listen(self, settings: Settings, stack: AsyncExitStack) -> None:
        """Raises Trouble where somebody listens there already."""
        try:
            if settings.lmtp_port is not None:
                lmtp = LmtpServer(self, settings.lmtp_port)
                await lmtp.start()
                stack.push_async_callback(lmtp.stop)
            # The webhooks' own server has that port where they are the way in.
            if settings.dsn_token is not None and settings.transport != "webhook":
                hook = DsnHook(self, settings.dsn_token.get_secret_value())
                web = WebServer(settings.port, [hook.route], {}, Metrics(), None, bind_of(settings))
                await web.start()
                stack.push_async_callback(web.stop)
        except HelpdeskError as error:
            advice = "Stop helpdesk run for as long as the rehearsal lasts: it takes what comes back."
            raise Trouble("port taken", ENGLISH(error.text), advice) from None

    async def expects(self, recipient: str) -> bool:
        return token_in(recipient, self._address_of_bounces) == self._token

    async def take(self, raw: bytes, recipients: Sequence[str] = ()) -> bool:
        is_ours = any([await self.expects(each) for each in recipients]) or self._token.encode() in raw.lower()
        if not is_ours or self.fate.done():
            return False
        report = await asyncio.to_thread(read, raw)
        fate = report.fate_of(self._address, is_its_own=True) if report else None
        if not self.fate.done():
            self.fate.set_result(fate)
        return True
