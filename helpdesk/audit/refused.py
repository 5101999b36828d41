"""Tries that were refused: who, what kind, how often in an hour. One row of the audit each, however many tries.

They are counted in memory, which costs an answer nothing, and written down once a minute: a process that is killed
loses at most the last one. When an hour is over, each of its counts becomes a row of the audit. A flood by many
people is bounded: beyond MOST in an hour, they are counted together.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlmodel import Session, col, delete, select

from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append, storable
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store, insert_for, one_at_a_time
from helpdesk.platform.store.tables.audit import RefusedTry
from helpdesk.platform.text.address import canonical_address

log = structlog.get_logger()

FLUSH_SECONDS = 60
# Of one hour, and of one process between two writes.
MOST = 500
OTHERS = "others"
HOUR = timedelta(hours=1)
# An address is no longer; what is could not be anybody's.
_LONGEST = 254
_TRIES: Any = RefusedTry.__table__  # type: ignore[attr-defined]


class RefusedKind(StrEnum):
    """The values are what the audit calls them."""

    STRANGER = "refused.stranger"
    FORGED = "refused.forged button"
    STALE = "refused.stale button"
    SOMEONE_ELSES = "refused.button of another"
    HOOK = "refused.hook"


@dataclass(slots=True)
class Count:
    count: int
    first_at: datetime
    last_at: datetime


Key = tuple[datetime, str, str]


class RefusedTries:
    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now
        self._counts: dict[Key, Count] = {}

    def count(self, kind: RefusedKind, who: str) -> None:
        """One more try by `who`: an address, or for a hook its name. Never waits."""
        now = self._now()
        key = (_hour(now), kind.value, canonical_address(storable(who[:_LONGEST])))
        if key not in self._counts and len(self._counts) >= MOST:
            key = (key[0], key[1], OTHERS)
        found = self._counts.setdefault(key, Count(0, now, now))
        found.count += 1
        found.last_at = now

    async def keep_writing(self, keys: Keys) -> None:
        """Runs until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.write(keys)
            except Exception as error:  # were this to end, nothing more would be counted
                log.warning("refused_tries_not_written", exc_info=error)

    async def write(self, keys: Keys) -> None:
        """Write down what was counted since the last time, and make rows of the audit of the hours that are over."""
        taken, self._counts = self._counts, {}
        try:
            await self._store.write(_write, taken, _hour(self._now()), keys)
        except BaseException:
            # Kept for the next time, with what came meanwhile.
            for key, found in taken.items():
                self._put_back(key, found)
            raise

    def _put_back(self, key: Key, found: Count) -> None:
        if key not in self._counts:
            self._counts[key] = found
        else:
            _add(self._counts[key], found)


def _write(session: Session, counts: Mapping[Key, Count], this_hour: datetime, keys: Keys) -> int:
    """Says how many rows the audit got."""
    is_over = col(RefusedTry.hour) < this_hour
    if not counts and session.exec(select(RefusedTry.hour).where(is_over).limit(1)).first() is None:
        return 0
    one_at_a_time(session, "refused tries")
    for key, found in _bounded(session, counts).items():
        _upsert(session, key, found)
    over = session.exec(select(RefusedTry).where(is_over).order_by(RefusedTry.hour, RefusedTry.first_at)).all()  # type: ignore[arg-type]
    if over:
        append(session, [_said(each, this_hour) for each in over], keys)
        session.exec(delete(RefusedTry).where(is_over).execution_options(synchronize_session=False))
    return len(over)


def _bounded(session: Session, counts: Mapping[Key, Count]) -> Mapping[Key, Count]:
    """Those of new people, beyond MOST in their hour, as of OTHERS."""
    bounded: dict[Key, Count] = {}
    for hour in {key[0] for key in counts}:
        query = select(RefusedTry.kind, RefusedTry.who).where(RefusedTry.hour == hour)
        there = {(kind, who) for kind, who in session.exec(query)}
        for key, found in counts.items():
            if key[0] != hour:
                continue
            if key[1:] not in there and key[2] != OTHERS:
                if len(there) >= MOST:
                    key = (hour, key[1], OTHERS)
                else:
                    there.add((key[1], key[2]))
            if key in bounded:
                _add(bounded[key], found)
            else:
                bounded[key] = Count(found.count, found.first_at, found.last_at)
    return bounded


def _upsert(session: Session, key: Key, found: Count) -> None:
    connection = session.connection()
    statement = insert_for(connection.dialect.name)(_TRIES)
    more = {
        "count": _TRIES.c.count + statement.excluded.count,
        "last_at": statement.excluded.last_at,
    }
    statement = statement.on_conflict_do_update(index_elements=["hour", "kind", "who"], set_=more)
    hour, kind, who = key
    row = {"hour": hour, "kind": kind, "who": who, "count": found.count}
    connection.execute(statement, row | {"first_at": found.first_at, "last_at": found.last_at})


def _said(tries: RefusedTry, now: datetime) -> dict[str, Any]:
    times = f"{tries.first_at:%H:%M} to {tries.last_at:%H:%M} UTC"
    return {
        "at": now,
        "actor": tries.who,
        "action": tries.kind,
        "subject": "the desk",
        "organization_id": None,
        "reason": None,
        "outcome": f"refused {tries.count} times, {tries.hour:%Y-%m-%d} {times}",
        "event_id": f"{tries.kind}:{tries.hour:%Y-%m-%dT%H}:{tries.who}",
    }


async def pending(store: Store) -> Sequence[RefusedTry]:
    """What was counted in hours that are not in the audit yet, the latest first; at most MOST and a few."""
    return await store.read(_pending)


def _pending(session: Session) -> Sequence[RefusedTry]:
    return session.exec(select(RefusedTry).order_by(col(RefusedTry.last_at).desc())).all()


def _add(to: Count, more: Count) -> None:
    to.count += more.count
    to.first_at, to.last_at = min(to.first_at, more.first_at), max(to.last_at, more.last_at)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
