"""A request to a customer is brought to its end: whoever it concerns is told of each turn of it, once.

It is looked at when somebody has answered or ended it, and every minute besides: then the clock may have decided,
the agent may have lost their role, or a mail server that was away may be back.
"""

import structlog

from bot.dispatch.buttons import Thread
from bot.jobs.services import Services
from bot.outgoing.notifier import JobRequester
from cards import consent as card
from helpdesk.mail import Mail, MailError, MailRefused, MailUnsendable
from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.people.access import Permission
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.language import Language, language
from helpdesk.platform.store.tables.proof import ConsentAdministrator
from helpdesk.platform.webex.client import WebexError
from helpdesk.proof.consent import JOB as NAME
from helpdesk.proof.consent import ConsentState, letters
from helpdesk.proof.consent.auditing import audit_mail, audit_turns
from helpdesk.proof.consent.cases import Case
from helpdesk.proof.consent.links import Seat

log = structlog.get_logger()

LOOK_SECONDS = 60
# So often the mails of the end are tried; those of the question for as long as it can be answered.
MOST_ATTEMPTS = 10
# Minutes left at which the agent's line is edited: with its end less than Webex takes of edits.
MOMENTS = (45, 30, 15, 10, 5, 1)
GONE = ""
MAILED = "mailed"
# The agent did it themself, and was answered; or may not be told any more.
_UNTOLD = (ConsentState.ASKED, ConsentState.WITHDRAWN, ConsentState.ENDED, ConsentState.CLOSED)


async def consent(run: Run[Services], *, consent_id: str) -> None:
    told, line, shown, attempts = GONE, "", 60, 0
    unwritten: list[int] = []
    while (state := await run.step(look, consent_id)) != GONE:
        if state != told:
            await run.step(tell_agent, consent_id, state)
            if state == ConsentState.GRANTED:
                line = await run.step(begin_line, consent_id)
            elif line:
                await run.step(end_line, consent_id, line)
            unwritten, attempts = await run.step(everybody, consent_id), 0
        unwritten = [each for each in unwritten if not await run.step(write, consent_id, each, state)]
        if state == ConsentState.ASKED and state != told:
            await run.step(tell_unwritten, consent_id)
        told, attempts = state, attempts + 1
        if not ConsentState(state).is_open and (not unwritten or attempts == MOST_ATTEMPTS):
            return
        if state == ConsentState.GRANTED:
            shown = await run.step(count_down, consent_id, line, shown)
        await run.wait(LOOK_SECONDS)


async def look(services: Services, consent_id: str) -> str:
    """Its state now, which the audit knows as well; GONE for one that nobody remembers."""
    desk = services.desk
    case = await desk.consent.case(consent_id)
    if case is None:
        return GONE
    if case.state.is_open and not await _may_agent_look(case, services):
        case, _ = await desk.consent.close(consent_id)
    await audit_turns(case, desk)
    return case.state.value


async def everybody(services: Services, consent_id: str) -> list[int]:
    case = await services.desk.consent.case(consent_id)
    return [each.number for each in case.administrators] if case else []


async def tell_agent(services: Services, consent_id: str, state: str) -> None:
    case = await services.desk.consent.case(consent_id)
    # It may be further than that by now, and is told of again.
    if case is None or case.state != state or case.state in _UNTOLD or not await _may_agent_look(case, services):
        return
    told = card.told(case, await _say(case, services))
    await services.announcer.say(told, _asker(case), f"consent:{consent_id}:{state}")


async def tell_unwritten(services: Services, consent_id: str) -> None:
    case = await services.desk.consent.case(consent_id)
    is_unwritten = case and any(each.mailed_at is None for each in case.administrators)
    if case and is_unwritten and await _may_agent_look(case, services):
        words = card.not_written(case, await _say(case, services))
        await services.announcer.say(words, _asker(case), f"consent:{consent_id}:unwritten")


async def begin_line(services: Services, consent_id: str) -> str:
    """The id of the line that counts down; edited, it rings no bell."""
    case = await services.desk.consent.case(consent_id)
    if case is None:
        return ""
    words = card.countdown(case, services.desk.now(), await _say(case, services))
    return await services.announcer.write(words, _asker(case), f"consent:{consent_id}:line")


async def count_down(services: Services, consent_id: str, line: str, shown: int) -> int:
    """The minutes at which the line was last edited."""
    case, now = await services.desk.consent.case(consent_id), services.desk.now()
    if case is None or case.consent.until is None:
        return shown
    left = (case.consent.until - now).total_seconds() / 60
    moment = min((each for each in MOMENTS if left <= each), default=shown)
    if moment < shown:
        words = card.countdown(case, now, await _say(case, services))
        await services.announcer.edit(line, words, _asker(case))
    return min(moment, shown)


async def end_line(services: Services, consent_id: str, line: str) -> None:
    case = await services.desk.consent.case(consent_id)
    if case and case.state is not ConsentState.CLOSED:
        words = card.countdown(case, services.desk.now(), await _say(case, services))
        await services.announcer.edit(line, words, _asker(case))


async def write(services: Services, consent_id: str, number: int, state: str) -> bool:
    """Mail an administrator what this state is to them; whether that is done with, as it may be with a refusal."""
    desk, case = services.desk, await services.desk.consent.case(consent_id)
    to = next((each for each in case.administrators if each.number == number), None) if case else None
    if case is None or to is None or case.state != state or desk.site is None:
        return True
    is_question = case.state is ConsentState.ASKED
    # Of what became of it, nobody is told who never got the question.
    if not is_question and to.mailed_at is None:
        return True
    link = desk.site.link("consent", desk.consent.links.token(Seat(consent_id, number)))
    if is_question:
        await _show(services, case, to, link)
        # Before it is: should we be killed meanwhile, who has it is told the rest as well.
        await desk.consent.mailed(consent_id, number)
    is_done, outcome = await _mail(services, (letters.question if is_question else letters.outcome)(case, to, link))
    if is_question and outcome != MAILED:
        await desk.consent.not_mailed(consent_id, number)
    await audit_mail(case, to.email, f"{state}: {outcome}", desk)
    return is_done


async def _mail(services: Services, mail: Mail) -> tuple[bool, str]:
    """Whether it is done with, and what the audit says of it."""
    try:
        if any(entry.is_blocking for entry in await services.desk.suppression.find(mail.to)):
            return False, "not mailed: mail is held back"
    except MailProviderError:
        log.warning("suppression_unknown")
    try:
        await services.desk.mailer.send(mail)
    except MailRefused as error:
        # One that begins with a 4 is for now (RFC 5321, 4.2.1).
        return not error.answer.startswith("4"), "not mailed: refused"
    except MailUnsendable:
        return True, "not mailed: MailUnsendable"
    except MailError as error:
        return False, f"not mailed: {type(error).__name__}"
    return True, MAILED


async def _show(services: Services, case: Case, to: ConsentAdministrator, link: str) -> None:
    """The question as a card, to who talks with the bot; the mail goes out whatever becomes of it."""
    try:
        asked = card.question(case, link, language(to.language))
        await services.announcer.say_alone(asked, to.email, f"consent:{case.consent.id}:{to.number}")
    except WebexError as error:
        log.warning("consent_card_not_sent", status=error.status)


async def _may_agent_look(case: Case, services: Services) -> bool:
    row = case.consent
    agent, _ = await services.desk.access.recognise(row.agent_id, row.agent_email)
    return agent.may(Permission.VIEW) and (agent.customers is None or row.organization_id in agent.customers)


async def _say(case: Case, services: Services) -> Language:
    _, chosen = await services.desk.access.recognise(case.consent.agent_id, case.consent.agent_email)
    return language(chosen)


def _asker(case: Case) -> JobRequester:
    row = case.consent
    return JobRequester(row.agent_id, row.agent_email, Thread(row.space_id, row.thread_id, row.is_direct))


JOB = Job(NAME, consent)
