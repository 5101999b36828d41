"""`unsuppress <address>`: let mail reach an address that is held back; `unsuppress undo <address>` takes that back.

Two steps, so that a slip of the keyboard lifts nothing: the reply shows what holds the address, and
its button lifts it. A spam complaint is lifted only by an advanced agent, who says why.
"""

from collections.abc import Collection

from cards import cleared as cleared_card
from cards import email as email_card
from cards import suppression as card
from cards.elements import Card
from commands import bulk
from commands.command import (
    Action,
    Command,
    Event,
    Gate,
    Message,
    Owner,
    Reply,
    Submission,
    audit,
    parse_reason,
)
from helpdesk.mail.suppression import GUARDED, SuppressionEntry
from helpdesk.mail.suppression.clearing import clear
from helpdesk.mail.suppression.lifted import NothingToUndo, last_lifting, undo
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.platform.text.address import parse_address
from helpdesk.proof.gate import Act
from helpdesk.proof.gate.telling import tell_user
from helpdesk.services import Helpdesk

UNDO_WORDS = ("undo", "annuler")


async def show(message: Message, desk: Helpdesk) -> Reply:
    first, _, rest = message.text.strip().partition(" ")
    if not first and not message.files:
        return card.form(email_card.address_field(message.say), message.say)
    if first.lower() in UNDO_WORDS:
        return await _last_clearing(parse_address(rest), message, desk)
    if bulk.is_list(message):
        return await bulk.show(message, desk)
    return await _state(parse_address(message.text), message, desk)


async def show_from_card(submission: Submission, desk: Helpdesk) -> Card:
    """From a button, which knows the address, or from the form, which asks for it."""
    address = parse_address(submission.about.get(card.ADDRESS) or submission.inputs.get(card.ADDRESS, ""))
    return await _state(address, submission, desk)


async def lift(submission: Submission, desk: Helpdesk) -> Card:
    return await _lift(submission, desk, keeping=GUARDED, reason=None)


async def lift_complaint(submission: Submission, desk: Helpdesk) -> Card:
    reason = parse_reason(submission.inputs.get(card.REASON_GIVEN, ""))
    return await _lift(submission, desk, keeping=(), reason=reason)


async def put_back(submission: Submission, desk: Helpdesk) -> Card:
    address, lifting = _address(submission), submission.about[cleared_card.LIFTING]
    undone = await undo(desk, address, lifting, submission.event_id, submission.sender.email)
    customer = await desk.directory.organization_of(address)
    outcome = f"put back: {_reasons(undone.listed)}"
    await audit(submission, desk, "unsuppress.undo", address, outcome, organization_id=customer)
    return cleared_card.undone(address, undone, submission.say)


async def _state(address: str, event: Event, desk: Helpdesk) -> Card:
    entries = await desk.suppression.find(address)
    if entries:
        return card.held(address, entries, event.sender, event.say)
    last, user = await last_lifting(desk, address), await desk.directory.person_with(address)
    return cleared_card.free(address, last, user, event.sender, event.say)


async def _last_clearing(address: str, message: Message, desk: Helpdesk) -> Card:
    last = await last_lifting(desk, address)
    if last is None:
        raise NothingToUndo
    return cleared_card.undoable(last, message.say)


async def _lift(submission: Submission, desk: Helpdesk, keeping: Collection[Reason], reason: str | None) -> Card:
    address = _address(submission)
    clearing = await clear(desk, address, keeping, submission.event_id, submission.sender.email)
    customer = await desk.directory.organization_of(address)
    outcome = f"cleared: {_reasons(clearing.removal.removed)}"
    await audit(submission, desk, "unsuppress", address, outcome, organization_id=customer, reason=reason)
    last = clearing.lifting or await last_lifting(desk, address)
    user = await desk.directory.person_with(address)
    if user and clearing.removal.removed:
        await tell_user(Act.CLEAR, user, submission.sender.email, submission.event_id, desk)
    return cleared_card.cleared(address, clearing, last, user, submission.sender, submission.say)


def _address(submission: Submission) -> str:
    return parse_address(submission.about[card.ADDRESS])


def _reasons(entries: Collection[SuppressionEntry]) -> str:
    return ", ".join(entry.reason for entry in entries) or "nothing"


COMMAND = Command(
    keyword="unsuppress",
    usage=Text("unsuppress <address>"),
    help=Text("show why mail to an address is held back, and clear it"),
    permission=Permission.UNSUPPRESS,
    on_message=show,
    on_submit={
        card.SHOW: Action(show_from_card, Owner.ANYONE_IN_SCOPE),
        card.LIFT: Action(lift, Owner.ASKER, Gate(Act.CLEAR, _address)),
        card.OVERRIDE: Action(lift_complaint, Owner.ASKER, Gate(Act.CLEAR, _address), Permission.CLEAR_COMPLAINT),
        cleared_card.UNDO: Action(put_back, Owner.ANYONE_IN_SCOPE, Gate(Act.RESTORE, _address)),
    },
    guard=bulk.KEEPS_A_LIST,
    aliases=("clear", "unblock", "debloquer"),
)
