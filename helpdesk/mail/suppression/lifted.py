"""What was taken off the suppression list is remembered for a day, so that it can be put back, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import TypeAdapter
from sqlalchemy import update
from sqlmodel import Session, col, select

from helpdesk.directory.index import HasDirectory
from helpdesk.mail.suppression import CannotRestore, HasSuppression, SuppressionEntry
from helpdesk.platform.clock import HasClock
from helpdesk.platform.errors import HelpdeskError, Refused
from helpdesk.platform.idempotency import once
from helpdesk.platform.language import Text
from helpdesk.platform.store import HasStore, insert_once
from helpdesk.platform.store.tables.mail import LiftedSuppression, Reason

UNDO_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Lifting:
    """What one event took off for one address, and who did."""

    event_id: str
    address: str
    entries: tuple[SuppressionEntry, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Undone:
    """`listed` are the entries as they stand on the list again; `gone` those that the provider cannot put back.

    `reworded` are the old entries that the provider lists for another reason now.
    """

    listed: tuple[SuppressionEntry, ...]
    gone: tuple[SuppressionEntry, ...] = ()
    reworded: tuple[SuppressionEntry, ...] = ()


_UNDONE = TypeAdapter(Undone)


class NothingToUndo(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("There is no clearing to undo for this address."),
            Text("What was cleared can be put back for 24 hours, once."),
        )


class UndoneAlready(Refused):
    def __init__(self, by: str) -> None:
        super().__init__(
            Text("This was put back already, by {agent}.", agent=by),
            Text("Look the address up again to see how it stands."),
        )


class UndoServices(HasStore, HasDirectory, HasSuppression, HasClock, Protocol):
    """Putting back what was cleared needs these."""


async def remember(desk: HasStore, lifting: Lifting) -> None:
    """The same event is remembered once."""
    await desk.store.write(_remember, lifting)


async def last_lifting(desk: UndoServices, address: str) -> Lifting | None:
    """The newest one that can still be undone."""
    customer = await desk.directory.organization_of(address)
    found = await desk.store.read(_last, address, desk.now() - UNDO_FOR)
    # Whoever is limited to some customers is told nothing of other addresses, after the same work.
    is_seen = customer is not None or desk.directory.customers is None
    return found if is_seen else None


async def undo(desk: UndoServices, address: str, lifting_id: str, event_id: str, by: str) -> Undone:
    """Put back what the event `lifting_id` took off for `address`. Of two who undo it, one does.

    What has been listed anew since stays as it is. Raises NothingToUndo, UndoneAlready, CannotRestore where the
    provider can put back none of it, or MailProviderError; nothing counts as undone then.
    """
    customer = await desk.directory.organization_of(address)
    if customer is None and desk.directory.customers is not None:
        raise NothingToUndo
    lifting, done = await desk.store.write(_claim, address, lifting_id, event_id, by, desk.now())
    if done is not None:
        return done
    try:
        undone = await _put_back(desk, lifting, event_id)
    except HelpdeskError:
        await desk.store.write(_release, address, lifting_id, event_id)
        raise
    return await desk.store.write(_note, undone, address, lifting_id, event_id, desk.now())


async def _put_back(desk: UndoServices, lifting: Lifting, event_id: str) -> Undone:
    there = {_key(each): each for each in await desk.suppression.find(lifting.address)}
    listed: list[SuppressionEntry] = []
    gone: list[SuppressionEntry] = []
    reworded: list[SuppressionEntry] = []
    refusal: CannotRestore | None = None
    for entry in lifting.entries:
        try:
            now = there.get(_key(entry)) or await desk.suppression.restore(entry, event_id)
        except CannotRestore as error:
            gone.append(entry)
            refusal = error
            continue
        listed.append(now)
        if now.reason is not entry.reason:
            reworded.append(entry)
    if refusal and not listed:
        raise refusal
    # Where a provider has one reason for all, several entries become one.
    return Undone(tuple(dict.fromkeys(listed)), tuple(gone), tuple(reworded))


def _key(entry: SuppressionEntry) -> tuple[Reason, str]:
    return entry.reason, entry.list_name


def _remember(session: Session, lifting: Lifting) -> None:
    for number, entry in enumerate(lifting.entries):
        row = {
            "event_id": lifting.event_id,
            "address": lifting.address,
            "number": number,
            "reason": entry.reason.value,
            "since": entry.since,
            "detail": entry.detail,
            "list_name": entry.list_name,
            "is_blocking": entry.is_blocking,
            "lifted_at": lifting.at,
            "lifted_by": lifting.by,
        }
        insert_once(session, LiftedSuppression, row)


def _last(session: Session, address: str, since: datetime) -> Lifting | None:
    newest = session.exec(
        select(LiftedSuppression.event_id)
        .where(
            LiftedSuppression.address == address,
            LiftedSuppression.lifted_at > since,
            col(LiftedSuppression.undone_event_id).is_(None),
        )
        .order_by(col(LiftedSuppression.lifted_at).desc())
    ).first()
    return _lifting(_rows(session, address, newest)) if newest else None


def _claim(
    session: Session, address: str, lifting_id: str, event_id: str, by: str, now: datetime
) -> tuple[Lifting, Undone | None]:
    """What this event is to put back; and what came of that, where it has done so before."""
    taken = {"undone_event_id": event_id, "undone_by": by}
    free = (col(LiftedSuppression.undone_event_id).is_(None), LiftedSuppression.lifted_at > now - UNDO_FOR)
    session.exec(_change(address, lifting_id, *free).values(taken))
    rows = _rows(session, address, lifting_id)
    if not rows or rows[0].undone_event_id is None:
        raise NothingToUndo
    if rows[0].undone_event_id != event_id:
        raise UndoneAlready(rows[0].undone_by or "")
    done = rows[0].undone_at is not None
    return _lifting(rows), once(session, event_id, _name(address), _UNDONE, _never) if done else None


def _release(session: Session, address: str, lifting_id: str, event_id: str) -> None:
    own = LiftedSuppression.undone_event_id == event_id
    session.exec(_change(address, lifting_id, own).values({"undone_event_id": None, "undone_by": None}))


def _note(session: Session, undone: Undone, address: str, lifting_id: str, event_id: str, now: datetime) -> Undone:
    session.exec(_change(address, lifting_id).values({"undone_at": now}))
    return once(session, event_id, _name(address), _UNDONE, lambda: undone)


def _name(address: str) -> str:
    return f"suppression.undo {address}"


def _never() -> Undone:
    raise NothingToUndo  # noted together with `undone_at`, and forgotten after it


def _change(address: str, lifting_id: str, *conditions: Any) -> Any:
    return update(LiftedSuppression).where(
        col(LiftedSuppression.address) == address, col(LiftedSuppression.event_id) == lifting_id, *conditions
    )


def _rows(session: Session, address: str, lifting_id: str) -> Sequence[LiftedSuppression]:
    found = select(LiftedSuppression).where(
        LiftedSuppression.address == address, LiftedSuppression.event_id == lifting_id
    )
    return session.exec(found.order_by(col(LiftedSuppression.number))).all()


def _lifting(rows: Sequence[LiftedSuppression]) -> Lifting:
    first = rows[0]
    entries = tuple(
        SuppressionEntry(
            each.address, Reason(each.reason), each.since, each.detail, each.is_blocking, list_name=each.list_name
        )
        for each in rows
    )
    return Lifting(first.event_id, first.address, entries, first.lifted_at, first.lifted_by)
