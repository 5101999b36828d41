"""The running bot: from settings to answering, until it is told to stop."""

import asyncio
import os
import signal
import time

import structlog

from bot.buttons import Buttons
from bot.desk import build
from bot.dispatch import Dispatch
from bot.inbox import Inbox
from bot.settings import Settings
from bot.webex import Webex
from bot.websocket import WebsocketTransport
from bot.worker import Worker
from commands import COMMANDS
from helpdesk.access import list_agents
from helpdesk.clock import Clock, utc_now
from helpdesk.errors import HelpdeskError
from helpdesk.language import Text, warm_up
from helpdesk.store import Store
from helpdesk.store.schema import require_current
from helpdesk.webex import WebexClient, WebexUnauthorized, open_session

log = structlog.get_logger()

# What is in work when we are told to stop gets this long.
DRAIN_SECONDS = 20


class TokenRefused(HelpdeskError):
    def __init__(self) -> None:
        super().__init__(
            Text("Webex refused the token in WEBEX_ACCESS_TOKEN."),
            Text("Copy it again from developer.webex.com, or make a new one there."),
        )


async def serve(settings: Settings, stop: asyncio.Event | None = None, now: Clock = utc_now) -> None:
    """Answer until `stop` is set or the process is told to end.

    Raises HelpdeskError where it cannot start: the token is refused, Webex or the database is away, or
    the database is at another version.
    """
    began = time.monotonic()
    stop = stop or _stop_on_signal()
    token, secret = settings.webex_access_token.get_secret_value(), settings.secret_key.get_secret_value()
    store = Store(settings.database_url.get_secret_value())
    session = open_session()
    try:
        await require_current(store)
        client = WebexClient(session, settings.webex_url, token)
        webex = Webex(client)
        try:
            me = await webex.me()
        except WebexUnauthorized:
            raise TokenRefused from None
        desk = build(settings, store, client, webex, secret, now)
        await _warn_if_nobody_may(settings, store)
        buttons = Buttons(secret, store, now)
        worker = Worker(webex, Inbox(store, _worker_name()), Dispatch(desk, COMMANDS, buttons, me), buttons, me)
        transport = WebsocketTransport(
            token,
            settings.webex_catalog_url,
            on_frame=worker.take,
            on_open=lambda: log.info("ready", transport="websocket", seconds=round(time.monotonic() - began, 2)),
            ca_file=settings.ca_file,
        )
        transport.start()
        await asyncio.to_thread(warm_up)
        housekeeping = asyncio.create_task(worker.keep_going())
        await stop.wait()
        log.info("stopping")
        await transport.stop()
        housekeeping.cancel()
        await worker.drain(DRAIN_SECONDS)
    finally:
        await session.close()
        await store.close()
    log.info("stopped")


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _warn_if_nobody_may(settings: Settings, store: Store) -> None:
    if not settings.partner_admins and not settings.desk_spaces and not await list_agents(store):
        log.warning(
            "nobody is an agent, so nobody is served", fix="set HELPDESK_PARTNER_ADMINS, or: helpdesk agents add"
        )


def _worker_name() -> str:
    return f"{os.uname().nodename}:{os.getpid()}"
