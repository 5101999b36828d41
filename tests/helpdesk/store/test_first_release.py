"""A database of the first release is brought up to date with all that is in it."""

from typing import Any

from alembic import command
from sqlalchemy import text
from sqlmodel import Session

import helpdesk.store.schema
from helpdesk.store import Store
from helpdesk.store.schema import upgrade
from tests.databases import Databases
from tests.sessions import rows

ACT = (
    "INSERT INTO audit (id, at, actor, action, subject, outcome, event_id)"
    " VALUES (:id, '2026-03-01 12:00:00', 'ana', 'find', :subject, 'shown', 'press')"
)


def _as_the_first_release_left_it(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.store.schema._config(connection), "0001")
    for number, subject in enumerate(["sam", "sam", "pat", "sam"], 1):
        connection.execute(text(ACT), {"id": number, "subject": subject})


async def test_what_it_told_twice_of_one_event_stays_and_is_told_apart(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_as_the_first_release_left_it)
        assert await upgrade(store) == "0001"
        query: Any = text("SELECT id, subject, event_id FROM audit ORDER BY id")
        found = [tuple(row) for row in await rows(store, query)]
        await store.close()
    assert found == [(1, "sam", "press"), (2, "sam", "press#2"), (3, "pat", "press"), (4, "sam", "press#4")]
