"""Databases are set up, brought up to date, and refused when they are at another version."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, SQLModel

import helpdesk.platform.store.schema
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.schema import HEAD, require_current, upgrade
from tests.databases import Databases, Sqlite
from tests.helpdesk.files import contents
from tests.sessions import reading, writing

MIGRATIONS = Path(helpdesk.platform.store.schema.__file__).parent / "migrations"


async def set_version(store: Store, version: str) -> None:
    def change(session: Session) -> None:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    await store.write(change)


async def differences(store: Store) -> list[Any]:
    def compare(session: Session) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(session.connection()), SQLModel.metadata))

    return await store.read(compare)


async def test_a_database_is_made_from_nothing_and_a_second_upgrade_does_nothing(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        assert [await upgrade(store), await upgrade(store)] == ["", HEAD]
        await require_current(store)
        assert [name for name, rows in (await contents(store)).items() if rows] == ["audit_head"]
        await store.close()


async def test_an_empty_database_is_set_up_at_start(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        await require_current(store)
        assert await upgrade(store) == HEAD
        await store.close()


async def test_an_upgrade_keeps_what_is_there(demo_store: Store) -> None:
    before = await contents(demo_store)
    await upgrade(demo_store)
    assert await contents(demo_store) == before


async def test_the_migrations_make_what_the_models_say(store: Store) -> None:
    assert await differences(store) == []


async def test_a_column_too_many_would_be_noticed(store: Store) -> None:
    async with writing(store) as session:
        await session.exec(text("ALTER TABLE roles ADD COLUMN colour VARCHAR"))  # type: ignore[call-overload]
    assert len(await differences(store)) == 1


def test_the_newest_migration_is_head_and_versions_are_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest_first = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert newest_first == sorted(newest_first, reverse=True)
    assert newest_first[0] == HEAD


@pytest.mark.parametrize(("version", "advice"), [("0000", "helpdesk db upgrade"), ("9999", "Install the newer")])
async def test_another_version_is_refused_with_what_to_do(store: Store, version: str, advice: str) -> None:
    await set_version(store, version)
    with pytest.raises(HelpdeskError) as refused:
        await require_current(store)
    assert ENGLISH(refused.value.text) == f"The database is at version {version}, this helpdesk needs {HEAD}."
    assert advice in ENGLISH(refused.value.advice or "")


async def test_a_database_of_a_newer_release_is_not_touched_by_an_upgrade(store: Store) -> None:
    await set_version(store, "9999")
    with pytest.raises(HelpdeskError, match="is at version"):
        await upgrade(store)
    with pytest.raises(HelpdeskError):
        await require_current(store)


async def test_of_two_upgrades_at_once_the_second_finds_nothing_to_do(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        stores = [Store(url), Store(url)]
        assert sorted(await asyncio.gather(*map(upgrade, stores))) == ["", HEAD]
        await asyncio.gather(*map(require_current, stores))
        for store in stores:
            await store.close()


async def test_two_processes_that_start_at_once_on_an_empty_database_both_start(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        stores = [Store(url), Store(url), Store(url)]
        await asyncio.gather(*map(require_current, stores))
        for store in stores:
            await store.close()


async def test_an_upgrade_that_fails_leaves_nothing_behind(databases: Databases) -> None:
    async with databases.fresh("nothing") as url:
        store = Store(url)
        async with writing(store) as session:
            await session.exec(text("CREATE TABLE verifications (id INTEGER)"))  # type: ignore[call-overload]
        with pytest.raises((StoreUnavailable, ProgrammingError)):
            await upgrade(store)
        async with writing(store) as session:
            await session.exec(text("DROP TABLE verifications"))  # type: ignore[call-overload]
        assert await upgrade(store) == ""
        await store.close()


async def test_sqlite_writes_ahead_and_checks_what_rows_refer_to(sqlite: Sqlite) -> None:
    async with sqlite.fresh("empty") as url:
        store = Store(url)
        async with reading(store) as session:
            found = [
                (await session.exec(text(f"PRAGMA {name}"))).scalar_one()  # type: ignore[call-overload]
                for name in ("journal_mode", "foreign_keys", "synchronous")
            ]
        await store.close()
    assert found == ["wal", 1, 1]


def test_the_installed_package_can_upgrade_a_database_from_any_folder(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    shutil.copytree(MIGRATIONS.parents[2], packages / "helpdesk", ignore=shutil.ignore_patterns("__pycache__"))
    program = (
        "import asyncio; from helpdesk.platform.store import Store; from helpdesk.platform.store.schema import upgrade;"
        "asyncio.run(upgrade(Store('sqlite+aiosqlite:///here.db')))"
    )
    environment = {"PYTHONPATH": str(packages), "PATH": ""}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, timeout=60)  # noqa: S603
    version = sqlite3.connect(tmp_path / "here.db").execute("SELECT version_num FROM alembic_version").fetchall()
    assert version == [(HEAD,)]
