"""Every few hours everything is synced; what a process that died left undone is done soon after.

How often it is due is a setting, which a schedule cannot know: it is looked at every hour.
"""

from helpdesk import Helpdesk
from helpdesk.jobs import Job
from helpdesk.jobs.run import Run

# Less than a step may take.
SLICE_SECONDS = 20.0


async def sync(run: Run[Helpdesk]) -> None:
    if await run.step(is_due):
        while not await run.step(advance):
            pass


async def is_due(desk: Helpdesk) -> bool:
    return desk.sync is not None and await desk.sync.is_due()


async def advance(desk: Helpdesk) -> bool:
    """Whether it has ended. It goes on in this process between these steps."""
    return desk.sync is None or await desk.sync.advance(SLICE_SECONDS)


JOB = Job("sync", sync, schedule="41 * * * *")
