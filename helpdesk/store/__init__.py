"""The one database: SQLite embedded, or PostgreSQL when several machines share it.

    async with store.reading() as session: ...
    async with store.writing() as session: ...     # commits at the end, rolls back on any exception

A database that is locked, read-only, full or gone raises StoreUnavailable.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event, exc, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.errors import Unavailable
from helpdesk.language import Text

# How long a writer waits for another before the person is told that the database is busy.
BUSY_SECONDS = 5
# Rows per statement: SQLite allows 32 766 values in one.
BATCH = 500

_GONE = (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError, OSError)
# asyncpg's driver has no class of its own for these: no connection, read-only, login refused, no such
# database, deadlock, out of resources, shutting down, broken disk or index.
_GONE_SQLSTATES = ("08", "25006", "28", "3D", "40", "53", "57", "58", "XX")


class StoreUnavailable(Unavailable):
    """The database cannot be read or written now."""

    def __init__(self) -> None:
        super().__init__(
            Text("The desk cannot reach its database right now."),
            Text("Nothing was changed. Try again in a minute; tell your operator if it stays like this."),
        )


class Store:
    """Sessions on one database. `url` is SQLAlchemy's, with `sqlite+aiosqlite` or `postgresql+asyncpg`."""

    def __init__(self, url: str) -> None:
        self.engine = engine_for(url)
        self._writing = self.engine.execution_options(writing=True)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._session(self.engine) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        async with self._session(self._writing) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        try:
            async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
                yield session
        except _GONE as error:
            raise StoreUnavailable from error
        except exc.DBAPIError as error:
            if _is_gone(error):
                raise StoreUnavailable from error
            raise

    async def close(self) -> None:
        await self.engine.dispose()


def _is_gone(error: exc.DBAPIError) -> bool:
    # A file that is no SQLite database, or a damaged one, is a plain DatabaseError.
    return type(error) is exc.DatabaseError or str(getattr(error.orig, "sqlstate", "")).startswith(_GONE_SQLSTATES)


async def upsert(session: AsyncSession, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, or overwrite those whose primary key is there already."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = model.__table__  # type: ignore[attr-defined]
    keys = [column.name for column in table.primary_key]
    for start in range(0, len(rows), BATCH):
        statement = insert(table).values(list(rows[start : start + BATCH]))
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        if new:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        await session.exec(statement)


async def insert_once(session: AsyncSession, row: SQLModel) -> bool:
    """Insert `row` unless its primary key is taken; says whether it was inserted."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = row.__table__  # type: ignore[attr-defined]
    result = await session.exec(insert(table).values(row.model_dump()).on_conflict_do_nothing())
    return bool(result.rowcount)


def engine_for(url: str) -> AsyncEngine:
    # Parameters may be personal data: they stay out of exceptions.
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_size=10,
            pool_pre_ping=True,
            pool_timeout=10,
            connect_args={"timeout": 5, "command_timeout": 30},
        )
    engine = create_async_engine(url, hide_parameters=True, pool_timeout=10, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver begins transactions late and in its own way; ours are begun in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    try:
        cursor.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is making this very change, which lasts; SQLite does not wait for it here.
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between;
    # one that is begun as a writer waits for its turn instead.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
