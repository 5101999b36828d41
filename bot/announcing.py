"""What a job says in a thread, with nobody there who asked just now."""

from dataclasses import dataclass

from bot.buttons import Place
from bot.dispatch import Outgoing
from bot.outbox import Outbox
from bot.own import Attempt
from cards.elements import Card

# A step may be done again: every time, it is looked for whether it was said already.
_AGAIN = 2


@dataclass(frozen=True, slots=True)
class Announcer:
    outbox: Outbox

    async def say(self, card: Card, place: Place, key: str) -> None:
        """Post `card`; `key` is the same whenever the same is to be said. Raises WebexError."""
        await self.outbox.send(Outgoing(card, place), Attempt(key, "", _AGAIN))
