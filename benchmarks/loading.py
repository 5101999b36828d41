"""A population brought into a migrated database by the quickest way each database has."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

import asyncpg
from sqlalchemy import make_url

from benchmarks.population import Population
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import upgrade
from helpdesk.search.index import entries_of_organization, entries_of_person, near_rows

ORGANIZATION = ("id", "webex_id", "display_name", "search_name", "settings", "source")
PERSON = (
    *("id", "webex_id", "organization_id", "email", "display_name", "search_name", "login_enabled"),
    *("site_urls", "phone_numbers", "features", "source"),
)
EMAIL = ("person_id", "address", "domain")
KEY = ("shelf", "key", "name", "id", "organization_id")
WORD = ("key", "word")
# Put in order before they are written: pages are filled one after the other.
_ORDERED = {"name_keys": "shelf, key, name, id, organization_id", "near_words": "key, word"}
_INDEXES = {"name_keys": ("ix_name_keys_within", "organization_id, shelf, key, name, id")}

Table = tuple[str, Sequence[str], Iterator[tuple[Any, ...]]]


async def load(population: Population, url: str) -> None:
    """Make the database's tables and fill them."""
    store = Store(url)
    await upgrade(store)
    await store.close()
    if make_url(url).get_backend_name() == "sqlite":
        await asyncio.to_thread(_into_sqlite, population, str(make_url(url).database))
    else:
        await _into_postgresql(population, url)


def _into_sqlite(population: Population, file: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN")
        for index, _ in _INDEXES.values():
            connection.execute(f"DROP INDEX {index}")
        for table in _tables(population):
            _insert(connection, *table)
        for name, (index, on) in _INDEXES.items():
            connection.execute(f"CREATE INDEX {index} ON {name} ({on})")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    # All names here are our own.
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    if table not in _ORDERED:
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608
        return
    connection.execute(f"CREATE TEMP TABLE loose ({names})")
    connection.executemany(f"INSERT INTO loose VALUES ({places})", rows)  # noqa: S608
    connection.execute(f"INSERT INTO {table} ({names}) SELECT * FROM loose ORDER BY {_ORDERED[table]}")  # noqa: S608
    connection.execute("DROP TABLE loose")


async def _into_postgresql(population: Population, url: str) -> None:
    connection = await connected(url)
    try:
        # What is brought in refers to what is there: nobody need look it up for each of millions of rows.
        await connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
        for table in _ORDERED:
            await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        for index, _ in _INDEXES.values():
            await connection.execute(f"DROP INDEX {index}")
        for table, columns, rows in _tables(population):
            await connection.copy_records_to_table(table, columns=columns, records=rows)
        for table, order in _ORDERED.items():
            await connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({order})", timeout=600)
        for table, (index, on) in _INDEXES.items():
            await connection.execute(f"CREATE INDEX {index} ON {table} ({on})", timeout=600)
        await connection.execute("VACUUM ANALYZE", timeout=600)
    finally:
        await connection.close()


async def connected(url: str) -> Any:
    """A connection past SQLAlchemy, to `url`'s server and database."""
    parsed = make_url(url)
    query = {name: str(value) for name, value in parsed.query.items()}
    return await asyncpg.connect(
        user=parsed.username,
        database=parsed.database,
        host=query["host"],
        port=int(query.get("port", 5432)),
        timeout=10,
    )


def _tables(population: Population) -> Iterator[Table]:
    """In an order in which each row finds what it refers to."""
    organizations, people = population.organizations, population.people
    yield "organizations", ORGANIZATION, ((*_values(row, ORGANIZATION[:-2]), "{}", "import") for row in organizations)
    yield "people", PERSON, ((*_values(row, PERSON[:-4]), "[]", "[]", "{}", "import") for row in people)
    yield "person_emails", EMAIL, ((row["id"], row["email"], row["email"].partition("@")[2]) for row in people)
    entries = chain(
        (entry for row in organizations for entry in entries_of_organization(row)),
        (entry for row in people for entry in entries_of_person(row)),
    )
    yield "name_keys", KEY, entries
    names = (row["search_name"] for row in chain(organizations, people))
    words = {word for name in names for word in name.split()}
    yield "near_words", WORD, ((key, word) for word in words for key in near_rows(word))


def _values(row: dict[str, Any], columns: Sequence[str]) -> Iterator[Any]:
    return (row[column] for column in columns)
