"""Every few hours everything is synced; what a process that died left undone is done soon after.

How often it is due is a setting, which a schedule cannot know: it is looked at every hour.
"""

from bot.jobs.services import Services
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run

# Less than a step may take.
SLICE_SECONDS = 20.0


async def sync(run: Run[Services]) -> None:
    if await run.step(is_due):
        while not await run.step(advance):
            pass


async def is_due(services: Services) -> bool:
    work = services.desk.sync
    return work is not None and await work.is_due()


async def advance(services: Services) -> bool:
    """Whether it has ended. It goes on in this process between these steps."""
    work = services.desk.sync
    return work is None or await work.advance(SLICE_SECONDS)


JOB = Job("sync", sync, schedule="41 * * * *")
