"""What a job says to who asked for it, with nobody there who asked just now.

Where it may be read is asked when it is said, as it is for an answer: since the job began, a stranger may have come
into the space, or the asker may be no agent any more. Then it goes 1:1, or to nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import structlog

from bot.buttons import Place
from bot.dispatch import Outgoing
from bot.outbox import Outbox
from bot.own import Attempt
from bot.privacy import CannotWrite, Privacy
from cards.elements import Card
from commands.command import Shows
from helpdesk.access import Access, Permission
from helpdesk.attachments import Attachment
from helpdesk.language import language
from helpdesk.webex import WebexError

log = structlog.get_logger()

# The space is no more, we are not in it any longer, or its other person has blocked us.
GONE = (403, 404)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked for a job, and where."""

    person_id: str
    email: str
    place: Place


@dataclass(frozen=True, slots=True)
class Announcer:
    outbox: Outbox
    access: Access
    privacy: Privacy
    # A step may be done again, and nobody counts how often: each is taken for a later attempt than all before it.
    _attempts: Iterator[int] = field(default_factory=lambda: count(2))

    async def say(self, card: Card, to: Asker, key: str) -> None:
        """Post `card`, unless it is there already; `key` is the same when the same is said. Raises WebexError."""
        if place := await self._place(to, Shows.PRIVATE):
            await self._send(card, place, key)

    async def write(
        self, text: str, to: Asker, key: str, file: Attachment | None = None, shows: Shows = Shows.PRIVATE
    ) -> str:
        """Post a text, and a file with it, unless it is there already: no other has its first line.

        Gives the id of the message; empty where nobody may be told. Raises WebexError.
        """
        place = await self._place(to, shows)
        return await self.outbox.say(text, place, self._attempt(key), file) if place else ""

    async def edit(self, message_id: str, text: str, to: Asker, shows: Shows = Shows.PRIVATE) -> None:
        """Other words for a text that was written; Webex takes ten edits. Where it takes none, the old ones stay.

        So they do where it stands in another space than it would be written to by now.
        """
        place = await self._place(to, shows)
        if message_id and place:
            await self.outbox.edit(message_id, text, place)

    async def say_alone(self, card: Card, email: str, key: str) -> None:
        """Post `card` 1:1 to somebody who need be no agent, if we ever talked. Raises WebexError."""
        if place := await self.outbox.conversation_with(email):
            await self._send(card, place, key)

    async def begin_alone(self, card: Card, email: str, key: str, welcome: str) -> None:
        """As say_alone, to who may never have written to us: then `welcome` begins the conversation."""
        await self._send(card, await self.outbox.conversation_begun_with(email, welcome), key)

    async def _send(self, card: Card, place: Place, key: str) -> None:
        try:
            await self.outbox.send(Outgoing(card, place), self._attempt(key))
        except WebexError as error:
            if error.status not in GONE:
                raise
            # Nobody is there to be told, however often it is tried; the job has others to see to.
            log.info("a job's word was refused", status=error.status)

    async def _place(self, to: Asker, shows: Shows) -> Place | None:
        """None where nobody may be told."""
        if shows is Shows.NOTHING_PRIVATE:
            return to.place
        sender, chosen = await self.access.recognise(to.person_id, to.email)
        if not sender.may(Permission.USE_DESK):
            log.info("a job's word is for nobody any more")
            return None
        try:
            return await self.privacy.place(sender, shows, to.place, language(chosen))
        except CannotWrite:
            return None

    def _attempt(self, key: str) -> Attempt:
        return Attempt(key, "", next(self._attempts))
