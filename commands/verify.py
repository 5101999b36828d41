"""`verify <address>`: prove that the caller is the user.

A code goes to the user's mailbox; the caller reads it back; the agent enters what was heard and never
sees the code itself. An address that mail is held back from would never get the code, so the
suppression list is asked first and other proofs are offered: a 1:1 message in Webex, or a second
agent who vouches for the caller (`vouching`).
"""

from datetime import datetime

from cards import email as email_card
from cards import verification as card
from cards.elements import Card
from commands import vouching
from commands.command import Action, Command, Event, Message, NotGated, Owner, Reply, Submission, audit
from commands.details import person_card
from helpdesk.directory import NotFound, PersonDetails
from helpdesk.mail import MailError
from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.people.access import Permission
from helpdesk.people.notices import Notice, Urgency, notify, tell_soon
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import parse_address
from helpdesk.platform.webex.client import WebexError
from helpdesk.proof.verification import Asker, Policy, Proof, Verified, Wrong
from helpdesk.services import Helpdesk


async def start(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.form(email_card.address_field(message.say), message.say)
    return await _send_to_address(message.text, message, desk)


async def start_from_form(submission: Submission, desk: Helpdesk) -> Card:
    return await _send_to_address(submission.inputs.get(email_card.ADDRESS, ""), submission, desk)


async def send(submission: Submission, desk: Helpdesk) -> Card:
    to = await desk.directory.person(submission.about["person"])
    return await _send(to, Proof(submission.about["proof"]), submission, desk)


async def check(submission: Submission, desk: Helpdesk) -> Reply:
    sender, say = submission.sender, submission.say
    code = submission.inputs.get(card.CODE, "")
    outcome = await desk.verification.check(
        submission.about["verification"], _asker(submission), code, submission.event_id
    )
    if isinstance(outcome, Verified):
        to = await desk.directory.person(outcome.person_id)
        await _audit(to, "verify.confirmed", f"{outcome.proof} confirmed", submission, desk)
        return await person_card(to, sender, desk, say)
    to = await desk.directory.person(outcome.challenge.person_id)
    await _audit(to, "verify.wrong", _what(outcome), submission, desk)
    if outcome.agent_locked_until:
        await _tell_administrators(submission, outcome.agent_locked_until, desk)
    return card.wrong(outcome, to, sender, say)


def _what(outcome: Wrong) -> str:
    if outcome.agent_locked_until:
        return "wrong code; the agent’s codes are locked"
    return "locked" if outcome.locked_until else "wrong code"


async def _tell_administrators(submission: Submission, until: datetime, desk: Helpdesk) -> None:
    """An agent who tries codes on many users may be guessing, or somebody may be at their account."""
    key = f"wrong codes {submission.sender.person_id} {until:%Y-%m-%dT%H:%M}"
    about = {"email": submission.sender.email, "count": str(Policy().wrong_per_agent_hour)}
    await notify(desk.store, Notice.WRONG_CODES, about, key=key, urgency=Urgency.NOW, now=desk.now())
    await tell_soon(desk.jobs, key)


async def _send_to_address(text: str, event: Event, desk: Helpdesk) -> Card:
    to = await desk.directory.person_with(parse_address(text))
    if to is None:
        raise NotFound
    return await _send(to, Proof.MAILBOX, event, desk)


async def _send(to: PersonDetails, proof: Proof, event: Event, desk: Helpdesk) -> Card:
    say, doubt = event.say, None
    if proof is Proof.MAILBOX:
        held, doubt = await _held(to, desk)
        # Worked on again after a crash, this very event's code may be out and have bounced since.
        if held and not await desk.verification.has_sent(event.event_id):
            await _audit(to, "verify.send", "not sent: suppressed", event, desk)
            return card.cannot_arrive(to, held, say)
    try:
        challenge = await desk.verification.send(to.person, to.organization, proof, _asker(event), event.event_id)
    except (MailError, WebexError) as error:
        # The caller is still on the line: the card offers what can be done instead.
        await _audit(to, "verify.send", f"not sent: {type(error).__name__}", event, desk)
        return card.not_sent(to, say(error.text), say(error.advice) if error.advice else "", say)
    await _audit(to, "verify.send", "sent" if challenge.is_certain else "unknown whether sent", event, desk)
    return card.sent(challenge, to, doubt, event.sender, say)


async def _held(to: PersonDetails, desk: Helpdesk) -> tuple[list[SuppressionEntry], Text | None]:
    """What holds mail to the user back; and why that is not known, where the provider cannot be asked."""
    try:
        return [each for each in await desk.suppression.find(to.person.email) if each.is_blocking], None
    except MailProviderError as error:
        return [], error.text


def _asker(event: Event) -> Asker:
    # A code stays bound to the space it was asked in, where its card has to go 1:1.
    began_in = event.began_in if isinstance(event, Submission) else ""
    return Asker(event.sender.person_id, event.sender.email, began_in or event.space_id)


async def _audit(to: PersonDetails, action: str, outcome: str, event: Event, desk: Helpdesk) -> None:
    await audit(event, desk, action, to.person.email, outcome, organization_id=to.organization.id)


_PROVES = NotGated("it is how a caller is proven: by a code, or by a second agent")

COMMAND = Command(
    keyword="verify",
    usage=Text("verify <address>"),
    help=Text("send the user a code that the caller reads back to you"),
    permission=Permission.VERIFY,
    on_message=start,
    on_submit={
        card.START: Action(start_from_form, Owner.ANYONE_IN_SCOPE, _PROVES),
        card.SEND: Action(send, Owner.ANYONE_IN_SCOPE, _PROVES),
        card.CHECK: Action(check, Owner.ASKER, _PROVES),
        card.ASK: Action(vouching.ask, Owner.ANYONE_IN_SCOPE),
        card.REQUEST: Action(vouching.request, Owner.ASKER),
        card.APPROVE: Action(vouching.approve, Owner.ANYONE_IN_SCOPE, _PROVES, Permission.OVERRIDE),
    },
    guard=_PROVES,
    aliases=("code", "verifier"),
)
