"""`unsuppress <address>`: let mail reach an address that is held back.

Two steps, so that a slip of the keyboard lifts nothing: the reply shows what holds the address, and
its button lifts it. A spam complaint is lifted only by an advanced agent, who says why.
"""

from collections.abc import Collection

from cards import email as email_card
from cards import suppression as card
from cards.elements import Card
from commands.command import Command, Message, Submission, audit, parse_reason
from helpdesk import Helpdesk
from helpdesk.access import Permission
from helpdesk.address import parse_address
from helpdesk.language import Text
from helpdesk.store.tables import Reason
from helpdesk.suppression import GUARDED


async def show(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.form(email_card.address_field(message.say), message.say)
    address = parse_address(message.text)
    return card.held(address, await desk.suppression.find(address), message.sender, message.say)


async def show_from_card(submission: Submission, desk: Helpdesk) -> Card:
    """From a button, which knows the address, or from the form, which asks for it."""
    address = parse_address(submission.about.get(card.ADDRESS) or submission.inputs.get(card.ADDRESS, ""))
    return card.held(address, await desk.suppression.find(address), submission.sender, submission.say)


async def lift(submission: Submission, desk: Helpdesk) -> Card:
    return await _lift(submission, desk, keeping=GUARDED, reason=None)


async def lift_complaint(submission: Submission, desk: Helpdesk) -> Card:
    reason = parse_reason(submission.inputs.get(card.REASON_GIVEN, ""))
    return await _lift(submission, desk, keeping=(), reason=reason)


async def _lift(submission: Submission, desk: Helpdesk, keeping: Collection[Reason], reason: str | None) -> Card:
    address = parse_address(submission.about[card.ADDRESS])
    removal = await desk.suppression.remove(address, submission.event_id, keeping)
    cleared = ", ".join(entry.reason for entry in removal.removed) or "nothing"
    customer = await desk.directory.organization_of(address)
    await audit(submission, desk, "unsuppress", address, f"cleared: {cleared}", organization_id=customer, reason=reason)
    return card.lifted(address, removal, submission.say)


COMMAND = Command(
    keyword="unsuppress",
    usage=Text("unsuppress <address>"),
    help=Text("show why mail to an address is held back, and clear it"),
    permission=Permission.UNSUPPRESS,
    on_message=show,
    on_submit={card.SHOW: show_from_card, card.LIFT: lift, card.OVERRIDE: lift_complaint},
    permissions={card.OVERRIDE: Permission.CLEAR_COMPLAINT},
    aliases=("clear", "unblock", "debloquer"),
)
