"""The ways in for what comes back to our bounce address, as configured: a hook, LMTP, both or none."""

from aiohttp import web

from bot.http.dsn_hook import DsnHook
from bot.http.lmtp import LmtpServer
from bot.settings import Settings
from helpdesk.mail.dsn.intake import Intake
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store


class Bounces:
    """Serve `routes`; `lmtp` is started and stopped."""

    def __init__(self, settings: Settings, store: Store, now: Clock) -> None:
        self.routes: tuple[web.AbstractRouteDef, ...] = ()
        self.lmtp: LmtpServer | None = None
        if settings.bounce_address is None:
            return
        intake = Intake(store, settings.bounce_address, now)
        if settings.dsn_token is not None:
            self.routes = (DsnHook(intake, settings.dsn_token.get_secret_value()).route,)
        if settings.lmtp_port is not None:
            self.lmtp = LmtpServer(intake, settings.lmtp_port)

    async def start(self) -> None:
        if self.lmtp is not None:
            await self.lmtp.start()

    async def stop(self) -> None:
        if self.lmtp is not None:
            await self.lmtp.stop()
