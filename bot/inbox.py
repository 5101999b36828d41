"""Claims on events, in the store: of all processes that hear of an event, one works on it.

A claim is a lease. Its holder renews it while it works and marks it done when the answer is out; a
claim whose lease ran out belonged to a process that died, and is taken up by whoever sees it first.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from bot.events import Arrival
from helpdesk.store import Store, insert_once
from helpdesk.store.tables import ClaimedEvent

LEASE = timedelta(seconds=10)
RENEW_SECONDS = 3
# A process that dies on an event every time must not take the others with it.
MOST_ATTEMPTS = 10


class Inbox:
    def __init__(self, store: Store, worker: str) -> None:
        self._store = store
        self._worker = worker

    async def claim(self, arrival: Arrival) -> bool:
        """Says whether the event is ours to work on. Raises StoreUnavailable."""
        now = datetime.now(UTC)
        row = ClaimedEvent(
            event_id=arrival.event_id,
            activity=arrival.as_json(),
            received_at=now,
            claimed_by=self._worker,
            lease_until=now + LEASE,
        )
        async with self._store.writing() as session:
            return await insert_once(session, row)

    async def renew(self, event_ids: Collection[str]) -> None:
        async with self._store.writing() as session:
            ours = (col(ClaimedEvent.event_id).in_(event_ids), col(ClaimedEvent.claimed_by) == self._worker)
            await session.exec(update(ClaimedEvent).where(*ours).values(lease_until=datetime.now(UTC) + LEASE))

    async def finish(self, event_id: str, outcome: str) -> None:
        async with self._store.writing() as session:
            done = {"done_at": datetime.now(UTC), "outcome": outcome}
            await session.exec(update(ClaimedEvent).where(col(ClaimedEvent.event_id) == event_id).values(done))

    async def take_abandoned(self) -> list[tuple[Arrival, int]]:
        """Events whose holder is gone, oldest first, now ours, each with the attempt this is."""
        now = datetime.now(UTC)
        lapsed = (col(ClaimedEvent.done_at).is_(None), col(ClaimedEvent.lease_until) < now)
        async with self._store.reading() as session:
            query = select(ClaimedEvent).where(*lapsed).order_by(col(ClaimedEvent.received_at)).limit(20)
            rows = (await session.exec(query)).all()
        if not rows:
            return []
        taken: list[tuple[Arrival, int]] = []
        async with self._store.writing() as session:
            for row in rows:
                arrival = _readable(row)
                mine = {"claimed_by": self._worker, "lease_until": now + LEASE, "attempts": row.attempts + 1}
                if arrival is None:
                    # Left open it would be in the way of those behind it for ever.
                    mine |= {"done_at": now, "outcome": "unreadable"}
                still = (
                    col(ClaimedEvent.event_id) == row.event_id,
                    col(ClaimedEvent.attempts) == row.attempts,
                    *lapsed,
                )
                if (await session.exec(update(ClaimedEvent).where(*still).values(mine))).rowcount and arrival:
                    taken.append((arrival, row.attempts + 1))
        return taken


def _readable(row: ClaimedEvent) -> Arrival | None:
    try:
        return Arrival.from_json(row.activity)
    except (KeyError, TypeError, ValueError):
        return None
