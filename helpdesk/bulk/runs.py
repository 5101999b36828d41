"""What is kept of a list of addresses: a row for the run, and one for each line."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import Session, col, func, select

from helpdesk.bulk import LineOutcome, Prospect, RunState, Stop
from helpdesk.bulk.approving import APPROVAL_LIFE, ApprovalLapsed, ListChanged, lines_hash
from helpdesk.bulk.reading import Line
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun


class NoSuchRun(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("This list is not kept any more."), Text("Send it again; what was cleared then stays cleared.")
        )


class Dropped(Refused):
    def __init__(self) -> None:
        super().__init__(Text("This list was dropped."), Text("Nothing was changed. Send it again to go on."))


@dataclass(frozen=True, slots=True)
class LineFinding:
    """What the suppression list says of an address."""

    prospect: Prospect
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    store: Store

    async def keep(self, run: BulkRun, lines: Sequence[Line]) -> None:
        """A list that was given just now; given again by the same event, it is the same run."""
        await self.store.write(_keep, run, lines)

    async def get(self, run_id: str) -> BulkRun:
        """Raises NoSuchRun."""
        return await self.store.read(_get, run_id)

    async def items(self, run_id: str) -> Sequence[BulkItem]:
        """Every line, in order."""
        return await self.store.read(_items, run_id)

    async def unseen(self, run_id: str, most: int) -> Sequence[BulkItem]:
        """Addresses that the suppression list was not asked about yet."""
        return await self.store.read(_open, run_id, most, is_unseen=True)

    async def note_found(self, run_id: str, found: Mapping[int, LineFinding]) -> None:
        """By position."""
        await self.store.write(_note_found, run_id, found)

    async def confirm(self, run_id: str, event_id: str, reason: str, left_out: Collection[int] = ()) -> BulkRun:
        """Of several who confirm, the first counts: its event and reason. Raises NoSuchRun, Dropped.

        `left_out` are the positions of those whose caller is not proven.
        """
        return await self.store.write(_confirm, run_id, event_id, reason, left_out)

    async def ask(self, run_id: str, reason: str, at: datetime) -> BulkRun:
        """To be approved, as it stands now; asked again, it stays as it was. Raises NoSuchRun, Dropped."""
        return await self.store.write(_ask, run_id, reason, at)

    async def approve(self, run_id: str, event_id: str, by: str, shown: str, at: datetime) -> BulkRun:
        """Of several who approve what was asked, the first counts. `shown` is the hash of what they were shown.

        Raises NoSuchRun, Dropped, ApprovalLapsed, ListChanged.
        """
        return await self.store.write(_approve, run_id, event_id, by, shown, at)

    async def decline(self, run_id: str, event_id: str) -> BulkRun:
        """Dropped by this event, where it waits to be approved. Raises NoSuchRun."""
        return await self.store.write(_decline, run_id, event_id)

    async def drop(self, run_id: str) -> BulkRun:
        """Not to be begun, where it has not begun; else to be stopped. Gives it as it then stands. Raises NoSuchRun."""
        return await self.store.write(_drop, run_id)

    async def waiting(self, run_id: str, most: int) -> Sequence[BulkItem]:
        """Addresses that nothing has become of yet."""
        return await self.store.read(_open, run_id, most)

    async def note_outcome(self, item: BulkItem, outcome: LineOutcome, reasons: Sequence[str] | None = None) -> None:
        """`reasons` where it was listed for others than were seen before."""
        await self.store.write(_note_outcome, item, outcome, reasons)

    async def count(self, run_id: str) -> Counter[str | None]:
        """How many lines have which outcome; None counts those that wait."""
        return await self.store.read(_count, run_id)

    async def end(self, run_id: str, at: datetime, stopped: Stop | None = None) -> BulkRun:
        """Ended once; what waits then is not done."""
        return await self.store.write(_end, run_id, at, stopped)


def _keep(session: Session, run: BulkRun, lines: Sequence[Line]) -> None:
    if not insert_once(session, BulkRun, run.model_dump()):
        return
    seen: set[str] = set()
    rows = []
    for position, each in enumerate(lines):
        outcome = (
            LineOutcome.NO_ADDRESS if each.address is None else LineOutcome.REPEATED if each.address in seen else None
        )
        seen.add(each.address or "")
        row = {"run_id": run.id, "position": position, "line": each.number, "text": each.text, "reasons": []}
        rows.append({**row, "address": each.address, "outcome": outcome})
    # Past the session, which takes more than twice as long over a thousand rows, while every other writer waits.
    session.connection().execute(insert(BulkItem), rows)


def _get(session: Session, run_id: str) -> BulkRun:
    run = session.get(BulkRun, run_id, populate_existing=True)
    if run is None:
        raise NoSuchRun
    return run


def _locked(session: Session, run_id: str) -> BulkRun:
    run = session.get(BulkRun, run_id, populate_existing=True, with_for_update=True)
    if run is None:
        raise NoSuchRun
    return run


def _items(session: Session, run_id: str) -> Sequence[BulkItem]:
    return session.exec(select(BulkItem).where(BulkItem.run_id == run_id).order_by(col(BulkItem.position))).all()


def _open(session: Session, run_id: str, most: int, *, is_unseen: bool = False) -> Sequence[BulkItem]:
    query = select(BulkItem).where(BulkItem.run_id == run_id, col(BulkItem.outcome).is_(None))
    if is_unseen:
        query = query.where(col(BulkItem.prospect).is_(None))
    return session.exec(query.order_by(col(BulkItem.position)).limit(most)).all()


def _note_found(session: Session, run_id: str, found: Mapping[int, LineFinding]) -> None:
    for position, each in found.items():
        item = session.get_one(BulkItem, (run_id, position))
        item.prospect, item.reasons = each.prospect, list(each.reasons)


def _confirm(session: Session, run_id: str, event_id: str, reason: str, left_out: Collection[int]) -> BulkRun:
    run = _not_dropped(session, run_id)
    if run.state == RunState.SHOWN:
        run.state, run.confirmed_by, run.reason = RunState.CONFIRMED, event_id, reason
        for position in left_out:
            session.get_one(BulkItem, (run_id, position)).outcome = LineOutcome.NOT_PROVEN
    return run


def _ask(session: Session, run_id: str, reason: str, at: datetime) -> BulkRun:
    run = _not_dropped(session, run_id)
    if run.state == RunState.SHOWN:
        run.state, run.reason, run.asked_at = RunState.ASKED, reason, at
        run.lines_hash = lines_hash(_items(session, run_id))
    return run


def _approve(session: Session, run_id: str, event_id: str, by: str, shown: str, at: datetime) -> BulkRun:
    run = _not_dropped(session, run_id)
    if run.state != RunState.ASKED:
        return run
    if run.asked_at is None or at >= run.asked_at + APPROVAL_LIFE:
        raise ApprovalLapsed
    if not shown == run.lines_hash == lines_hash(_items(session, run_id)):
        raise ListChanged
    run.state, run.confirmed_by, run.approved_by = RunState.CONFIRMED, event_id, by
    return run


def _decline(session: Session, run_id: str, event_id: str) -> BulkRun:
    run = _locked(session, run_id)
    if run.state == RunState.ASKED:
        run.state, run.confirmed_by = RunState.DROPPED, event_id
    return run


def _not_dropped(session: Session, run_id: str) -> BulkRun:
    run = _locked(session, run_id)
    if run.state == RunState.DROPPED:
        raise Dropped
    return run


def _drop(session: Session, run_id: str) -> BulkRun:
    run = _locked(session, run_id)
    if run.state in (RunState.SHOWN, RunState.ASKED):
        run.state = RunState.DROPPED
    elif run.state == RunState.CONFIRMED:
        run.stopped = run.stopped or Stop.BY_AGENT
    return run


def _note_outcome(session: Session, item: BulkItem, outcome: LineOutcome, reasons: Sequence[str] | None) -> None:
    values: dict[str, object] = {"outcome": outcome.value}
    if reasons is not None:
        values["reasons"] = list(reasons)
    one = (col(BulkItem.run_id) == item.run_id, col(BulkItem.position) == item.position)
    session.exec(update(BulkItem).where(*one).values(values))


def _count(session: Session, run_id: str) -> Counter[str | None]:
    query = select(BulkItem.outcome, func.count()).where(BulkItem.run_id == run_id).group_by(BulkItem.outcome)
    return Counter(dict(session.exec(query).all()))


def _end(session: Session, run_id: str, at: datetime, stopped: Stop | None) -> BulkRun:
    run = _locked(session, run_id)
    if run.state != RunState.ENDED:
        run.state, run.ended_at, run.stopped = RunState.ENDED, at, run.stopped or stopped
        waits = (col(BulkItem.run_id) == run_id, col(BulkItem.outcome).is_(None))
        session.exec(update(BulkItem).where(*waits).values(outcome=LineOutcome.NOT_DONE.value))
    return run
