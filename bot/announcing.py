"""What a job says in a thread, with nobody there who asked just now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.buttons import Place
from bot.dispatch import Outgoing
from bot.outbox import Outbox
from bot.own import Attempt
from cards.elements import Card


@dataclass(frozen=True, slots=True)
class Announcer:
    outbox: Outbox
    # A step may be done again, and nobody counts how often: each is taken for a later attempt than all before it.
    _attempts: Iterator[int] = field(default_factory=lambda: count(2))

    async def say(self, card: Card, place: Place, key: str) -> None:
        """Post `card`, unless it is there already; `key` is the same when the same is said. Raises WebexError."""
        await self.outbox.send(Outgoing(card, place), Attempt(key, "", next(self._attempts)))
