"""The encoding that hashes are made of is for ever: rows of today are verified by the releases to come."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session

import helpdesk.store.schema
from helpdesk.audit.chain import SAID, link
from helpdesk.audit.verifying import verify
from helpdesk.store import Store
from helpdesk.store.schema import upgrade
from tests.databases import Databases
from tests.helpdesk.audit.chains import row

ROW: dict[str, Any] = {
    "id": 7,
    "at": datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC),
    "actor": "ana@partner.example",
    "action": "find",
    "subject": "Zoë",
    "organization_id": None,
    "reason": 'they "called"',
    "outcome": "shown",
    "event_id": "event",
}
# Made with other means: printf '[1,"before",7,"2026-03-01T12:00:00.000005+00:00",...]' | sha256sum
HASH = "1:4030e52844430de63207efecb659602a75d915cb4c98b4d2fc13091e90e798cb"
ACT = (
    "INSERT INTO audit (id, at, actor, action, subject, outcome, event_id)"
    " VALUES (:id, '2026-03-01 12:00:00', 'ana', 'find', :subject, 'shown', 'press')"
)


def test_the_first_encoding_stays_as_it_is() -> None:
    assert link(ROW, "before") == HASH


def test_a_time_is_the_same_in_every_zone() -> None:
    elsewhere = ROW["at"].astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert link({**ROW, "at": elsewhere}, "before") == HASH


@pytest.mark.parametrize("name", SAID)
def test_each_thing_that_a_row_says_is_covered(name: str) -> None:
    other = {"id": 8, "at": datetime(2026, 3, 1, 12, tzinfo=UTC)}.get(name, "other")
    assert link({**ROW, name: other}, "before") != HASH


def test_the_row_before_is_covered() -> None:
    assert link(ROW, "another") != HASH


def test_what_stands_in_two_fields_cannot_be_shifted_between_them() -> None:
    assert link({**ROW, "actor": "a", "action": 'b","c'}, "") != link({**ROW, "actor": 'a","b', "action": "c"}, "")


def _as_an_earlier_release_left_it(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.store.schema._config(connection), "0009")
    # PostgreSQL's counter leaves gaps.
    for number in (1, 2, 5, 9):
        connection.execute(text(ACT), {"id": number, "subject": f"person {number}"})


async def test_rows_of_earlier_releases_are_chained_in_their_order_without_gaps(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_as_an_earlier_release_left_it)
        await upgrade(store)
        verdict = await verify(store)
        assert (verdict.fault, verdict.ends and verdict.ends.last_id) == (None, 4)
        assert [(await row(store, number))["subject"] for number in (3, 4)] == ["person 5", "person 9"]
        await store.close()
