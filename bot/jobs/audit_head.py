"""Once a day the signed head of the audit leaves this machine: by the log, and to the partner administrators 1:1.

What was removed, made anew or put back after that does not fit it: `helpdesk audit verify --head` tells.
"""

import structlog

from bot.jobs.services import Services
from helpdesk.audit.heads import EVENT
from helpdesk.people.notices import Notice, Urgency, notify
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run

log = structlog.get_logger()


async def audit_head(run: Run[Services]) -> None:
    await run.step(tell_head)


async def tell_head(services: Services) -> None:
    desk = services.desk
    told = await desk.audit.tell_head()
    if told is None:
        return
    log.info(EVENT, **told.fields)
    about = {"head": f"{told.id}/{told.hash}", "rows": str(told.id)}
    day = f"{EVENT} {told.at:%Y-%m-%d}"
    await notify(desk.store, Notice.AUDIT_HEAD, about, key=day, urgency=Urgency.DAILY, now=told.at)


# Before notices are gathered for the day, and not on the hour, when everyone else's timers go off.
JOB = Job("audit head", audit_head, schedule="2 6 * * *")
