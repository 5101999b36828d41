"""The one database: SQLite embedded, or PostgreSQL when several machines share it.

What is asked of it is a function over a session, run as one transaction away from the event loop:

    found = await store.read(_person, person_id)      # def _person(session: Session, person_id: str) -> ...
    await store.write(_add, row)                      # commits at the end, rolls back on any exception

A database that is locked, read-only, full or gone raises StoreUnavailable.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import exc, make_url, text
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlmodel import Session, SQLModel

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.language import Text

# Rows per statement: SQLite allows 32 766 values in one.
BATCH = 500

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_GONE = (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError, OSError)
# asyncpg's driver has no class of its own for these: no connection, read-only, login refused, no such
# database, deadlock, out of resources, shutting down, broken disk or index.
_GONE_SQLSTATES = ("08", "25006", "28", "3D", "40", "53", "57", "58", "XX")

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Session, P], T]


class StoreUnavailable(Unavailable):
    """The database cannot be read or written now."""

    def __init__(self) -> None:
        super().__init__(
            Text("The desk cannot reach its database right now."),
            Text("Nothing was changed. Try again in a minute; tell your operator if it stays like this."),
        )


class Database(Protocol):
    """One technology. Both calls run `work` as one transaction; the second commits it."""

    async def read(self, work: Callable[[Session], T]) -> T: ...

    async def write(self, work: Callable[[Session], T]) -> T: ...

    async def close(self) -> None: ...


class Store:
    """Work on one database. `url` is SQLAlchemy's, with `sqlite+aiosqlite` or `postgresql+asyncpg`."""

    def __init__(self, url: str) -> None:
        self.database = _database(url)

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await _unless_gone(self.database.read, lambda session: work(session, *args, **kwargs))

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await _unless_gone(self.database.write, lambda session: work(session, *args, **kwargs))

    async def close(self) -> None:
        await self.database.close()


def _database(url: str) -> Database:
    # Imported here: each brings a driver that the other has no use for.
    if make_url(url).get_backend_name() == "sqlite":
        from helpdesk.platform.store.sqlite import SqliteDatabase

        return SqliteDatabase(url)
    from helpdesk.platform.store.postgresql import PostgresqlDatabase

    return PostgresqlDatabase(url)


async def _unless_gone(run: Callable[[Callable[[Session], T]], Any], work: Callable[[Session], T]) -> T:
    try:
        result: T = await run(work)
    except _GONE as error:
        raise StoreUnavailable from error
    except exc.DBAPIError as error:
        if _is_gone(error):
            raise StoreUnavailable from error
        raise
    return result


def _is_gone(error: exc.DBAPIError) -> bool:
    # A file that is no SQLite database, or a damaged one, is a plain DatabaseError.
    return type(error) is exc.DatabaseError or str(getattr(error.orig, "sqlstate", "")).startswith(_GONE_SQLSTATES)


def upsert(session: Session, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, or overwrite those whose primary key is there already."""
    insert = insert_for(session.get_bind().dialect.name)
    table = model.__table__  # type: ignore[attr-defined]
    keys = [column.name for column in table.primary_key]
    for batch in batches(rows):
        statement = insert(table).values(list(batch))
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        if new:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        session.exec(statement)


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """`items` in order, at most `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_once(session: Session, model: type[SQLModel], row: Mapping[str, Any]) -> bool:
    """Insert `row` unless its key, or anything else that must be unique, is taken; says whether it was inserted."""
    connection = session.connection()
    return bool(connection.execute(insert_unless_there(model, connection.dialect.name), row).rowcount)


@cache
def insert_unless_there(model: type[SQLModel], dialect: str) -> Any:
    """The statement that inserts rows, less those whose key, or anything else that must be unique, is taken."""
    return insert_for(dialect)(model.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]


def insert_for(dialect: str) -> Any:
    """The dialect's own `insert`, which knows what to do about conflicts."""
    return sqlite_dialect.insert if dialect == "sqlite" else postgresql_dialect.insert


def one_at_a_time(session: Session, name: str) -> None:
    """Whoever asks for the same `name` waits until this transaction has ended; on SQLite a writer is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_LOCK, {"name": name})


class HasStore(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def store(self) -> Store: ...
