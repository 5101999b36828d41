"""`whoami`: who the desk takes the sender for, what they may do, and for which customers."""

from cards import whoami as card
from cards.elements import Card
from commands.command import Command, Message, Shows
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.services import Helpdesk


async def show(message: Message, desk: Helpdesk) -> Card:
    customers = message.sender.customers
    names = None if customers is None else await desk.directory.names(customers)
    if names is not None and not message.is_direct:
        # Others read along, who may not know of these customers.
        names = [message.say.many("{count} customer", "{count} customers", len(names))]
    return card.identity(message.sender, names, message.say)


COMMAND = Command(
    keyword="whoami",
    usage=Text("whoami"),
    help=Text("your role, what you may do, your language"),
    permission=Permission.USE_DESK,
    on_message=show,
    aliases=("quisuisje", "moi"),
    shows=Shows.NOTHING_PRIVATE,
)
