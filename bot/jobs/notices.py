"""Partner administrators are told 1:1 what the desk has for them: urgent notices soon, the others once a day.

Each notice belongs to one run, and each administrator is told in a step of their own: a run that dies goes on where
it was, and a message that is there already is found by its mark.
"""

from uuid import uuid4

import structlog

from bot.jobs.services import Services
from cards import notices as card
from helpdesk.people.access import administrators
from helpdesk.people.notices import NAME, read, take, told
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.language import language
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

# The person has blocked the bot, is none of Webex's any more, or may not be written to.
REFUSED = (400, 403, 404)


async def tell(run: Run[Services]) -> None:
    batch = await run.step(begin)
    keys = await run.step(take_due, batch)
    if not keys:
        return
    for email in await run.step(readers):
        await run.step(tell_one, batch, keys, email)
    await run.step(end, keys)


async def begin(_: Services) -> str:
    """A name for what this run tells."""
    return str(uuid4())


async def take_due(services: Services, batch: str) -> list[str]:
    return await take(services.desk.store, batch, services.desk.now())


async def readers(services: Services) -> list[str]:
    """The addresses of all partner administrators."""
    return sorted(await administrators(services.desk.store, services.desk.access.partner_admins))


async def tell_one(services: Services, batch: str, keys: list[str], email: str) -> None:
    notices = await read(services.desk.store, keys)
    if not notices:
        return
    person_id, chosen = await services.desk.access.reader(email)
    say = language(chosen)
    try:
        told_card, key = card.told(notices, say), f"{NAME} {batch}"
        await services.announcer.begin_alone(told_card, email, key, say(card.WELCOME), person_id)
    except WebexError as error:
        if error.status not in REFUSED:
            raise
        log.warning("administrator_not_told", status=error.status, notices=len(notices))


async def end(services: Services, keys: list[str]) -> None:
    await told(services.desk.store, keys, services.desk.now())


# Urgent ones have a run of their own at once: this is for those that could not have one, and for the daily ones.
JOB = Job(NAME, tell, schedule="4-59/10 * * * *")
