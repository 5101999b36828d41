"""Where an answer may be read: in the space where it was asked for, or 1:1 by who asked.

Personal data is shown in a desk space only, and only while everyone there may see what the asker may. Where Webex
does not tell who is there, the asker alone may.
"""

from dataclasses import dataclass

import structlog

from bot.buttons import Place
from bot.webex import Webex
from cards.privacy import WELCOME
from commands.command import Elsewhere, Shows
from helpdesk.access import Access, Permission, Sender
from helpdesk.errors import Refused
from helpdesk.language import ENGLISH, Language, Text, language
from helpdesk.webex import WebexError

log = structlog.get_logger()

# The person has blocked this bot, is none of Webex's any more, or may not be written to.
REFUSED = (400, 403, 404)


class CannotWrite(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Not everyone here may see the answer, and I cannot write to you directly."),
            Text("Nothing was done. Write to me directly, and ask there."),
        )


@dataclass(slots=True)
class Route:
    """Where something was asked and where its answer goes; who asked, as far as that is known by now."""

    asked: Place
    place: Place
    sender: Sender | None = None
    say: Language = ENGLISH

    @property
    def is_aside(self) -> bool:
        return self.place != self.asked


class Privacy:
    def __init__(self, access: Access, webex: Webex) -> None:
        self._access = access
        self._webex = webex
        self._direct: dict[str, str] = {}  # address of an agent -> id of our conversation with them

    async def place(self, sender: Sender, shows: Shows, asked: Place, say: Language) -> Place:
        """Where an answer to `sender` goes. Raises CannotWrite or WebexError, and then nothing may be shown."""
        if asked.is_direct:
            self._direct[sender.email] = asked.space_id
            return asked
        if shows is Shows.NOTHING_PRIVATE:
            return asked
        if shows is Shows.PRIVATE and await self._may_all_see(asked.space_id, sender):
            return asked
        return await self._alone(sender.email, say)

    async def elsewhere(self, reply: Elsewhere, sender: Sender) -> Place | None:
        """Where a card goes that `sender` has caused in another space; None where nobody may see it."""
        if await self._may_all_see(reply.space_id, sender):
            return Place(reply.space_id, "", is_direct=False)
        if not reply.to:
            return None
        reader, chosen = await self._access.recognise("", reply.to)
        if not reader.may(Permission.USE_DESK):
            return None
        try:
            return await self._alone(reader.email, language(chosen))
        except (WebexError, CannotWrite):
            return None

    async def _may_all_see(self, space_id: str, sender: Sender) -> bool:
        try:
            return await self._access.may_all_see(space_id, sender)
        except WebexError as error:
            log.warning("who is in a space is not known: answered directly", status=error.status)
            return False

    async def _alone(self, email: str, say: Language) -> Place:
        """By address, as roles are held by it."""
        space = self._direct.get(email)
        if not space:
            try:
                space = await self._webex.direct_space(email) or await self._webex.write_to(email, say(WELCOME))
            except WebexError as error:
                if error.status not in REFUSED:
                    raise
                log.info("a person cannot be written to", status=error.status)
                raise CannotWrite from None
            self._direct[email] = space
        return Place(space, "", is_direct=True)
