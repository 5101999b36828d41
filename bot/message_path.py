"""The way of a message through the process, put together: claimed, answered, sent; and the jobs that speak up later."""

from dataclasses import dataclass, replace

from bot.announcing import Announcer
from bot.answering import Answering
from bot.base import Base
from bot.buttons import Buttons
from bot.desk import build
from bot.dispatch import Dispatch
from bot.edits import Edits
from bot.inbox import Inbox
from bot.jobs import JOBS
from bot.jobs.services import Services
from bot.outbox import Outbox
from bot.own import OwnMessages
from bot.privacy import Privacy
from bot.settings import Settings
from bot.worker import Worker
from commands import COMMANDS
from helpdesk import Helpdesk
from helpdesk.clock import Clock
from helpdesk.jobs.engine import Jobs
from helpdesk.processes import Processes, this_process


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
