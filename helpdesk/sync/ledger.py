"""Runs of the sync, in the store: who is at it, and which organizations are done, so that another can go on.

Clocks are not compared: who is at it counts beats, and is gone when the count stood still while another looked.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store, insert_once, upsert
from helpdesk.platform.store.tables.sync import SyncedOrganization, SyncRun
from helpdesk.sync import SyncOutcome

# As long as what came of them may be asked for.
KEPT_RUNS = 10


@dataclass(frozen=True, slots=True)
class RunClaim:
    """`is_ours` from now on; else somebody else's, who counted so many beats."""

    run_id: int
    is_ours: bool
    beats: int


class Ledger:
    """`holder` is this process. All raise StoreUnavailable."""

    def __init__(self, store: Store, holder: str, now: Clock) -> None:
        self._store = store
        self._holder = holder
        self._now = now

    async def last(self) -> SyncRun | None:
        return await self._store.read(_last)

    async def claim(self) -> RunClaim:
        """The run that is not finished, or a new one."""
        return await self._store.write(_claim, self._holder, self._now())

    async def take_over(self, claim: RunClaim) -> bool:
        """Go on with somebody else's run, who did not beat since."""
        return await self._store.write(_take_over, claim, self._holder)

    async def beat(self, run_id: int) -> bool:
        """Say that we are at it; False when another has taken it over."""
        return await self._store.write(_set, run_id, self._holder, {"beats": col(SyncRun.beats) + 1})

    async def release(self) -> None:
        """Let another go on at once with what we are at."""
        await self._store.write(_release, self._holder)

    async def finish(self, run_id: int) -> None:
        await self._store.write(_set, run_id, self._holder, {"holder": None, "finished_at": self._now()})

    async def done(self, run_id: int) -> set[str]:
        """The organizations of a run that need not be done again."""
        return {each.organization_id for each in await self._store.read(_noted, run_id) if each.is_in_order}

    async def note(self, run_id: int, outcome: SyncOutcome) -> None:
        await self._store.write(_note, run_id, outcome, self._now())

    async def outcomes(self, run_id: int) -> list[SyncedOrganization]:
        return await self._store.read(_noted, run_id)


def _last(session: Session) -> SyncRun | None:
    return session.exec(select(SyncRun).order_by(col(SyncRun.id).desc()).limit(1)).first()


def _claim(session: Session, holder: str, now: datetime) -> RunClaim:
    last = _last(session)
    if last is None or last.finished_at is not None:
        run_id = last.id + 1 if last else 1
        # Of two who begin at once, one does.
        row = {"id": run_id, "started_at": now, "holder": holder, "beats": 1}
        is_ours = insert_once(session, SyncRun, row)
        session.connection().execute(delete(SyncRun).where(col(SyncRun.id) <= run_id - KEPT_RUNS))
        return RunClaim(run_id, is_ours, 1)
    if last.holder is None:
        free = update(SyncRun).where(col(SyncRun.id) == last.id, col(SyncRun.holder).is_(None))
        taken = session.connection().execute(free.values(holder=holder, beats=last.beats + 1))
        return RunClaim(last.id, taken.rowcount == 1, last.beats + 1)
    return RunClaim(last.id, False, last.beats)


def _take_over(session: Session, claim: RunClaim, holder: str) -> bool:
    still = update(SyncRun).where(
        col(SyncRun.id) == claim.run_id, col(SyncRun.beats) == claim.beats, col(SyncRun.finished_at).is_(None)
    )
    return session.connection().execute(still.values(holder=holder, beats=claim.beats + 1)).rowcount == 1


def _set(session: Session, run_id: int, holder: str, values: dict[str, Any]) -> bool:
    ours = update(SyncRun).where(col(SyncRun.id) == run_id, col(SyncRun.holder) == holder)
    return session.connection().execute(ours.values(values)).rowcount == 1


def _release(session: Session, holder: str) -> None:
    session.connection().execute(update(SyncRun).where(col(SyncRun.holder) == holder).values(holder=None))


def _note(session: Session, run_id: int, outcome: SyncOutcome, now: datetime) -> None:
    upsert(session, SyncedOrganization, [{**asdict(outcome), "run_id": run_id, "ended_at": now}])


def _noted(session: Session, run_id: int) -> list[SyncedOrganization]:
    noted: Iterable[SyncedOrganization] = session.exec(
        select(SyncedOrganization).where(SyncedOrganization.run_id == run_id).order_by(SyncedOrganization.name)
    )
    return list(noted)
