"""The encoding that hashes are made of is for ever: rows of today are verified by the releases to come."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session

import helpdesk.platform.store.schema
from helpdesk.audit.chain import SAID, link
from helpdesk.audit.keys import Key, Keys
from helpdesk.audit.verifying import verify
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import upgrade
from tests.databases import Databases
from tests.helpdesk.audit.chains import row

SECRET = "a secret of the tests, long enough"
KEY = Key.of(SECRET)
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
# Made with other means: openssl dgst -mac HMAC, of [2,"<key id>","before",7,"2026-03-01T12:00:00.000005+00:00",...].
PERSON = "person-58f42b08649477f27fc6"
HASH = "2:038889a7844437df2110d3c76a80ba99d6a869ed4299acd49c803dd0e19f7758"
ACT = (
    "INSERT INTO audit (id, at, actor, action, subject, outcome, event_id)"
    " VALUES (:id, '2026-03-01 12:00:00', 'ana', 'find', :subject, 'shown', 'press')"
)


def test_the_encoding_stays_as_it_is() -> None:
    assert link(ROW, "before", KEY) == (PERSON, HASH)


def test_a_time_is_the_same_in_every_zone() -> None:
    elsewhere = ROW["at"].astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert link({**ROW, "at": elsewhere}, "before", KEY) == (PERSON, HASH)


@pytest.mark.parametrize("name", SAID)
def test_each_thing_that_a_row_says_is_covered(name: str) -> None:
    other = {"id": 8, "at": datetime(2026, 3, 1, 12, tzinfo=UTC)}.get(name, "other")
    assert link({**ROW, name: other}, "before", KEY)[1] != HASH


def test_the_row_before_is_covered() -> None:
    assert link(ROW, "another", KEY)[1] != HASH


def test_another_key_gives_other_pseudonyms_and_another_hash() -> None:
    pseudonyms, hash_ = link(ROW, "before", Key.of("another secret"))
    assert pseudonyms != PERSON
    assert hash_ != HASH


def test_what_stands_in_two_fields_cannot_be_shifted_between_them() -> None:
    assert link({**ROW, "actor": "a", "action": 'b","c'}, "", KEY) != link(
        {**ROW, "actor": 'a","b', "action": "c"}, "", KEY
    )


def _as_an_earlier_release_left_it(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.platform.store.schema._config(connection), "0009")
    # PostgreSQL's counter leaves gaps.
    for number in (1, 2, 5, 9):
        connection.execute(text(ACT), {"id": number, "subject": f"person {number}"})


async def test_rows_of_earlier_releases_are_chained_in_their_order_without_gaps(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_as_an_earlier_release_left_it)
        await upgrade(store, SECRET)
        verdict = await verify(store, Keys.of(SECRET))
        assert (verdict.fault, verdict.ends and verdict.ends.last_id) == (None, 5)
        assert [(await row(store, number))["subject"] for number in (3, 4)] == ["person 5", "person 9"]
        await store.close()
