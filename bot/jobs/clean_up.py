"""Every hour, what the desk need not remember any longer is removed."""

from datetime import timedelta

from bot.jobs.services import Services
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.retention import BATCH, LAPSING, remove_lapsed

# Until then, a job that is started with the key of a finished one is taken for that one.
FINISHED_JOBS = timedelta(days=7)


async def clean_up(run: Run[Services]) -> None:
    for what in LAPSING:
        while await run.step(remove_batch, what) == BATCH:
            pass
    while await run.step(remove_audit):
        pass
    while await run.forget_finished(FINISHED_JOBS, BATCH) == BATCH:
        pass


async def remove_batch(services: Services, what: str) -> int:
    after = services.desk.emails_kept_for if what == "emails" else None
    return await remove_lapsed(services.desk.store, what, services.desk.now, after)


async def remove_audit(services: Services) -> int:
    return await services.desk.audit.remove_lapsed()


# Not on the hour, when everyone else's timers go off.
JOB = Job("clean up", clean_up, schedule="17 * * * *")
