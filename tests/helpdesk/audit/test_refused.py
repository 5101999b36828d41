"""Tries that were refused are one row for each person and hour, however many they are and whatever fails meanwhile."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from helpdesk.audit import Audit, refused
from helpdesk.audit.refused import OTHERS, RefusedKind, pending
from helpdesk.audit.verifying import verify
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.tables.audit import AuditRow
from tests.helpdesk.audit.chains import KEYS
from tests.sessions import rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVE = "eve@elsewhere.example"


@dataclass
class Desk:
    store: Store
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.audit = Audit(self.store, lambda: self.now, keys=KEYS)

    def tries(self, count: int, who: str = EVE, kind: RefusedKind = RefusedKind.STRANGER) -> None:
        for _ in range(count):
            self.audit.refused.count(kind, who)

    async def at(self, minutes: float) -> None:
        self.now = NOON + timedelta(minutes=minutes)
        await self.audit.write_refused()

    async def told(self) -> list[tuple[str, str, str]]:
        found = await rows(self.store, select(AuditRow).order_by(col(AuditRow.id)))
        return [(row.action, row.actor, row.outcome) for row in found]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def test_many_tries_of_one_person_are_one_row_when_the_hour_is_over(desk: Desk) -> None:
    for minute in range(3):
        desk.tries(7)
        await desk.at(minute + 1)
    assert await desk.told() == []
    await desk.at(60)
    assert await desk.told() == [("refused.stranger", EVE, "refused 21 times, 2026-03-01 12:00 to 12:02 UTC")]
    assert await pending(desk.store) == []
    assert (await verify(desk.store, KEYS)).fault is None


async def test_each_kind_each_person_and_each_hour_has_a_row(desk: Desk) -> None:
    desk.tries(1)
    desk.tries(1, kind=RefusedKind.FORGED)
    desk.tries(1, who="EVE2@elsewhere.example")
    desk.now = NOON + timedelta(hours=1)
    desk.tries(1)
    await desk.at(121)
    assert len(await desk.told()) == 4


async def test_what_is_not_a_row_yet_is_known_with_its_count(desk: Desk) -> None:
    desk.tries(3)
    await desk.at(1)
    (found,) = await pending(desk.store)
    assert (found.kind, found.who, found.count) == (RefusedKind.STRANGER, EVE, 3)


async def test_a_flood_by_many_people_is_bounded_and_none_of_it_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused, "MOST", 10)
    for batch in range(4):
        for number in range(25):
            desk.tries(2, who=f"{batch}-{number}@elsewhere.example")
        await desk.at(batch + 1)
    found = await pending(desk.store)
    assert len(found) == 11
    assert sum(each.count for each in found) == 200
    assert max(found, key=lambda each: each.count).who == OTHERS
    await desk.at(61)
    assert len(await desk.told()) == 11


async def test_while_the_database_is_away_counts_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.tries(2)
    with monkeypatch.context() as away:

        async def gone(*_: object) -> None:
            desk.tries(1)
            raise StoreUnavailable

        away.setattr(desk.store, "write", gone)
        with pytest.raises(StoreUnavailable):
            await desk.at(1)
    await desk.at(2)
    (found,) = await pending(desk.store)
    assert (found.count, found.first_at) == (3, NOON)


async def test_two_processes_add_up_and_make_one_row(desk: Desk) -> None:
    other = Desk(desk.store)
    for each in (desk, other):
        each.tries(5)
    await asyncio.gather(desk.at(1), other.at(1))
    await asyncio.gather(desk.at(61), other.at(61))
    assert await desk.told() == [("refused.stranger", EVE, "refused 10 times, 2026-03-01 12:00 to 12:00 UTC")]


async def test_who_it_was_is_told_however_it_is_spelled(desk: Desk) -> None:
    desk.tries(1, who="nul \0 \ud800" + "x" * 10_000)
    await desk.at(61)
    ((_, actor, _),) = await desk.told()
    assert actor.startswith("nul \\x00 \\ud800x")
    assert len(actor) < 300


async def test_without_a_try_nothing_is_written(desk: Desk) -> None:
    await desk.at(1)
    await desk.at(999)
    assert await desk.told() == []
