"""Turns: what one person asks in one space is handled in the order it was asked, while others pass by."""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Turn:
    """A place in a lane. `come` is awaited before the work whose order matters; `over` lets the next one go."""

    lane: str
    _before: "asyncio.Future[None] | None"
    _done: "asyncio.Future[None]"

    async def come(self) -> None:
        if self._before is not None:
            await asyncio.shield(self._before)

    def over(self) -> None:
        # Who gives up before their turn has come lets the next one go no earlier than that.
        if self._before is None or self._before.done():
            self._end()
        else:
            self._before.add_done_callback(lambda _: self._end())

    def _end(self) -> None:
        if not self._done.done():
            self._done.set_result(None)


class Lanes:
    """Hands out turns; a lane exists for as long as somebody is in it."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Future[None]] = {}
        self._count: dict[str, int] = {}

    def turn(self, lane: str) -> Turn:
        """The turn behind everyone who is in the lane now."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        before, self._last[lane] = self._last.get(lane), done
        self._count[lane] = self._count.get(lane, 0) + 1
        return Turn(lane, before, done)

    def leave(self, turn: Turn) -> None:
        """The work is done, answer and all."""
        turn.over()
        self._count[turn.lane] -= 1
        if not self._count[turn.lane]:
            del self._count[turn.lane], self._last[turn.lane]

    def busy(self, lane: str) -> int:
        """How many are in the lane."""
        return self._count.get(lane, 0)
