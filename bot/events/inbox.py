"""Events in the store: of all processes that hear of one, one works on it; what nobody works on yet waits here.

A claim is a lease. Its holder renews it while it works and marks it done when the answer is out; a
claim whose lease ran out belonged to a process that died, and is taken up by whoever sees it first.
Events of one lane (a person in a space) are never held by two processes at once, so that the one that
holds them can handle them in order.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from bot.events import claims
from bot.events.claims import Finished, Taken
from bot.webex.events import Arrival
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store

RENEW_SECONDS = 3
# A process that dies on an event every time must not take the others with it.
MOST_ATTEMPTS = 10


class EventClaim(Enum):
    """What became of an event that was told: ours to work on, waiting in the store, or known already."""

    OURS = "ours"
    WAITS = "waits"
    KNOWN = "known"


class Inbox:
    def __init__(self, store: Store, process: str, now: Clock = utc_now) -> None:
        self._store = store
        self._process = process
        self._now = now
        self._last = datetime.min.replace(tzinfo=UTC)

    async def add(
        self, told: Sequence[tuple[Arrival, bool]], *, again: bool = False
    ) -> list[tuple[EventClaim, datetime]]:
        """Store what was told, each with whether we have room to work on it, and say what became of each.

        An event also waits where another of its lane does, or is held by another process. `again` is for a
        batch that may have been stored although the database did not say so. Raises StoreUnavailable.
        """
        may = {arrival.event_id for arrival, has_room in told if has_room}
        rows: dict[str, dict[str, Any]] = {}
        for arrival, _ in told:
            rows.setdefault(arrival.event_id, self._row(arrival))
        ours, new = await self._store.write(claims.add, list(rows.values()), may, self._process, self._now, again)
        became = []
        for arrival, _ in told:
            row = rows.pop(arrival.event_id, None)  # told twice in one batch, it is known the second time
            is_ours, is_new = arrival.event_id in ours, arrival.event_id in new
            claim = (
                EventClaim.KNOWN
                if row is None
                else EventClaim.OURS
                if is_ours
                else EventClaim.WAITS
                if is_new
                else EventClaim.KNOWN
            )
            became.append((claim, row["received_at"] if row else self._last))
        return became

    async def take(self, room: int, per_lane: int, held: Collection[str]) -> tuple[list[Taken], bool]:
        """Up to `room` events that wait or whose holder is gone, oldest first, now ours; and whether more wait.

        `held` are in work here, whatever their lease says.
        """
        # Looked for before it is asked for: there is hardly ever one, and a look disturbs nobody.
        if room <= 0 or not await self._store.read(claims.look, self._now, per_lane, held):
            return [], False
        return await self._store.write(claims.take, self._process, self._now, room, per_lane, frozenset(held))

    async def renew(self, event_ids: Collection[str]) -> None:
        await self._store.write(claims.renew, event_ids, self._process, self._now)

    async def finish(self, finished: Sequence[Finished]) -> bool:
        """Mark events done; says whether others wait in their lanes."""
        return await self._store.write(claims.finish, finished, self._now())

    async def hand_back(self, event_ids: Collection[str]) -> None:
        """What we will not get to is for whoever comes first.

        The attempt counts: its answer may be on its way, and whoever comes next has to look for it.
        """
        await self._store.write(claims.hand_back, event_ids, self._process)

    async def last_heard(self) -> datetime | None:
        """When any process last heard of an event; None when none ever did."""
        return await self._store.read(claims.last_heard)

    async def depth(self) -> int:
        """How many events wait."""
        return await self._store.read(claims.depth)

    def _row(self, arrival: Arrival) -> dict[str, Any]:
        # Strictly later than the one before, even if the clock was set back: this is the order within a lane.
        self._last = max(self._now(), self._last + timedelta(microseconds=1))
        return {
            "event_id": arrival.event_id,
            "activity": arrival.as_json(),
            "lane": arrival.lane,
            "received_at": self._last,
        }
