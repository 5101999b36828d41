"""What the steps of jobs are given."""

from dataclasses import dataclass

from bot.outgoing.notifier import Announcer
from helpdesk.services import Helpdesk


@dataclass(slots=True)
class Services:
    """Not frozen: the desk gets the jobs, so that a step can start another, once these are made with the services."""

    desk: Helpdesk
    announcer: Announcer
