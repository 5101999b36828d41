"""`email <address>`: what became of the last mail to an address."""

from cards import email as card
from cards.elements import Card
from commands.command import Command, Message, Submission
from helpdesk import Helpdesk
from helpdesk.access import Permission
from helpdesk.address import parse_address
from helpdesk.language import Language, Text


async def show(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.form(message.say)
    return await _status(parse_address(message.text), desk, message.say)


async def show_from_card(submission: Submission, desk: Helpdesk) -> Card:
    """From a button, which knows the address, or from the form, which asks for it."""
    text = submission.about.get(card.ADDRESS) or submission.inputs.get(card.ADDRESS, "")
    return await _status(parse_address(text), desk, submission.say)


async def _status(address: str, desk: Helpdesk, say: Language) -> Card:
    return card.status(address, await desk.delivery.last(address), await desk.suppression.find(address), say)


COMMAND = Command(
    keyword="email",
    usage=Text("email <address>"),
    help=Text("status of the last email to an address, and what the mail server said"),
    permission=Permission.READ_EMAIL,
    on_message=show,
    on_submit={card.SHOW: show_from_card},
    aliases=("mail", "courriel"),
)
