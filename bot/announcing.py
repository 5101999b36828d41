"""What a job says in a thread, with nobody there who asked just now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.buttons import Place
from bot.dispatch import Outgoing
from bot.outbox import Outbox
from bot.own import Attempt
from cards.elements import Card
from helpdesk.attachments import Attachment


@dataclass(frozen=True, slots=True)
class Announcer:
    outbox: Outbox
    # A step may be done again, and nobody counts how often: each is taken for a later attempt than all before it.
    _attempts: Iterator[int] = field(default_factory=lambda: count(2))

    async def say(self, card: Card, place: Place, key: str) -> None:
        """Post `card`, unless it is there already; `key` is the same when the same is said. Raises WebexError."""
        await self.outbox.send(Outgoing(card, place), self._attempt(key))

    async def write(self, text: str, place: Place, key: str, file: Attachment | None = None) -> str:
        """Post a text, and a file with it, unless it is there already: no other has its first line.

        Gives the id of the message. Raises WebexError.
        """
        return await self.outbox.say(text, place, self._attempt(key), file)

    async def edit(self, message_id: str, text: str, place: Place) -> None:
        """Other words for a text that was written; Webex takes ten edits. Where it takes none, the old ones stay."""
        await self.outbox.edit(message_id, text, place)

    async def conversation_with(self, email: str) -> Place | None:
        """Where we talk 1:1 with this person, if we ever did. Raises WebexError."""
        return await self.outbox.conversation_with(email)

    def _attempt(self, key: str) -> Attempt:
        return Attempt(key, "", next(self._attempts))
