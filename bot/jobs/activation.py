"""Webex's job of welcome mails is followed until it has ended; its counts are said in the thread, once."""

from contextlib import AsyncExitStack
from typing import Any

from bot.jobs.asked import reader, tell
from bot.jobs.services import Services
from cards import activation as card
from commands.resend import FOLLOW
from helpdesk.directory import NotFound
from helpdesk.people.access import Permission
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.webex.client import WebexError

# Seconds between the looks: an hour in all.
PAUSES = (2, 4, 8, 15, 30) + (60,) * 59


async def follow(run: Run[Services], *, webex_job: str, person: str, asked: dict[str, Any]) -> None:
    for pause in PAUSES:
        await run.sleep(pause)
        if await run.step(is_over, webex_job, person):
            break
    await run.step(tell_counts, webex_job, person, asked)


async def is_over(services: Services, webex_job: str, person: str) -> bool:
    activation = services.desk.activation
    if activation is None:
        return True
    try:
        to = await services.desk.directory.person(person)
        return (await activation.look(to.organization.webex_id, webex_job)).is_over
    except NotFound:
        return True
    except WebexError:
        return False  # it is asked again soon


async def tell_counts(services: Services, webex_job: str, person: str, asked: dict[str, Any]) -> None:
    async with AsyncExitStack() as stack:
        reading = await reader(services, asked, Permission.MAIL_CUSTOMER, stack)
        activation = services.desk.activation
        if reading is None or activation is None:
            return
        try:
            user = await reading.desk.directory.person(person)
        except NotFound:
            return
        organization, address = user.organization.webex_id, user.person.email
        job = await activation.look(organization, webex_job)
        was_skipped = job.skipped > 0 and await activation.was_mailed_lately(organization, webex_job, address)
        await tell(services, card.ended(user, job, was_skipped, reading.say), asked)


JOB = Job(FOLLOW, follow)
