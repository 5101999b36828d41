"""The jobs of the desk: one file each, listed here."""

from bot.jobs import clean_up, sync
from helpdesk import Helpdesk
from helpdesk.jobs import Job

JOBS: tuple[Job[Helpdesk], ...] = (clean_up.JOB, sync.JOB)
