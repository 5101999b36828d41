"""`resend <address>`: a test mail to a user, watched until it arrives; or Webex's own welcome mails.

Our own mail goes to the one user. Webex's go to a whole customer, so that takes an advanced agent, who is told so.
"""

from datetime import timedelta

from cards import activation as activation_card
from cards import email as email_card
from cards import resend as card
from cards.elements import Card
from commands.command import Action, Command, Gate, Message, Owner, Submission, audit
from helpdesk.directory import NotFound, PersonDetails
from helpdesk.mail.probe import ProbeMail, ProbeOutcome, send_trial, subject_for, was_sent
from helpdesk.people.access import Permission
from helpdesk.platform.errors import Refused
from helpdesk.platform.jobs import JobsUnavailable
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import parse_address
from helpdesk.proof.gate import Act
from helpdesk.services import Helpdesk

# What bot.jobs lists them as; both go on for so long.
WATCH, FOLLOW = "watch", "activation"
WATCHED_FOR = timedelta(minutes=30)
WORTH_WATCHING = (ProbeOutcome.TAKEN, ProbeOutcome.TAKEN_TELLS_FAILURES, ProbeOutcome.UNCERTAIN)


async def show(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.form(email_card.address_field(message.say), message.say)
    return _ways(await _user_with(message.text, desk), message, desk)


async def show_from_card(submission: Submission, desk: Helpdesk) -> Card:
    """From a button, which knows the user, or from the form, which asks for an address."""
    known = submission.about.get(card.PERSON)
    if known:
        return _ways(await desk.directory.person(known), submission, desk)
    return _ways(await _user_with(submission.inputs.get(email_card.ADDRESS, ""), desk), submission, desk)


async def send(submission: Submission, desk: Helpdesk) -> Card:
    to = await desk.directory.person(submission.about[card.PERSON])
    address = to.person.email
    held = [each for each in await desk.suppression.find(address) if each.is_blocking]
    # Worked on again after a crash, this very event's mail may be out and have bounced since.
    if held and not await was_sent(desk, submission.event_id):
        await _audit("resend", to, "not sent: suppressed", submission, desk)
        return card.held_back(address, held, submission.say)
    trial = await send_trial(desk, to, submission.sender.email, submission.event_id)
    await _audit("resend", to, f"test mail: {trial.outcome}", submission, desk)
    is_watched = trial.outcome in WORTH_WATCHING and await _watch(trial, to, submission, desk)
    return card.sent(trial, WATCHED_FOR if is_watched else None, submission.say)


async def ask_activation(submission: Submission, desk: Helpdesk) -> Card:
    to = await desk.directory.person(submission.about[activation_card.PERSON])
    return activation_card.asked(to, submission.sender, submission.say)


async def activate(submission: Submission, desk: Helpdesk) -> Card:
    to = await desk.directory.person(submission.about[activation_card.PERSON])
    if desk.activation is None:
        raise Refused(Text("This desk cannot ask Webex to send mails."), Text("The operator sets WEBEX_CLIENT_ID."))
    job = await desk.activation.start(to.organization.webex_id, submission.event_id)
    await _audit("resend.activation", to, "welcome mails to the whole customer", submission, desk)
    is_followed = await _follow(job.id, to, submission, desk)
    return activation_card.begun(to.organization.display_name, is_followed, submission.say)


def _user(submission: Submission) -> str:
    """The id of the user whose card it is: on both cards by the same name."""
    return str(submission.about[card.PERSON])


async def _user_with(text: str, desk: Helpdesk) -> PersonDetails:
    found = await desk.directory.person_with(parse_address(text))
    if found is None:
        raise NotFound
    return found


def _ways(user: PersonDetails, event: Message | Submission, desk: Helpdesk) -> Card:
    may_activate = desk.activation is not None and event.sender.may(Permission.MAIL_CUSTOMER)
    return card.ways(user, may_activate, event.sender, event.say)


async def _watch(trial: ProbeMail, to: PersonDetails, submission: Submission, desk: Helpdesk) -> bool:
    """Whether a job looks out for the mail from now on."""
    about = {"address": trial.address, "subject": subject_for(to), "since": trial.at.isoformat()}
    return await _start(WATCH, about, submission, desk)


async def _follow(job_id: str, to: PersonDetails, submission: Submission, desk: Helpdesk) -> bool:
    return await _start(FOLLOW, {"webex_job": job_id, "person": to.person.id}, submission, desk)


async def _start(job: str, about: dict[str, str], submission: Submission, desk: Helpdesk) -> bool:
    sender = submission.sender
    asked = {
        "person_id": sender.person_id,
        "email": sender.email,
        "space_id": submission.space_id,
        "thread_id": submission.thread_id,
        "is_direct": submission.is_direct,
        "event_id": submission.event_id,
    }
    try:
        await desk.jobs.start_workflow(job, submission.event_id, asked=asked, **about)
    except JobsUnavailable:
        return False
    return True


async def _audit(action: str, to: PersonDetails, outcome: str, submission: Submission, desk: Helpdesk) -> None:
    await audit(submission, desk, action, to.person.email, outcome, organization_id=to.organization.id)


COMMAND = Command(
    keyword="resend",
    usage=Text("resend <address>"),
    help=Text("send a user a test mail, and see whether it arrives"),
    permission=Permission.UNSUPPRESS,
    on_message=show,
    on_submit={
        card.SHOW: Action(show_from_card, Owner.ANYONE_IN_SCOPE),
        card.SEND: Action(send, Owner.ANYONE_IN_SCOPE, Gate(Act.SEND_TEST, _user)),
        activation_card.ASK: Action(ask_activation, Owner.ANYONE_IN_SCOPE, permission=Permission.MAIL_CUSTOMER),
        activation_card.START: Action(activate, Owner.ASKER, Gate(Act.MAIL_CUSTOMER, _user), Permission.MAIL_CUSTOMER),
    },
    aliases=("renvoyer",),
)
