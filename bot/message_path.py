"""The way of a message through the process, put together: claimed, answered, sent; and the jobs that speak up later."""

from dataclasses import dataclass, replace

from bot.connections import Base
from bot.dispatch.audience import Privacy
from bot.dispatch.buttons import Buttons
from bot.dispatch.dispatch import Dispatch
from bot.events.edits import Edits
from bot.events.handler import Answering
from bot.events.inbox import Inbox
from bot.events.worker import Worker
from bot.jobs import JOBS
from bot.jobs.services import Services
from bot.outgoing.notifier import Announcer
from bot.outgoing.outbox import Outbox
from bot.outgoing.sent_messages import OwnMessages
from bot.services import build
from bot.settings import Settings
from commands import COMMANDS
from helpdesk.platform.clock import Clock
from helpdesk.platform.heartbeats import Processes, this_process
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.services import Helpdesk


@dataclass(frozen=True, slots=True)
class MessagePath:
    desk: Helpdesk
    worker: Worker
    jobs: Jobs[Services]
    processes: Processes


def message_path(settings: Settings, base: Base, own: OwnMessages, now: Clock) -> MessagePath:
    secret = settings.secret_key.get_secret_value()
    processes = Processes(base.store, this_process(), settings.transport)
    buttons = Buttons(secret, base.store, now)
    desk = build(settings, base.store, base.client, base.webex, secret, now)
    privacy = Privacy(desk.access, base.webex)
    outbox = Outbox(base.webex, buttons, own, base.me, base.metrics, privacy)
    # Handlers start jobs, and jobs are given the desk that handlers have: one of them has to be told of the other.
    services = Services(desk, Announcer(outbox, desk.access))
    jobs = Jobs(settings.database_url.get_secret_value(), JOBS, services, processes)
    desk = services.desk = replace(desk, jobs=jobs)
    desk.access.identity.jobs = jobs
    dispatch = Dispatch(desk, COMMANDS, buttons, privacy, base.me)
    answering = Answering(base.webex, dispatch, outbox, base.me, Edits(base.store))
    return MessagePath(desk, Worker(Inbox(base.store, processes.name, now), answering, base.metrics), jobs, processes)
