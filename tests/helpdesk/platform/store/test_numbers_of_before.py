"""Numbers that an earlier release kept as typed are found right after the upgrade, before any sync or import."""

import json
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session

import helpdesk.platform.store.schema
from helpdesk.directory.phones import is_dialled, stored_number
from helpdesk.platform.store import Store
from helpdesk.upgrade import upgrade
from tests.databases import Databases
from tests.sessions import rows

TYPED = (
    *("+1 (212) 555-0112", "+999 (12) 3456", "020 7946 0958", "07 12 34 56 78", "212.555.0199", "4711"),
    *("+52 1 55 4525 8448", "+44 (0)20 7946 0000", "call me", "00 44 20 7946 0111"),
)
PEOPLE = 4_100  # more than are read in one go


def _before(session: Session) -> None:
    connection = session.connection()
    command.upgrade(helpdesk.platform.store.schema._config(connection), "0021")
    for key, country in (("gb", "GB"), ("none", None)):
        connection.execute(
            text(
                "INSERT INTO organizations (id, webex_id, display_name, search_name, settings, country)"
                " VALUES (:key, :key, 'Acme', ' acme', '{}', :country)"
            ),
            {"key": key, "country": country},
        )
        for typed in TYPED:
            connection.execute(
                text("INSERT INTO numbers (phone_number, organization_id, extension) VALUES (:number, :key, '1')"),
                {"number": typed, "key": key},
            )
    # What is there under both spellings stays so.
    connection.execute(text("INSERT INTO numbers (phone_number, organization_id) VALUES ('+12125550112', 'gb')"))
    person = text(
        "INSERT INTO people (id, webex_id, organization_id, email, display_name, search_name, site_urls, phone_numbers,"
        " features) VALUES (:id, :id, :organization, :id, 'Pat', ' pat', '[]', :numbers, '{}')"
    )
    told = json.dumps(TYPED)
    connection.execute(
        person,
        [
            {"id": f"p{number:05}", "organization": "gb" if number % 2 else "none", "numbers": told}
            for number in range(PEOPLE)
        ],
    )
    connection.execute(text("INSERT INTO person_phones (person_id, number) VALUES ('p00001', '+12125550112')"))


@pytest.fixture
async def upgraded(databases: Databases) -> Any:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await store.write(_before)
        assert await upgrade(store, "a secret of the tests, long enough") == "0021"
        yield store
        await store.close()


async def test_old_numbers_have_the_form_that_a_sync_would_give_them(upgraded: Store) -> None:
    for key, country in (("gb", "GB"), ("none", None)):
        query: Any = text(f"SELECT phone_number FROM numbers WHERE organization_id = '{key}'")  # noqa: S608
        expected = {stored_number(typed, country) for typed in TYPED if is_dialled(typed)}
        # What is no whole number may be an extension, and stays.
        stays = {"4711", "call me"} | ({TYPED[0]} if country else set())
        assert {row[0] for row in await rows(upgraded, query)} == expected | stays
        person = "p00001" if country else "p00000"
        of_person: Any = text(f"SELECT number FROM person_phones WHERE person_id = '{person}'")  # noqa: S608
        assert {row[0] for row in await rows(upgraded, of_person)} == expected
    query = text("SELECT count(DISTINCT person_id) FROM person_phones")
    assert [row[0] for row in await rows(upgraded, query)] == [PEOPLE]
