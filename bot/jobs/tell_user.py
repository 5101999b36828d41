"""The user is told by mail of what was done for them; tried for a day, and what became of it is in the audit.

A crash at the wrong moment may tell twice: better than never. Mail that is held back waits until it is not: to
vouch for a caller is mostly the beginning of that.
"""

from datetime import datetime
from enum import StrEnum

from bot.jobs.services import Services
from helpdesk.directory import NotFound, PersonDetails
from helpdesk.mail import MailError
from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.proof.gate import Act, Subject
from helpdesk.proof.gate.telling import NAME, audit_told, told

# Seconds between the attempts: nearly a day in all.
PAUSES = (60, 300, 1_800, 7_200, 25_200, 50_400)


class Telling(StrEnum):
    """What became of telling the user, as the audit says it. Any other outcome is a failure that may pass."""

    TOLD = "told"
    UNCERTAIN = "told, perhaps: the mail server's last word is missing"
    HELD_BACK = "not told: mail is held back"
    GONE = "not told: the user is gone"


FINAL = frozenset({Telling.TOLD, Telling.UNCERTAIN, Telling.GONE})


async def tell_user(run: Run[Services], *, event_id: str, act: str, person_id: str, agent: str, at: str) -> None:
    for pause in (*PAUSES, None):
        outcome = await run.step(attempt, act, person_id, agent, at)
        if outcome in FINAL or pause is None:
            break
        await run.sleep(pause)
    await run.step(record, act, person_id, outcome, event_id)


async def attempt(services: Services, act: str, person_id: str, agent: str, at: str) -> str:
    """A Telling, or the failure."""
    desk = services.desk
    user = await _user(services, person_id)
    if user is None:
        return Telling.GONE
    try:
        if any(entry.is_blocking for entry in await desk.suppression.find(user.person.email)):
            return Telling.HELD_BACK
        sent = await desk.mailer.send(told(Act(act), user, agent, datetime.fromisoformat(at)))
    except (MailError, MailProviderError) as error:
        return f"not told: {type(error).__name__}"
    return Telling.TOLD if sent.is_certain else Telling.UNCERTAIN


async def record(services: Services, act: str, person_id: str, outcome: str, event_id: str) -> None:
    user = await _user(services, person_id)
    subject = Subject(user.person.email if user else person_id, user)
    await audit_told(Act(act), subject, outcome, event_id, services.desk)


async def _user(services: Services, person_id: str) -> PersonDetails | None:
    try:
        return await services.desk.directory.person(person_id)
    except NotFound:
        return None


JOB = Job(NAME, tell_user)
