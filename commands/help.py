"""`help`: what this person can ask. Every word comes from the list of commands."""

from collections.abc import Callable, Sequence

from cards import help as card
from cards.elements import Card
from commands.command import Command, Message, Shows
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.services import Helpdesk


def command(listed: Callable[[], Sequence[Command]]) -> Command:
    """The command over the list that it is itself part of, which is complete only when it is asked for."""

    async def show(message: Message, desk: Helpdesk) -> Card:
        allowed = (each for each in listed() if message.sender.may(each.permission))
        return card.overview(((each.usage, each.help) for each in allowed), message.say)

    return Command(
        keyword="help",
        usage=Text("help"),
        help=Text("show this list"),
        permission=Permission.USE_DESK,
        on_message=show,
        aliases=("aide", "?"),
        shows=Shows.NOTHING_PRIVATE,
    )
