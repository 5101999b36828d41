"""What the steps of jobs are given."""

from dataclasses import dataclass

from bot.announcing import Announcer
from helpdesk import Helpdesk


@dataclass(frozen=True, slots=True)
class Services:
    desk: Helpdesk
    announcer: Announcer
