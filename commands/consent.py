"""`consent <customer>`: ask the administrators of a customer to let you look at their organization.

Here the question is put and can be taken back. The answer is given on a page of the administrators' own
(bot/pages/consent.py); the job beside it tells everybody (bot/jobs/consent.py).
"""

from contextlib import suppress

from cards import consent as card
from cards.elements import Card
from commands.command import (
    Action,
    AsksItself,
    Command,
    Event,
    Message,
    NotGated,
    Owner,
    Submission,
    audit,
    parse_reason,
)
from commands.customer_choice import chosen, name_of, typed_into
from helpdesk.directory import NotFound
from helpdesk.mail import NoMailer
from helpdesk.people.access import Permission
from helpdesk.platform.errors import Refused
from helpdesk.platform.jobs import JobsUnavailable
from helpdesk.platform.language import Text
from helpdesk.platform.site import NoSite
from helpdesk.proof.consent import JOB
from helpdesk.proof.consent.asking import ConsentQuestion
from helpdesk.proof.consent.auditing import audit_turns
from helpdesk.services import Helpdesk


async def start(message: Message, desk: Helpdesk) -> Card:
    return await _find(message.text, message, desk) if message.text.strip() else card.form(message.say)


async def find(submission: Submission, desk: Helpdesk) -> Card:
    return await _find(typed_into(submission), submission, desk)


async def ask(submission: Submission, desk: Helpdesk) -> Card:
    return await _ask(submission.about["organization"], submission, desk)


async def request(submission: Submission, desk: Helpdesk) -> Card:
    organization_id = submission.about["organization"]
    reason = parse_reason(submission.inputs.get(card.REASON, ""))
    _require_ways_to_ask(desk)
    name = await name_of(organization_id, desk)
    question = ConsentQuestion(
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
    known = await desk.consent.case(submission.about["consent"])
    if known is None:
        raise NotFound
    # Of a customer that is not theirs any more, the desk itself ends it (bot/jobs/consent.py).
    await name_of(known.consent.organization_id, desk)
    case, _ = await desk.consent.end(submission.about["consent"], submission.sender.person_id)
    await audit_turns(case, desk)
    with suppress(JobsUnavailable):  # then the administrators are told a minute later
        await desk.jobs.wake(JOB, case.consent.id)
    return card.told(case, submission.say)


async def _find(text: str, event: Event, desk: Helpdesk) -> Card:
    meant = await chosen(text, card.ask_button, desk, event.say)
    return await _ask(meant, event, desk) if isinstance(meant, str) else meant


async def _ask(organization_id: str, event: Event, desk: Helpdesk) -> Card:
    _require_ways_to_ask(desk)
    return card.ask(organization_id, await name_of(organization_id, desk), event.sender, event.say)


def _require_ways_to_ask(desk: Helpdesk) -> None:
    if desk.site is None:
        raise NoSite
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
    on_submit={
        card.FIND: Action(find, Owner.ANYONE_IN_SCOPE),
        card.ASK: Action(ask, Owner.ANYONE_IN_SCOPE),
        card.REQUEST: Action(request, Owner.ASKER, AsksItself("the customer's administrators, who are asked by it")),
        card.END: Action(end, Owner.ASKER, NotGated("it takes back what was asked for, or given")),
    },
    aliases=("consentement",),
)
