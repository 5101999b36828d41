"""SQLite, embedded: a thread that writes and two that read, each unit of work in one go.

An asyncio driver hands every single statement over to a thread and back, which costs more than the
statements do; so does a session made anew for every unit (docs/decisions.md has the measurements).
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from helpdesk.platform.store.private import keep_private, sqlite_file
from helpdesk.platform.store.sqlite_file import DatabaseFile
from helpdesk.platform.store.threads import Threads

# How long a writer waits for another process before the person is told that the database is busy.
BUSY_SECONDS = 5
READERS = 2

T = TypeVar("T")


class SqliteDatabase:
    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._file = DatabaseFile(self.engine.url)
        self._readers = Threads(READERS, "sqlite-reader")
        # Writers wait for each other here, in order, rather than in SQLite, which tries again and again.
        self._writer = Threads(1, "sqlite-writer")
        self._kept = threading.local()
        self._sessions: set[Session] = set()

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self._readers.run(partial(self._read, work))

    async def write(self, work: Callable[[Session], T]) -> T:
        return await self._writer.run(partial(self._write, work))

    async def close(self) -> None:
        for threads in (self._writer, self._readers):
            await asyncio.to_thread(threads.close)
        for session in self._sessions:
            _close(session)
        self.engine.dispose()

    def _read(self, work: Callable[[Session], T]) -> T:
        session = self._session(is_reading=True)
        try:
            result = work(session)
        except BaseException:
            self._forget(session)
            raise
        session.expunge_all()
        return result

    def _write(self, work: Callable[[Session], T]) -> T:
        session = self._session(is_reading=False)
        try:
            # A transaction that reads first and writes later fails at once when another wrote in between;
            # one that is begun as a writer waits for its turn instead.
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            result = work(session)
            session.flush()
            session.connection().exec_driver_sql("COMMIT")
            self._file.check()
        except BaseException:
            self._forget(session)  # and with its connection, the transaction
            raise
        session.expunge_all()
        return result

    def _session(self, is_reading: bool) -> Session:
        """This thread's session; no two threads share one."""
        kept: Session | None = getattr(self._kept, "session", None)
        try:
            self._file.check()
        except OSError:
            if kept is not None:
                self._forget(kept)
            raise
        if kept is None:
            kept = Session(self.engine.connect(), expire_on_commit=False, autoflush=False)
            self._file.opened()
            # Nothing else would keep a slip of ours from writing: what is read is in no transaction.
            kept.connection().exec_driver_sql(f"PRAGMA query_only = {int(is_reading)}")
            self._kept.session = kept
            self._sessions.add(kept)
        return kept

    def _forget(self, session: Session) -> None:
        self._kept.session = None
        self._sessions.discard(session)
        _close(session)


def _close(session: Session) -> None:
    # Not asked of the session: after a flush that failed it gives none, and what failed would not be told.
    connection = cast(Connection, session.get_bind())
    session.close()
    connection.invalidate()
    connection.close()


def _engine(url: str) -> Engine:
    # Parameters may be personal data: they stay out of exceptions. Transactions are begun and ended here, in
    # words: the driver begins them late, and in its own way.
    engine = create_engine(
        make_url(url).set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "do_connect", partial(_keep_private, url))
    event.listen(engine, "connect", _prepare)
    return engine


def _keep_private(url: str, *_: Any) -> None:
    if file := sqlite_file(url):
        keep_private(file, make=make_url(url).query.get("mode") != "ro")


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    # What is deleted or replaced is overwritten in the file, too.
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is making this very change, which lasts; SQLite does not wait for it here.
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
