"""SQLite, embedded: a thread that writes and two that read, each unit of work in one go.

An asyncio driver hands every single statement over to a thread and back, which costs more than the
statements do (docs/decisions.md has the measurement).
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

# How long a writer waits for another process before the person is told that the database is busy.
BUSY_SECONDS = 5
READERS = 2

T = TypeVar("T")


class SqliteDatabase:
    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writing = self.engine.execution_options(writing=True)
        self._readers = ThreadPoolExecutor(READERS, "sqlite-reader")
        # Writers wait for each other here, in order, rather than in SQLite, which tries again and again.
        self._writer = ThreadPoolExecutor(1, "sqlite-writer")

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, _run, self.engine, work, False)

    async def write(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, _run, self._writing, work, True)

    async def close(self) -> None:
        for executor in (self._writer, self._readers):
            await asyncio.to_thread(executor.shutdown)
        self.engine.dispose()


def _run(engine: Engine, work: Callable[[Session], T], is_writing: bool) -> T:
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        result = work(session)
        if is_writing:
            session.commit()
    return result


def _engine(url: str) -> Engine:
    # Parameters may be personal data: they stay out of exceptions.
    engine = create_engine(
        make_url(url).set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        pool_timeout=10,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver begins transactions late and in its own way; ours are begun in _begin.
    connection.isolation_level = None
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is making this very change, which lasts; SQLite does not wait for it here.
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between;
    # one that is begun as a writer waits for its turn instead.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
