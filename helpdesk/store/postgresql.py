"""PostgreSQL, for several machines: asyncpg, with a pool that reads and one that writes."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

# Without a transaction to roll back, nothing else would keep a slip of ours from writing.
READ_ONLY = {"default_transaction_read_only": "on"}

T = TypeVar("T")


class PostgresqlDatabase:
    def __init__(self, url: str) -> None:
        # Reading, a connection is not tried before it is used: what comes to nothing is asked again.
        # Each statement is its own transaction then, which saves two round trips a unit of work.
        self._reading = _engine(url, READ_ONLY, pool_pre_ping=False, isolation_level="AUTOCOMMIT")
        self.engine = _engine(url, {}, pool_pre_ping=True)

    async def read(self, work: Callable[[Session], T]) -> T:
        try:
            return await _run(self._reading, work)
        except exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return await _run(self._reading, work)

    async def write(self, work: Callable[[Session], T]) -> T:
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
            result = await session.run_sync(_as_ours(work))
            await session.commit()
            return result

    async def close(self) -> None:
        await self._reading.dispose()
        await self.engine.dispose()


async def _run(engine: AsyncEngine, work: Callable[[Session], T]) -> T:
    async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
        return await session.run_sync(_as_ours(work))


def _as_ours(work: Callable[[Session], T]) -> Callable[..., T]:
    # SQLAlchemy types the session it hands over as its own; it is SQLModel's.
    return work


def _engine(url: str, server_settings: dict[str, str], **options: object) -> AsyncEngine:
    # Parameters may be personal data: they stay out of exceptions.
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        # So that an operator can count: processes share what the server allows, and waiting for one costs less.
        max_overflow=0,
        pool_timeout=10,
        connect_args={"timeout": 5, "command_timeout": 30, "server_settings": server_settings},
        **options,
    )
