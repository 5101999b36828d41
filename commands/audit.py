"""`audit`: what you did today; with an address or a customer, what was done about them; as a file, too.

It goes to who asked, in their own conversation with the bot: an agent's acts are no other agent's business.
"""

from dataclasses import replace

from cards import audit as card
from cards.elements import Card
from commands.command import Action, Command, Event, Message, NotGated, Owner, Shows, Submission, audit
from helpdesk.audit_questions import AuditPage, AuditQuestion, Scope, ask
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import read_address
from helpdesk.search import HitKind
from helpdesk.services import Helpdesk

FILE_JOB = "audit file"


async def show(message: Message, desk: Helpdesk) -> Card:
    text = message.text.strip()
    if not text:
        return await _show(_today(desk), message, desk)
    if address := read_address(text):
        return await _show(AuditQuestion(Scope.USER, address), message, desk)
    found = await desk.directory.find(text)
    customers = [hit for hit in found.hits if hit.kind is HitKind.ORGANIZATION]
    if len(customers) == 1:
        return await _show(AuditQuestion(Scope.CUSTOMER, customers[0].id), message, desk)
    return card.several(found.text, customers, message.say) if customers else card.none(found.text, message.say)


async def open_question(submission: Submission, desk: Helpdesk) -> Card:
    return await _show(AuditQuestion.read(submission.about), submission, desk)


async def next_page(submission: Submission, desk: Helpdesk) -> Card:
    question = AuditQuestion.read(submission.about)
    page = await ask(question, submission.sender, desk, card.PAGE, submission.about["before"])
    return card.acts(page, submission.sender, submission.say)


async def file(submission: Submission, desk: Helpdesk) -> Card:
    question = AuditQuestion.read(submission.about)
    # Refused now, to who asks, rather than later, to nobody.
    page = await ask(question, submission.sender, desk, size=1)
    asked = {
        "event_id": submission.event_id,
        "person_id": submission.sender.person_id,
        "email": submission.sender.email,
        "space_id": submission.space_id,
        "thread_id": submission.thread_id,
        "is_direct": submission.is_direct,
    }
    await desk.jobs.start_workflow(FILE_JOB, submission.event_id, asked=asked, question=question.about)
    await _audit(page, "audit.file", submission, desk)
    return card.file_follows(submission.say)


async def _show(question: AuditQuestion, event: Event, desk: Helpdesk) -> Card:
    page = await ask(question, event.sender, desk, card.PAGE)
    await _audit(page, "audit", event, desk)
    return card.acts(page, event.sender, event.say)


async def _audit(page: AuditPage, action: str, event: Event, desk: Helpdesk) -> None:
    customer = page.question.of if page.question.scope is Scope.CUSTOMER else None
    if page.question.scope is Scope.USER:
        customer = await desk.directory.organization_of(page.question.of)
    subject = page.of or page.question.scope.value
    await audit(event, desk, action, subject, "shown" if action == "audit" else "asked for", organization_id=customer)


def _today(desk: Helpdesk) -> AuditQuestion:
    return replace(AuditQuestion(Scope.MINE), since=desk.now().replace(hour=0, minute=0, second=0, microsecond=0))


COMMAND = Command(
    keyword="audit",
    usage=Text("audit [<address> or <customer>]"),
    help=Text("what you did today, or what was done about a user or a customer"),
    permission=Permission.USE_DESK,
    on_message=show,
    on_submit={
        card.OPEN: Action(open_question, Owner.ANYONE_IN_SCOPE),
        card.ALL: Action(open_question, Owner.ASKER, permission=Permission.READ_AUDIT),
        card.NEXT: Action(next_page, Owner.ASKER),
        card.FILE: Action(file, Owner.ASKER, NotGated("a job sends what they may read; nothing else is changed")),
    },
    aliases=("journal", "trace"),
    shows=Shows.FOR_ASKER_ALONE,
)
