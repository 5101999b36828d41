"""The running bot: from settings to answering, until it is told to stop."""

import asyncio
import gc
import signal
import time
from contextlib import AsyncExitStack, suppress
from functools import partial

import structlog

from bot.background import LongWork
from bot.connections import Base, open_base
from bot.http.bounces import Bounces
from bot.http.edge.bind import bind_of
from bot.http.mail_hooks import MailHooks
from bot.http.readiness import database_writes
from bot.http.servers import WebServer
from bot.mail_provider import mail_provider
from bot.message_path import message_path
from bot.outgoing.sent_messages import OwnMessages
from bot.pages.served import pages
from bot.settings import Settings
from bot.transports.catch_up import Missed
from bot.transports.transport import ByWebhook, ByWebsocket, Gaps, Hearing, WayIn
from helpdesk.audit import Audit
from helpdesk.audit.refused import RefusedKind
from helpdesk.people.agents import list_agents
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.language import warm_up
from helpdesk.platform.store import Store, StoreUnavailable

log = structlog.get_logger()

# What is in work when we are told to stop gets this long: hosts wait 20 s for all of it, the way in takes up to 4.
DRAIN_SECONDS = 15


async def serve(settings: Settings, stop: asyncio.Event | None = None, now: Clock = utc_now) -> bool:
    """Answer until `stop` is set or the process is told to end; False when threads are left that would hold that up.

    Raises HelpdeskError where it cannot start: the token is refused, Webex or the database is away, the
    database is at another version, or the port is taken.
    """
    began = time.monotonic()
    stop = stop or _stop_on_signal()
    # Taken down in the opposite order: a thing goes before what it leans on.
    async with AsyncExitStack() as stack:
        base = await open_base(settings, stack)
        await _warn_if_nobody_may(settings, base.store)
        own = OwnMessages()
        path = message_path(settings, base, own, now)
        desk, worker = path.desk, path.worker
        missed = Missed(base.webex, worker.take, base.me, now)
        worker.on_unanswered = missed.since

        def ready() -> None:
            log.info("desk_ready", transport=settings.transport, seconds=round(time.monotonic() - began, 2))

        gaps = Gaps(missed, await worker.inbox.last_heard(), ready)
        access = desk.access
        # A webhook delivery reaches one process, a websocket frame each.
        changed = access.members_changed_for_all if settings.transport == "webhook" else access.members_changed
        await desk.audit.begin()
        stack.push_async_callback(_write_refused, desk.audit)
        count_hook = partial(desk.audit.refused.count, RefusedKind.HOOK)
        hearing = Hearing(
            base.me.id,
            worker.take,
            own,
            gaps,
            base.metrics,
            changed,
            access.members_untold,
            partial(count_hook, "webex"),
        )
        way_in = _way_in(settings, base, path.processes.name, hearing)
        checks = {"database": database_writes(base.store, path.processes.name), "webex": way_in.problem}
        bounces = Bounces(settings, base.store, now)
        provider = mail_provider(settings, base.client.session, base.store, now)
        hooks = [*way_in.routes, *bounces.routes, MailHooks(provider, base.store, partial(count_hook, "mail")).route]
        web = WebServer(settings.port, hooks, checks, base.metrics, pages(desk), bind_of(settings))
        await web.start()
        stack.push_async_callback(web.stop)
        await bounces.start()
        stack.push_async_callback(bounces.stop)
        long_work = LongWork(path.jobs, path.processes, desk.sync, way_in)
        going = (worker.keep_going(), long_work.keep_going(), desk.audit.keep_writing_refused())
        background = [asyncio.create_task(each) for each in going]
        stack.push_async_callback(_cancel, background)
        await long_work.join()
        await way_in.start()
        background.append(asyncio.create_task(way_in.keep_going()))
        await asyncio.to_thread(warm_up)
        _spare_the_collector()
        await stop.wait()

        log.info("desk_stopping")
        way_in.take_no_more()
        await asyncio.gather(web.stop(), missed.stop())
        # Leases are renewed until the last of it is done, and our own messages heard: one may be a call's that broke.
        _, is_clean = await asyncio.gather(worker.drain(DRAIN_SECONDS), long_work.stop())
        await way_in.stop()
        await _cancel(background)
    log.info("desk_stopped")
    return is_clean


def _way_in(settings: Settings, base: Base, process: str, hearing: Hearing) -> WayIn:
    if settings.transport == "webhook":
        return ByWebhook(settings, base.client, hearing)
    return ByWebsocket(settings, process, hearing)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _write_refused(audit: Audit) -> None:
    """What was counted since the last minute; a database that is away is not waited for."""
    with suppress(StoreUnavailable):
        await audit.write_refused()


def _spare_the_collector() -> None:
    """What was made up to now lives as long as the process: looking through it again and again takes time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _warn_if_nobody_may(settings: Settings, store: Store) -> None:
    if not settings.partner_admins and not settings.desk_spaces and not await list_agents(store):
        log.warning("no_agents", fix="set HELPDESK_PARTNER_ADMINS, or: helpdesk agents add")
