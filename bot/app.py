"""The running bot: from settings to answering, until it is told to stop."""

import asyncio
import signal
import time
from contextlib import AsyncExitStack, suppress

import structlog

from bot.answering import Answering
from bot.buttons import Buttons
from bot.desk import build
from bot.dispatch import Dispatch
from bot.inbox import Inbox
from bot.jobs import JOBS
from bot.missed import Missed
from bot.outbox import Outbox
from bot.own import OwnMessages
from bot.readiness import Check
from bot.settings import Settings
from bot.ways_in import ByWebhook, ByWebsocket, Gaps, Hearing, WayIn
from bot.web import WebServer
from bot.webex import Me, Webex
from bot.worker import Worker
from commands import COMMANDS
from helpdesk.access import list_agents
from helpdesk.clock import Clock, utc_now
from helpdesk.errors import HelpdeskError
from helpdesk.jobs.engine import Jobs
from helpdesk.language import Text, warm_up
from helpdesk.metrics import Metrics
from helpdesk.processes import Processes, this_process
from helpdesk.store import Store, StoreUnavailable
from helpdesk.store.schema import require_current
from helpdesk.webex import WebexClient, WebexUnauthorized, open_session

log = structlog.get_logger()

# What is in work when we are told to stop gets this long.
DRAIN_SECONDS = 20
JOBS_STOP_SECONDS = 5
# Jobs are in no hurry, and their engine takes a moment of the processor: first come those who wait for an answer.
JOBS_AFTER_SECONDS = 3


class TokenRefused(HelpdeskError):
    def __init__(self) -> None:
        super().__init__(
            Text("Webex refused the token in WEBEX_ACCESS_TOKEN."),
            Text("Copy it again from developer.webex.com, or make a new one there."),
        )


async def serve(settings: Settings, stop: asyncio.Event | None = None, now: Clock = utc_now) -> None:
    """Answer until `stop` is set or the process is told to end.

    Raises HelpdeskError where it cannot start: the token is refused, Webex or the database is away, the
    database is at another version, or the port is taken.
    """
    began = time.monotonic()
    stop = stop or _stop_on_signal()
    token, secret = settings.webex_access_token.get_secret_value(), settings.secret_key.get_secret_value()
    database_url, metrics = settings.database_url.get_secret_value(), Metrics()
    # Taken down in the opposite order: a thing goes before what it leans on.
    async with AsyncExitStack() as stack:
        store = Store(database_url)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(open_session())
        await require_current(store)
        client = WebexClient(session, settings.webex_url, token, metrics)
        webex = Webex(client)
        me = await _me(webex)
        desk = build(settings, store, client, webex, secret, now)
        await _warn_if_nobody_may(settings, store)

        process = this_process()
        inbox, own, buttons = Inbox(store, process), OwnMessages(), Buttons(secret, store, now)
        outbox = Outbox(webex, buttons, own, me)
        worker = Worker(inbox, Answering(webex, Dispatch(desk, COMMANDS, buttons, me), outbox, me), metrics)
        missed = Missed(webex, worker.take, me)

        def ready() -> None:
            log.info("ready", transport=settings.transport, seconds=round(time.monotonic() - began, 2))

        gaps = Gaps(missed, await inbox.last_heard(), ready)
        hearing = Hearing(me.id, worker.take, own, gaps, metrics)
        way_in: WayIn = (
            ByWebhook(settings, client, hearing)
            if settings.transport == "webhook"
            else ByWebsocket(settings, process, hearing)
        )
        web = WebServer(
            settings.port, way_in.routes, {"database": _database_answers(inbox), "webex": way_in.problem}, metrics
        )
        processes = Processes(store, process, settings.transport)
        jobs = Jobs(database_url, JOBS, desk, processes)

        async def adopt(alive: frozenset[str]) -> None:
            await way_in.forget_dead(alive)
            await jobs.adopt(alive)

        async def run_jobs() -> None:
            await asyncio.sleep(JOBS_AFTER_SECONDS)
            await processes.beat()
            await jobs.start()
            await processes.keep_going(adopt)

        await web.start()
        stack.push_async_callback(web.stop)
        background = [asyncio.create_task(each) for each in (worker.keep_going(), run_jobs())]
        stack.push_async_callback(_cancel, background)
        await way_in.start()
        background.append(asyncio.create_task(way_in.keep_going()))
        await asyncio.to_thread(warm_up)
        await stop.wait()

        log.info("stopping")
        await way_in.stop()
        await web.stop()
        await missed.stop()
        # Leases are renewed until the last of it is done.
        await worker.drain(DRAIN_SECONDS)
        await _cancel(background)
        await jobs.stop(JOBS_STOP_SECONDS)
        with suppress(StoreUnavailable):  # others will find out by themselves
            await processes.leave()
    log.info("stopped")


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _database_answers(inbox: Inbox) -> Check:
    async def check() -> str | None:
        try:
            await inbox.depth()
        except StoreUnavailable:
            return "cannot be reached"
        return None

    return check


async def _me(webex: Webex) -> Me:
    try:
        return await webex.me()
    except WebexUnauthorized:
        raise TokenRefused from None


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
