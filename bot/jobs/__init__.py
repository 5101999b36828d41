"""The jobs of the desk: one file each, listed here."""

from bot.jobs import activation, audit_file, audit_head, bulk, clean_up, consent, notices, sync, tell_user, watch
from bot.jobs.services import Services
from helpdesk.platform.jobs import Job

JOBS: tuple[Job[Services], ...] = (
    audit_file.JOB,
    audit_head.JOB,
    bulk.JOB,
    clean_up.JOB,
    consent.JOB,
    notices.JOB,
    sync.JOB,
    tell_user.JOB,
    watch.JOB,
    activation.JOB,
)
