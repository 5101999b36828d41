"""Old rows go as policy says, from the beginning only, and the chain goes on unbroken from the last of them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from helpdesk.audit import Audit, removal
from helpdesk.audit.verifying import verify
from helpdesk.audit.walking import Fault
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow
from tests.helpdesk.audit.chains import BEGAN, KEYS, acts, by_hand
from tests.sessions import rows


def after(store: Store, days: float, kept_days: int | None = 30) -> Audit:
    """The audit so many days after its first row."""
    kept_for = timedelta(days=kept_days) if kept_days else None
    return Audit(store, lambda: BEGAN + timedelta(days=days), kept_for, KEYS)


async def ids(store: Store) -> list[int]:
    return await rows(store, select(AuditRow.id).order_by(AuditRow.id))


async def test_what_is_older_goes_and_a_row_tells_how_far(store: Store) -> None:
    await acts(store, 9)
    assert await after(store, 33.5).remove_lapsed() == 4
    assert await ids(store) == [5, 6, 7, 8, 9, 10]
    (told,) = await rows(store, select(AuditRow).where(AuditRow.id == 10))
    assert (told.actor, told.action, told.subject) == ("the desk", "audit.remove", "rows up to 4")
    verdict = await verify(store, KEYS)
    assert (verdict.fault, verdict.ends and verdict.ends.removed_to) == (None, 4)


async def test_nothing_goes_before_its_time_or_without_a_policy(store: Store) -> None:
    await acts(store, 3)
    assert await after(store, 30).remove_lapsed() == 0
    assert await after(store, 9_999, kept_days=None).remove_lapsed() == 0
    assert await ids(store) == [1, 2, 3]


async def test_it_goes_on_batch_by_batch_and_over_all_rows_until_only_what_tells_of_it_is_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "BATCH", 2)
    await acts(store, 5)
    assert [await after(store, 99).remove_lapsed() for _ in range(4)] == [2, 2, 1, 0]
    assert await ids(store) == [6, 7, 8]
    assert (await verify(store, KEYS)).fault is None
    assert await after(store, 200).remove_lapsed() == 2
    assert (await verify(store, KEYS)).fault is None


async def test_a_row_of_later_hands_that_claims_to_be_older_goes_only_in_its_turn(store: Store) -> None:
    await acts(store, 3)
    early = Audit(store, lambda: BEGAN - timedelta(days=99), keys=KEYS)  # another process, whose clock is wrong
    await early.record(actor="ana", action="find", subject="pat", outcome="shown", event_id="early")
    assert await after(store, 31.5).remove_lapsed() == 2
    assert await ids(store) == [3, 4, 5]


async def test_acts_go_on_behind_what_was_removed(store: Store) -> None:
    await acts(store, 3)
    await after(store, 99).remove_lapsed()
    await acts(store, 2, first=101)
    assert (await verify(store, KEYS)).fault is None


@pytest.mark.parametrize(
    ("done", "row_id", "fault"),
    [
        ("DELETE FROM audit WHERE id = 5", 6, Fault.MISSING),
        ("UPDATE audit_head SET removed_hash = 'other'", 10, Fault.HEAD),
        ("UPDATE audit SET outcome = 'other' WHERE id = 10", 10, Fault.ALTERED),
    ],
)
async def test_what_is_touched_behind_it_is_named(store: Store, done: str, row_id: int, fault: Fault) -> None:
    await acts(store, 9)
    await after(store, 33.5).remove_lapsed()
    await by_hand(store, done)
    verdict = await verify(store, KEYS)
    assert (verdict.row_id, verdict.fault) == (row_id, fault)
