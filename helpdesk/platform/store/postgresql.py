"""PostgreSQL, for several machines: asyncpg, with connections that read and some that write."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import NullPool, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import Session

# Without a transaction to roll back, nothing else would keep a slip of ours from writing.
READ_ONLY = {
    "default_transaction_read_only": "on",
    # Reading takes milliseconds; getting it compiled, where the planner guesses high, a tenth of a second.
    "jit": "off",
}
# Of each kind. docs/deploy.md counts on it.
CONNECTIONS = 10
WAIT_SECONDS = 10

T = TypeVar("T")


class PostgresqlDatabase:
    def __init__(self, url: str) -> None:
        # Reading, each statement is its own transaction, which saves two round trips a unit of work.
        self._reading = _Kept(_engine(url, READ_ONLY, isolation_level="AUTOCOMMIT"))
        self.engine = _engine(url, {})
        self._writing = _Kept(self.engine)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self._reading.run(work)

    async def write(self, work: Callable[[Session], T]) -> T:
        return await self._writing.run(partial(_committed, work))

    async def close(self) -> None:
        await self._reading.close()
        await self._writing.close()


def _committed(work: Callable[[Session], T], session: Session) -> T:
    result = work(session)
    try:
        session.commit()
    except exc.DBAPIError as error:
        raise _CommitBroke(error) from None
    return result


class _CommitBroke(Exception):
    """Whether it was committed is not known, so it must not be done again."""

    def __init__(self, error: exc.DBAPIError) -> None:
        self.error = error


class _Kept:
    """Connections that are kept with their sessions: making both takes longer than most statements.

    They are not tried before they are used. What comes to nothing, for its connection was gone, is done again.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._free: list[tuple[AsyncConnection, Session]] = []
        self._room = asyncio.Semaphore(CONNECTIONS)

    async def run(self, work: Callable[[Session], T]) -> T:
        try:
            return await self._run_once(work)
        except _CommitBroke as broken:
            raise broken.error from None
        except exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
        # The server went away, and with it the others.
        await self._end_free()
        try:
            return await self._run_once(work)
        except _CommitBroke as broken:
            raise broken.error from None

    async def _run_once(self, work: Callable[[Session], T]) -> T:
        async with self._room_for_one():
            connection, session = self._free.pop() if self._free else await self._another()
            try:
                result = await connection.run_sync(lambda _: work(session))
            except BaseException:
                await _end(connection, session)
                raise
            session.expunge_all()
            self._free.append((connection, session))
            return result

    async def close(self) -> None:
        await self._end_free()
        await self._engine.dispose()

    async def _end_free(self) -> None:
        while self._free:
            await _end(*self._free.pop())

    @asynccontextmanager
    async def _room_for_one(self) -> AsyncIterator[None]:
        if self._room.locked():
            async with asyncio.timeout(WAIT_SECONDS):
                await self._room.acquire()
        else:
            await self._room.acquire()
        try:
            yield
        finally:
            self._room.release()

    async def _another(self) -> tuple[AsyncConnection, Session]:
        connection = await self._engine.connect()
        return connection, Session(connection.sync_connection, expire_on_commit=False, autoflush=False)


async def _end(connection: AsyncConnection, session: Session) -> None:
    await connection.run_sync(lambda _: session.close())
    await connection.invalidate()
    await connection.close()


def _engine(url: str, server_settings: dict[str, str], **options: object) -> AsyncEngine:
    # Parameters may be personal data: they stay out of exceptions.
    return create_async_engine(
        url,
        hide_parameters=True,
        poolclass=NullPool,  # see _Kept
        connect_args={"timeout": 5, "command_timeout": 30, "server_settings": server_settings},
        **options,
    )
