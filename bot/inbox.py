"""Claims on events, in the store: of all processes that hear of an event, one works on it.

A claim is a lease. Its holder renews it while it works and marks it done when the answer is out; a
claim whose lease ran out belonged to a process that died, and is taken up by whoever sees it first.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from bot.events import Arrival
from helpdesk.store import Store, insert_once
from helpdesk.store.tables import ClaimedEvent

LEASE = timedelta(seconds=10)
RENEW_SECONDS = 3
# A process that dies on an event every time must not take the others with it.
MOST_ATTEMPTS = 10


_FINISHED = (
    update(ClaimedEvent)
    .where(col(ClaimedEvent.event_id) == bindparam("event"))
    .values(done_at=bindparam("at"), outcome=bindparam("how"))
    # No row of the session is held anywhere, so none need be brought in line; that would cost most of it.
    .execution_options(synchronize_session=False)
)


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
            attempts=1,
        )
        return await self._store.write(insert_once, row)

    async def renew(self, event_ids: Collection[str]) -> None:
        await self._store.write(_renew, event_ids, self._worker)

    async def finish(self, event_id: str, outcome: str) -> None:
        await self._store.write(_finish, event_id, outcome)

    async def take_abandoned(self) -> list[tuple[Arrival, int]]:
        """Events whose holder is gone, oldest first, now ours, each with the attempt this is."""
        # Looked for before it is asked for: there is hardly ever one, and a look disturbs nobody.
        if not await self._store.read(_abandoned):
            return []
        return await self._store.write(_take_abandoned, self._worker)


def _renew(session: Session, event_ids: Collection[str], worker: str) -> None:
    ours = (col(ClaimedEvent.event_id).in_(event_ids), col(ClaimedEvent.claimed_by) == worker)
    session.exec(update(ClaimedEvent).where(*ours).values(lease_until=datetime.now(UTC) + LEASE))


def _finish(session: Session, event_id: str, outcome: str) -> None:
    session.exec(_FINISHED, params={"event": event_id, "at": datetime.now(UTC), "how": outcome})


def _abandoned(session: Session) -> Sequence[ClaimedEvent]:
    lapsed = (col(ClaimedEvent.done_at).is_(None), col(ClaimedEvent.lease_until) < datetime.now(UTC))
    return session.exec(select(ClaimedEvent).where(*lapsed).order_by(col(ClaimedEvent.received_at)).limit(20)).all()


def _take_abandoned(session: Session, worker: str) -> list[tuple[Arrival, int]]:
    taken: list[tuple[Arrival, int]] = []
    for row in _abandoned(session):
        # Two may take at once: the number of attempts tells whether the row is still as it was seen.
        as_seen = (col(ClaimedEvent.event_id) == row.event_id, col(ClaimedEvent.attempts) == row.attempts)
        mine = {"claimed_by": worker, "lease_until": datetime.now(UTC) + LEASE, "attempts": row.attempts + 1}
        arrival = _readable(row)
        if arrival is None:
            # Left open it would be in the way of those behind it for ever.
            mine |= {"done_at": datetime.now(UTC), "outcome": "unreadable"}
        taking = update(ClaimedEvent).where(*as_seen, col(ClaimedEvent.done_at).is_(None)).values(mine)
        if session.exec(taking.execution_options(synchronize_session=False)).rowcount and arrival:
            taken.append((arrival, row.attempts + 1))
    return taken


def _readable(row: ClaimedEvent) -> Arrival | None:
    try:
        return Arrival.from_json(row.activity)
    except (KeyError, TypeError, ValueError):
        return None
