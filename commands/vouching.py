"""A second agent vouches for a caller: asked for with a reason, answered by somebody else who may, both recorded.

What is vouched for is a user, or an address that is no user's; the buttons carry which, as the card showed it.
"""

from cards import verification as card
from cards.elements import Card
from commands.command import Elsewhere, Reply, Submission, audit, parse_reason
from helpdesk.directory import NotFound
from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.proof.gate import Act, Subject
from helpdesk.proof.gate.telling import tell_user
from helpdesk.proof.verification import Asker
from helpdesk.services import Helpdesk


class AskerMayNot(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Who asked may not go on with this user any more."), Text("Nothing was approved. Ask them what to do.")
        )


async def ask(submission: Submission, desk: Helpdesk) -> Card:
    return card.ask(await _subject(submission, desk), submission.sender, submission.say)


async def request(submission: Submission, desk: Helpdesk) -> Reply:
    say, sender = submission.say, submission.sender
    reason = parse_reason(submission.inputs.get(card.REASON, ""))
    subject = await _subject(submission, desk)
    if submission.is_direct and not desk.desk_spaces:
        raise Refused(
            Text("There is no other agent in this conversation."),
            Text("Ask in a space that other agents are in, or have the operator name a desk space."),
        )
    await _audit(subject, "verify.request", "asked", submission, desk, reason)
    asked = card.request(subject, sender, submission.space_id, reason, say)
    if not submission.is_direct:
        return asked
    return [card.requested(say), Elsewhere(asked, desk.desk_spaces[0])]


async def approve(submission: Submission, desk: Helpdesk) -> Reply:
    about, sender = submission.about, submission.sender
    subject = await _subject(submission, desk)
    if subject.user is None and sender.customers is not None:
        raise NotFound  # it may be of a customer that is not theirs
    asker = Asker(about["agent"], about["agent_email"], about["space"])
    asking, _ = await desk.access.recognise(asker.agent_id, asker.email)
    if not _may_go_on(asking, subject):
        raise AskerMayNot
    verified = await desk.verification.approve(
        subject.key, asker, sender.person_id, about["reason"], submission.event_id
    )
    await _audit(subject, "verify.approve", f"vouched for, for {asker.email}", submission, desk, about["reason"])
    if subject.user:
        await tell_user(Act.VOUCH, subject.user, asker.email, submission.event_id, desk)
    is_listed, now = await _is_listed(subject.address, desk), desk.now()
    approved = card.approved(subject, verified, asker.email, is_listed, now, submission.say)
    if asker.space_id == submission.space_id:
        return approved
    # Of an address that is nobody's, who is limited may not know whether it is another customer's.
    is_listed = is_listed and (asking.customers is None or subject.user is not None)
    theirs = card.approved(subject, verified, asker.email, is_listed, now, submission.say)
    return [approved, Elsewhere(theirs, asker.space_id, asker.email)]


def _may_go_on(asking: Sender, subject: Subject) -> bool:
    """Whether who asked is still an agent, and of this user's customer."""
    is_theirs = asking.customers is None or subject.organization_id in (None, *asking.customers)
    return asking.may(Permission.USE_DESK) and is_theirs


async def _subject(submission: Submission, desk: Helpdesk) -> Subject:
    """Whom the card was about. An address that has become a user's since is still what the agents agreed on."""
    about = submission.about
    if "address" in about:
        return Subject(about["address"])
    user = await desk.directory.person(about["person"])
    return Subject(user.person.email, user)


async def _is_listed(address: str, desk: Helpdesk) -> bool:
    """Where the provider cannot be asked there is no button to clear it; who wants to can ask for it by name."""
    try:
        return bool(await desk.suppression.find(address))
    except MailProviderError:
        return False


async def _audit(
    subject: Subject, action: str, outcome: str, submission: Submission, desk: Helpdesk, reason: str
) -> None:
    customer = subject.organization_id
    await audit(submission, desk, action, subject.address, outcome, organization_id=customer, reason=reason)
