"""Sessions, writing rows once or over, and what becomes of a database that cannot be used."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, select

import helpdesk.platform.store.sqlite
from helpdesk.platform.store import BATCH, Store, StoreUnavailable, insert_once, upsert
from helpdesk.platform.store.schema import require_current, upgrade
from helpdesk.platform.store.tables.directory import Organization, PersonLicense, WebexSite
from helpdesk.platform.store.tables.events import SpentToken
from helpdesk.platform.store.tables.people import Agent, Preference
from tests.databases import Databases, Postgres, Sqlite
from tests.sessions import reading, rows, writing

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def preferences(languages: dict[str, str]) -> list[dict[str, str]]:
    return [{"person_id": person, "language": language} for person, language in languages.items()]


async def write(store: Store, person: str) -> None:
    """Reads first, as most of our writers do."""

    def work(session: Session) -> None:
        session.exec(select(Preference))
        upsert(session, Preference, preferences({person: "en"}))

    await store.write(work)


async def languages(store: Store) -> dict[str, str]:
    return {row.person_id: row.language for row in await rows(store, select(Preference))}


async def test_upsert_inserts_what_is_new_and_overwrites_the_rest(store: Store) -> None:
    async with writing(store) as session:
        await session.run_sync(upsert, Preference, preferences({"ana": "en", "bo": "en"}))
    async with writing(store) as session:
        await session.run_sync(upsert, Preference, preferences({"bo": "fr", "kim": "fr"}))
    assert await languages(store) == {"ana": "en", "bo": "fr", "kim": "fr"}


async def test_upsert_takes_none_at_all_and_more_than_one_batch(store: Store) -> None:
    many = {f"person {number}": "en" for number in range(2 * BATCH + 1)}
    async with writing(store) as session:
        await session.run_sync(upsert, Preference, [])
        await session.run_sync(upsert, Preference, preferences(many))
    assert await languages(store) == many


async def test_upsert_of_a_row_that_is_all_key_changes_nothing(demo_store: Store) -> None:
    async with writing(demo_store) as session:
        rows = [row.model_dump() for row in await session.exec(select(PersonLicense))]
        await session.run_sync(upsert, PersonLicense, rows)
    async with reading(demo_store) as session:
        assert len((await session.exec(select(PersonLicense))).all()) == len(rows) > 0


async def test_insert_once_says_which_of_two_was_first(store: Store) -> None:
    rows = [SpentToken(nonce="one", event_id=event, spent_at=NOW) for event in ("first", "second")]
    async with writing(store) as session:
        assert [await session.run_sync(insert_once, type(row), row.model_dump()) for row in rows] == [True, False]
    async with reading(store) as session:
        found = await session.get(SpentToken, "one")
    assert found is not None
    assert found.event_id == "first"


async def test_of_many_who_insert_once_at_once_one_is_first(store: Store) -> None:
    made = [SpentToken(nonce="one", event_id=f"event {number}", spent_at=NOW) for number in range(8)]
    assert sum(await asyncio.gather(*(store.write(insert_once, type(row), row.model_dump()) for row in made))) == 1


async def test_two_writers_at_once_both_succeed(store: Store) -> None:
    await asyncio.gather(*(write(store, f"person {number}") for number in range(8)))
    assert len(await languages(store)) == 8


async def test_nothing_stays_of_a_transaction_that_fails(store: Store) -> None:
    def fail(session: Session) -> None:
        upsert(session, Preference, preferences({"ana": "en"}))
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fail)
    assert await languages(store) == {}


async def test_reading_writes_nothing(store: Store) -> None:
    with contextlib.suppress(StoreUnavailable):  # PostgreSQL refuses it, SQLite rolls it back
        await store.read(upsert, Preference, preferences({"ana": "en"}))
    assert await languages(store) == {}


async def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    async with writing(store) as session:
        await session.run_sync(upsert, Preference, preferences({"ana": "en"}))
        async with asyncio.timeout(2):
            assert await languages(store) == {}


async def test_rows_that_belong_to_nothing_are_refused(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with writing(store) as session:
            session.add(WebexSite(organization_id="nobody", url="nobody.webex.example"))


async def test_what_belongs_to_an_organization_goes_with_it(demo_store: Store) -> None:
    async with writing(demo_store) as session:
        for organization in (await session.exec(select(Organization))).all():
            await session.delete(organization)
    async with reading(demo_store) as session:
        assert (await session.exec(select(WebexSite))).all() == []
        assert (await session.exec(select(PersonLicense))).all() == []


async def test_an_error_never_shows_the_values_of_a_row(store: Store) -> None:
    row = {"organization_id": "nobody", "url": "secret.webex.example"}
    with pytest.raises(IntegrityError) as failed:
        async with writing(store) as session:
            await session.run_sync(upsert, WebexSite, [row])
    assert "secret.webex.example" not in str(failed.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    at=st.datetimes(
        min_value=datetime(1000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
    )
)
async def test_a_time_comes_back_the_same_and_in_utc(databases: Databases, at: datetime) -> None:
    async with databases.fresh("empty") as url:
        store = Store(url)
        async with writing(store) as session:
            session.add(Agent(email="ana", role="agent", added_by="test", added_at=at))
        async with reading(store) as session:
            (found,) = (await session.exec(select(Agent.added_at))).all()
        await store.close()
    assert found == at
    assert found.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with writing(store) as session:
            session.add(Agent(email="ana", role="agent", added_by="test", added_at=NOW.replace(tzinfo=None)))


async def test_times_are_compared_by_moment_not_by_text(store: Store) -> None:
    async with writing(store) as session:
        session.add(Agent(email="ana", role="agent", added_by="test", added_at=NOW))
    elsewhere = (NOW - timedelta(seconds=1)).astimezone(timezone(timedelta(hours=9)))
    async with reading(store) as session:
        assert (await session.exec(select(Agent).where(Agent.added_at > elsewhere))).all()


async def test_a_locked_sqlite_database_is_unavailable(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpdesk.platform.store.sqlite, "BUSY_SECONDS", 0.05)
    async with sqlite.fresh("empty") as url:
        store = Store(url)
        other = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable):
            await write(store, "ana")
        assert await languages(store) == {}, "readers go on"
        other.close()
        await write(store, "ana")
        await store.close()


async def test_a_read_only_sqlite_file_is_unavailable_at_start(sqlite: Sqlite) -> None:
    async with sqlite.fresh("empty") as url:
        store = Store(f"sqlite+aiosqlite:///file:{make_url(url).database}?mode=ro&uri=true")
        assert await languages(store) == {}
        with pytest.raises(StoreUnavailable):
            await require_current(store)
        await store.close()


@pytest.mark.parametrize("content", [None, b"This is no database at all, but a text. " * 50])
async def test_a_sqlite_file_that_cannot_be_used_is_unavailable(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "helpdesk.db"
    path.write_bytes(content) if content else path.mkdir()
    store = Store(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(StoreUnavailable):
        await require_current(store)
    await store.close()


async def test_a_postgresql_that_only_reads_is_unavailable(postgres: Postgres) -> None:
    async with postgres.fresh("empty") as url:
        store = Store(url)
        name = make_url(url).database
        async with writing(store) as session:
            await session.exec(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))  # type: ignore[call-overload]
        await store.close()
        with pytest.raises(StoreUnavailable):
            await require_current(store)
        await store.close()


async def test_a_postgresql_connection_that_is_cut_in_a_write_is_unavailable_once(postgres: Postgres) -> None:
    def cut(session: Session) -> None:
        session.exec(text("SELECT pg_terminate_backend(pg_backend_pid())"))  # type: ignore[call-overload]

    async with postgres.fresh("empty") as url:
        store = Store(url)
        with pytest.raises(StoreUnavailable):
            await store.write(cut)
        assert await languages(store) == {}
        await store.close()


async def test_a_postgresql_connection_that_was_cut_is_not_noticed_by_a_reader(postgres: Postgres) -> None:
    async with postgres.fresh("empty") as url:
        store = Store(url)
        await languages(store)
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :name"
        )
        name = make_url(url).database
        await store.write(lambda session: session.connection().execute(text(others), {"name": name}).all())
        assert await languages(store) == {}
        await store.close()


async def test_a_postgresql_without_that_database_is_unavailable(postgres: Postgres) -> None:
    store = Store(postgres.url("never_made"))
    with pytest.raises(StoreUnavailable):
        await require_current(store)
    await store.close()


@pytest.mark.parametrize("host", ["/nowhere", "127.0.0.1:1"])
async def test_a_postgresql_that_is_not_there_is_unavailable(host: str) -> None:
    store = Store(f"postgresql+asyncpg://postgres@/helpdesk?host={host}")
    with pytest.raises(StoreUnavailable):
        await upgrade(store)
    await store.close()
