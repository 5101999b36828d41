"""`email <address>`: what became of the last mail to an address."""

from cards import email as card
from cards.elements import Card
from commands.command import Action, Command, Event, Message, Owner, Reply, Submission, audit
from commands.find import find_attached
from commands.returned import explain_text
from helpdesk.mail.dsn.pasted import is_notice
from helpdesk.mail.reach import ask
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import parse_address
from helpdesk.services import Helpdesk


async def show(message: Message, desk: Helpdesk) -> Reply:
    if message.files and not message.text.strip():
        return await find_attached(message, desk)
    if not message.text.strip():
        return card.form(message.say)
    if is_notice(message.text):
        # Many a notice begins with the word "Mail", which is another name of this command.
        return await explain_text(message.text, message, desk)
    return await _status(parse_address(message.text), message, desk)


async def show_from_card(submission: Submission, desk: Helpdesk) -> Card:
    """From a button, which knows the address, or from the form, which asks for it."""
    text = submission.about.get(card.ADDRESS) or submission.inputs.get(card.ADDRESS, "")
    return await _status(parse_address(text), submission, desk)


async def _status(address: str, event: Event, desk: Helpdesk) -> Card:
    reach = await ask(address, desk)
    customer = await desk.directory.organization_of(address)
    await audit(event, desk, "email", address, f"shown: {reach.last.status}", organization_id=customer)
    return card.status(address, reach, desk.now(), event.say)


COMMAND = Command(
    keyword="email",
    usage=Text("email <address>"),
    help=Text("status of the last email to an address, and what the mail server said"),
    permission=Permission.READ_EMAIL,
    on_message=show,
    on_submit={card.SHOW: Action(show_from_card, Owner.ANYONE_IN_SCOPE)},
    aliases=("mail", "courriel"),
)
