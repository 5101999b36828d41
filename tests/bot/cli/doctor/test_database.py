"""The database is reached, is of this release's version and can be written; looking changes nothing."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlmodel import Session

import bot.cli.doctor.database
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import HEAD
from tests.bot.cli.doctor.consultation import Doctor
from tests.databases import Databases, Postgres, Sqlite


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """Of a database that is set up, and empty."""
    async with databases.fresh("empty") as url:
        yield url


async def asked(doctor: Doctor, url: str) -> str:
    return (await doctor("database", HELPDESK_DATABASE_URL=url))["database"]


async def set_version(url: str, version: str) -> None:
    def work(session: Session) -> None:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    store = Store(url)
    await store.write(work)
    await store.close()


async def test_a_database_that_is_set_up_is_well(doctor: Doctor, url: str) -> None:
    found = await asked(doctor, url)
    assert found.startswith(("ok SQLite", "ok PostgreSQL 1"))
    assert found.endswith(f", at version {HEAD}, can be written")


@pytest.mark.parametrize(("version", "advice"), [("0000", "Run: helpdesk db upgrade"), ("9999", "Install the newer")])
async def test_another_version_says_what_to_do(doctor: Doctor, url: str, version: str, advice: str) -> None:
    await set_version(url, version)
    found = await asked(doctor, url)
    assert found.startswith(f"FAILED The database is at version {version}")
    assert advice in found


async def test_an_empty_database_is_well_and_stays_empty(doctor: Doctor, databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        for _ in range(2):
            found = await doctor("database", "who may use it", HELPDESK_DATABASE_URL=url)
            assert "empty: helpdesk run and helpdesk db upgrade set it up" in found["database"]


async def test_a_file_that_is_not_there_is_not_made_by_looking(doctor: Doctor, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/helpdesk.db"
    found = await doctor("database", "disk", "who may use it", HELPDESK_DATABASE_URL=url)
    assert doctor.is_well
    assert found["disk"].startswith(("ok ", "warning "))
    assert os.listdir(tmp_path) == []


async def test_a_file_that_can_only_be_read_is_told(doctor: Doctor, sqlite: Sqlite) -> None:
    async with sqlite.fresh("empty") as url:
        found = await asked(doctor, f"sqlite+aiosqlite:///file:{make_url(url).database}?mode=ro&uri=true")
    assert found.startswith("FAILED SQLite cannot be used: attempt to write a readonly database. The desk's user")


async def test_a_file_that_is_no_database_is_told(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "helpdesk.db").write_text("no database " * 99)
    found = await asked(doctor, f"sqlite+aiosqlite:///{tmp_path}/helpdesk.db")
    assert found.startswith("FAILED SQLite cannot be used: file is not a database.")


async def test_a_server_out_of_reach_is_told_without_its_password(doctor: Doctor) -> None:
    found = await doctor(
        "database",
        "database clock",
        "who may use it",
        HELPDESK_DATABASE_URL="postgresql+asyncpg://desk:pass-of-desk@127.0.0.1:9/desk",
    )
    assert found["database"].startswith("FAILED PostgreSQL cannot be used: ")
    assert "are host, port, user, password and name in HELPDESK_DATABASE_URL right?" in found["database"]
    assert "pass-of-desk" not in "".join(doctor.lines)
    assert found["database clock"] == found["who may use it"] == "skipped the database does not answer"


async def test_a_database_that_is_not_there_is_told_in_the_servers_words(doctor: Doctor, postgres: Postgres) -> None:
    found = await asked(doctor, postgres.url("nowhere"))
    assert found.startswith('FAILED PostgreSQL cannot be used: database "nowhere" does not exist.')


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ("SELECT", "PostgreSQL cannot be used: permission denied for table"),
        ("ALL", "This user may not make the schema that jobs are kept in. GRANT CREATE ON DATABASE"),
    ],
)
async def test_a_user_with_too_few_rights_is_told_which(
    doctor: Doctor, postgres: Postgres, rights: str, said: str
) -> None:
    def restrict(session: Session) -> None:
        for statement in (
            "DROP ROLE IF EXISTS limited",
            "CREATE ROLE limited LOGIN",
            f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO limited",
        ):
            session.connection().execute(text(statement))

    async with postgres.fresh("empty") as url:
        store = Store(url)
        await store.write(restrict)
        await store.close()
        found = await asked(doctor, url.replace("postgres@", "limited@"))
    assert found.startswith(f"FAILED {said}")


async def test_postgresqls_clock_is_held_against_ours(doctor: Doctor, postgres: Postgres) -> None:
    async with postgres.fresh("empty") as url:
        found = await doctor("database clock", HELPDESK_DATABASE_URL=url)
    assert found["database clock"] == "ok within 5 s of PostgreSQL's"


async def test_a_folder_that_is_not_there_is_told(doctor: Doctor, tmp_path: Path) -> None:
    found = await doctor("disk", HELPDESK_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/nowhere/helpdesk.db")
    assert found["disk"].startswith(f"FAILED The folder {tmp_path}/nowhere is not there or cannot be written.")


@pytest.mark.parametrize(("limit", "said"), [("LEAST_FREE", "FAILED Only "), ("LITTLE_FREE", "warning only ")])
async def test_a_disk_that_fills_up_is_told(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, said: str
) -> None:
    monkeypatch.setattr(bot.cli.doctor.database, limit, 1 << 62)
    found = await doctor("disk", HELPDESK_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/helpdesk.db")
    assert found["disk"].startswith(said)


async def test_a_desk_that_nobody_may_use_says_so(doctor: Doctor, url: str) -> None:
    found = await doctor("who may use it", HELPDESK_DATABASE_URL=url)
    assert found["who may use it"].startswith("warning Nobody may use the desk. Set HELPDESK_PARTNER_ADMINS")
    assert doctor.is_well


async def test_who_may_use_the_desk_is_counted_and_not_named(doctor: Doctor, url: str) -> None:
    store = Store(url)
    await add_agent(store, "bo.larsen@partner.example", Role.AGENT, added_by="the tests")
    await store.close()
    admins = "ana.ruiz@partner.example,cy.wong@partner.example"
    found = await doctor("who may use it", HELPDESK_DATABASE_URL=url, HELPDESK_PARTNER_ADMINS=admins)
    assert found["who may use it"] == "ok partner administrators set: 2, desk spaces: 0, agents named: 1"
