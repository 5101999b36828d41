"""An act is done once for its event, and comes to the same however often the event is worked on."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter
from sqlmodel import Session, select

from helpdesk.platform.errors import Refused
from helpdesk.platform.idempotency import once
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.events import CompletedAct, SpentToken
from tests.sessions import rows

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Count:
    """How many rows there were, and when."""

    rows: int
    at: datetime


COUNT = TypeAdapter(Count)


def add_row(session: Session, event: str, name: str = "count") -> Count:
    def act() -> Count:
        session.flush()
        there = len(session.exec(select(SpentToken)).all())
        session.add(SpentToken(nonce=str(there), event_id=event, spent_at=NOW))
        return Count(there, NOW)

    return once(session, event, name, COUNT, act)


def add_row_and_fail(session: Session, event: str) -> Count:
    def act() -> Count:
        session.add(SpentToken(nonce="lost", event_id=event, spent_at=NOW))
        session.flush()
        raise Refused(Text("No."))

    return once(session, event, "count", COUNT, act)


async def test_an_act_is_done_once_and_comes_to_the_same(store: Store) -> None:
    assert [await store.write(add_row, "event") for _ in range(3)] == [Count(0, NOW)] * 3
    assert len(await rows(store, select(SpentToken))) == 1


async def test_of_the_same_event_at_once_one_acts_and_all_are_told_what_it_came_to(store: Store) -> None:
    assert await asyncio.gather(*(store.write(add_row, "event") for _ in range(6))) == [Count(0, NOW)] * 6


async def test_another_event_and_another_act_are_on_their_own(store: Store) -> None:
    done = [await store.write(add_row, event, name) for event, name in [("1", "a"), ("1", "b"), ("2", "a")]]
    assert [each.rows for each in done] == [0, 1, 2]


async def test_an_act_that_failed_is_not_remembered_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(Refused):
        await store.write(add_row_and_fail, "event")
    assert await rows(store, select(CompletedAct)) == []
    assert await store.write(add_row, "event") == Count(0, NOW)
