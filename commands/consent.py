"""`consent <customer>`: ask the administrators of a customer to let you look at their organization.

Here the question is put and can be taken back. The answer is given on a page of the administrators' own
(bot/pages/consent.py); the job beside it tells everybody (bot/jobs/consent.py).
"""

from contextlib import suppress

from cards import consent as card
from cards import view as view_card
from cards.elements import Card
from commands.command import Command, Event, Message, Submission, audit, parse_reason
from helpdesk import Helpdesk
from helpdesk.access import Permission
from helpdesk.consent import JOB
from helpdesk.consent.asking import Question
from helpdesk.consent.auditing import audit_turns
from helpdesk.directory import HitKind, NotFound
from helpdesk.errors import Refused
from helpdesk.jobs import JobsUnavailable
from helpdesk.language import Text
from helpdesk.mail import NoMailer


async def start(message: Message, desk: Helpdesk) -> Card:
    return await _find(message.text, message, desk) if message.text.strip() else card.form(message.say)


async def find(submission: Submission, desk: Helpdesk) -> Card:
    return await _find(submission.inputs.get(card.CUSTOMER, ""), submission, desk)


async def ask(submission: Submission, desk: Helpdesk) -> Card:
    return await _ask(submission.about["organization"], submission, desk)


async def request(submission: Submission, desk: Helpdesk) -> Card:
    organization_id = submission.about["organization"]
    reason = parse_reason(submission.inputs.get(card.REASON, ""))
    _require_ways_to_ask(desk)
    name = await _name(organization_id, desk)
    question = Question(
        agent=submission.sender,
        organization_id=organization_id,
        reason=reason,
        event_id=submission.event_id,
        space_id=submission.space_id,
        thread_id=submission.thread_id,
        is_direct=submission.is_direct,
    )
    case = await desk.consent.ask(question)
    try:
        await desk.jobs.start_workflow(JOB, case.consent.id, consent_id=case.consent.id)
    except JobsUnavailable:
        # Nobody would be written to, and the agent could not ask again.
        await desk.consent.forget(case.consent.id)
        raise
    outcome = f"administrators asked: {len(case.administrators)}"
    await audit(submission, desk, "consent.ask", name, outcome, organization_id=organization_id, reason=reason)
    return card.asked(case, submission.say)


async def end(submission: Submission, desk: Helpdesk) -> Card:
    """Take back a question, or end an access before its time. What has ended otherwise is shown as it ended."""
    case, _ = await desk.consent.end(submission.about["consent"], submission.sender.person_id)
    await audit_turns(case, desk)
    with suppress(JobsUnavailable):  # then the administrators are told a minute later
        await desk.jobs.wake(JOB, case.consent.id)
    return card.told(case, submission.say)


async def _find(text: str, event: Event, desk: Helpdesk) -> Card:
    found = await desk.directory.find(text)
    customers = [hit for hit in found.hits if hit.kind is HitKind.ORGANIZATION]
    if len(customers) == 1:
        return await _ask(customers[0].id, event, desk)
    return card.several(found.text, customers, event.say) if customers else view_card.none(found.text, event.say)


async def _ask(organization_id: str, event: Event, desk: Helpdesk) -> Card:
    _require_ways_to_ask(desk)
    return card.ask(organization_id, await _name(organization_id, desk), event.sender, event.say)


async def _name(organization_id: str, desk: Helpdesk) -> str:
    names = await desk.directory.names(frozenset({organization_id}))
    if not names:
        raise NotFound
    return names[0]


def _require_ways_to_ask(desk: Helpdesk) -> None:
    if desk.site is None:
        raise Refused(
            Text("This desk has no address that a browser could open."),
            Text("The operator sets HELPDESK_PUBLIC_URL."),
        )
    if isinstance(desk.mailer, NoMailer):
        raise Refused(
            Text("This desk has no mail server, so nobody can be asked."),
            Text("The operator sets HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM."),
        )


COMMAND = Command(
    keyword="consent",
    usage=Text("consent <customer>"),
    help=Text("ask a customer’s administrators to let you look at their organization"),
    permission=Permission.ASK_CONSENT,
    on_message=start,
    on_submit={card.FIND: find, card.ASK: ask, card.REQUEST: request, card.END: end},
    aliases=("consentement",),
)
