"""What the inbox asks of the database: each public function is one transaction."""

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, text, update
from sqlmodel import Session

from bot.webex.events import Arrival
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import insert_unless_there
from helpdesk.platform.store.tables.events import ClaimedEvent

LEASE = timedelta(seconds=10)

_EVENTS = ClaimedEvent.__table__  # type: ignore[attr-defined]
_OPEN = _EVENTS.c.done_at.is_(None)
_INSERT = {
    dialect: insert_unless_there(ClaimedEvent, dialect).returning(_EVENTS.c.event_id)
    for dialect in ("sqlite", "postgresql")
}
_HELD_ELSEWHERE = (
    select(_EVENTS.c.lane)
    .where(_OPEN, _EVENTS.c.lane.in_(bindparam("lanes", expanding=True)))
    .where(or_(_EVENTS.c.claimed_by.is_(None), _EVENTS.c.claimed_by != bindparam("me")))
)
_HELD_HERE = select(_EVENTS.c.event_id).where(
    _OPEN, _EVENTS.c.claimed_by == bindparam("me"), _EVENTS.c.event_id.in_(bindparam("events", expanding=True))
)
_FINISH = (
    update(_EVENTS)
    .where(_EVENTS.c.event_id == bindparam("event"))
    .values(done_at=bindparam("at"), outcome=bindparam("how"))
)
_WAITING = select(_EVENTS.c.event_id).where(_OPEN, _EVENTS.c.claimed_by.is_(None))
# In order of their locks, or two batches could wait for each other for ever.
_LOCK_LANES = text("SELECT pg_advisory_xact_lock(4105878, key) FROM unnest(CAST(:keys AS integer[])) AS key")
_TIME = text("SELECT clock_timestamp()")
_LOCK_TAKING = text("SELECT pg_advisory_xact_lock(4105879)")


@dataclass(frozen=True, slots=True)
class Taken:
    """An event of ours, the how-manieth attempt at it this is, and when it was first heard of."""

    arrival: Arrival
    attempt: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    event_id: str
    lane: str
    outcome: str


def add(
    session: Session, rows: Sequence[dict[str, Any]], may: Collection[str], me: str, clock: Clock, again: bool
) -> tuple[set[str], set[str]]:
    """(event ids that are ours, event ids that are new)."""
    connection = session.connection()
    lanes = {row["lane"] for row in rows}
    _lock(connection, lanes)
    busy = set(connection.execute(_HELD_ELSEWHERE, {"lanes": list(lanes), "me": me}).scalars())
    lease = _time(connection, clock) + LEASE
    for row in rows:
        if row["lane"] in busy or row["event_id"] not in may:
            busy.add(row["lane"])  # who comes later does not overtake
            row.update(claimed_by=None, lease_until=None, attempts=0)
        else:
            row.update(claimed_by=me, lease_until=lease, attempts=1)
    ours = {row["event_id"] for row in rows if row["claimed_by"]}
    new = set(connection.execute(_INSERT[connection.dialect.name], rows).scalars())
    ours &= new
    if again:
        # Held by us, whatever has been stored to wait in its lane meanwhile.
        known = [row["event_id"] for row in rows if row["event_id"] not in new]
        ours |= set(connection.execute(_HELD_HERE, {"me": me, "events": known}).scalars())
    return ours, new


def _lock(connection: Connection, lanes: Collection[str]) -> None:
    """Of two processes that hear of events in one lane at once, the second sees what the first did with its own."""
    if connection.dialect.name == "postgresql":
        keys = sorted(zlib.crc32(lane.encode()) - 2**31 for lane in lanes)
        connection.execute(_LOCK_LANES, {"keys": keys})


def look(session: Session, clock: Clock, per_lane: int, held: Collection[str]) -> list[str]:
    """Ids of what `take` would find now."""
    connection = session.connection()
    return _takeable(connection, _time(connection, clock), per_lane, held)


def _takeable(connection: Connection, now: datetime, per_lane: int, held: Collection[str]) -> list[str]:
    """Ids of what may be taken, oldest first, at most `per_lane` of a lane."""
    place = func.row_number().over(partition_by=_EVENTS.c.lane, order_by=_EVENTS.c.received_at).label("place")
    is_free = _lapsed(now).label("is_free")
    few = select(_EVENTS.c["event_id", "lane", "received_at"], is_free, place).where(_OPEN).subquery()
    rows = connection.execute(select(few).where(few.c.place <= per_lane).order_by(few.c.received_at))
    blocked: set[str] = set()
    found = []
    for row in rows:
        if row.event_id in held:
            continue
        if row.lane in blocked or not row.is_free:
            # Later ones of a lane wait for what another process holds, and for what we hold without working on it.
            blocked.add(row.lane)
        else:
            found.append(row.event_id)
    return found


def _time(connection: Connection, clock: Clock) -> datetime:
    """By PostgreSQL's clock, where machines share it: by their own, one that is ahead would take the others' work."""
    if connection.dialect.name != "postgresql":
        return clock()
    told: datetime = connection.execute(_TIME).scalar_one()
    return told


def _lapsed(now: datetime) -> ColumnElement[bool]:
    return or_(_EVENTS.c.claimed_by.is_(None), _EVENTS.c.lease_until < now, _too_far(now))


def _too_far(now: datetime) -> ColumnElement[bool]:
    """No lease reaches this far: the clock was set back since.

    Whoever lives renews it; cut to its usual length, it is free before long where its holder is dead.
    """
    far: ColumnElement[bool] = _EVENTS.c.lease_until > now + 2 * LEASE
    return far


def take(
    session: Session, me: str, clock: Clock, room: int, per_lane: int, held: Collection[str]
) -> tuple[list[Taken], bool]:
    """(Those that are ours now, whether more wait.)"""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # One takes at a time: of two, each could be left with a part of a lane.
        connection.execute(_LOCK_TAKING)
    now = _time(connection, clock)
    connection.execute(update(_EVENTS).where(_OPEN, _too_far(now)).values(lease_until=now + LEASE))
    found = _takeable(connection, now, per_lane, held)
    mine = {"claimed_by": me, "lease_until": now + LEASE, "attempts": _EVENTS.c.attempts + 1}
    taking = update(_EVENTS).where(_EVENTS.c.event_id.in_(found[:room]), _OPEN, _lapsed(now)).values(**mine)
    rows = connection.execute(taking.returning(_EVENTS.c["event_id", "activity", "received_at", "attempts"])).all()
    taken = []
    for row in sorted(rows, key=lambda row: row.received_at):
        if arrival := _readable(row.activity):
            taken.append(Taken(arrival, row.attempts, row.received_at))
        else:
            # Left open it would be in the way of those behind it for ever.
            connection.execute(_FINISH, {"event": row.event_id, "at": now, "how": "unreadable"})
    return taken, len(found) > room


def _readable(activity: Any) -> Arrival | None:
    try:
        return Arrival.from_json(activity)
    except (KeyError, TypeError, ValueError):
        return None


def renew(session: Session, event_ids: Collection[str], me: str, clock: Clock) -> None:
    connection = session.connection()
    lease = {"lease_until": _time(connection, clock) + LEASE}
    connection.execute(update(_EVENTS).where(_mine(event_ids, me)).values(**lease))


def hand_back(session: Session, event_ids: Collection[str], me: str) -> None:
    free = {"claimed_by": None, "lease_until": None}
    session.connection().execute(update(_EVENTS).where(_mine(event_ids, me), _OPEN).values(**free))


def _mine(event_ids: Collection[str], me: str) -> ColumnElement[bool]:
    return and_(_EVENTS.c.event_id.in_(event_ids), _EVENTS.c.claimed_by == me)


def finish(session: Session, finished: Sequence[Finished], now: datetime) -> bool:
    connection = session.connection()
    connection.execute(_FINISH, [{"event": each.event_id, "at": now, "how": each.outcome} for each in finished])
    lanes = [each.lane for each in finished]
    return connection.execute(_WAITING.where(_EVENTS.c.lane.in_(lanes)).limit(1)).first() is not None


def last_heard(session: Session) -> datetime | None:
    found: datetime | None = session.connection().execute(select(func.max(_EVENTS.c.received_at))).scalar()
    return found


def depth(session: Session) -> int:
    count: int = session.connection().execute(select(func.count()).select_from(_WAITING.subquery())).scalar_one()
    return count
