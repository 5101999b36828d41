"""Sessions of a test's own, to look at rows and to write them past the desk's functions: alike on both databases."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.platform.store import Store
from helpdesk.platform.store.sqlite import SqliteDatabase


async def rows(store: Store, query: Any) -> list[Any]:
    """What `query` gives."""
    return await store.read(lambda session: list(session.exec(query)))


@asynccontextmanager
async def reading(store: Store) -> AsyncIterator[Any]:
    if isinstance(store.database, SqliteDatabase):
        with Session(store.database.engine, expire_on_commit=False) as session:
            session.connection().exec_driver_sql("BEGIN")
            yield AwaitedSession(session)
    else:
        async with AsyncSession(store.database.engine, expire_on_commit=False) as session:
            yield session


@asynccontextmanager
async def writing(store: Store) -> AsyncIterator[Any]:
    async with reading(store) as session:
        yield session
        await session.commit()


class AwaitedSession:
    """A session whose calls are awaited, as SQLAlchemy's own one for asyncio is."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def exec(self, query: Any) -> Any:
        return self._session.exec(query)

    async def get(self, model: type, key: Any) -> Any:
        return self._session.get(model, key)

    async def delete(self, row: Any) -> None:
        self._session.delete(row)

    async def run_sync(self, work: Callable[..., Any], *args: Any) -> Any:
        return work(self._session, *args)

    async def commit(self) -> None:
        self._session.flush()
        self._session.connection().exec_driver_sql("COMMIT")

    def add(self, row: Any) -> None:
        self._session.add(row)

    def add_all(self, made: Any) -> None:
        self._session.add_all(made)
