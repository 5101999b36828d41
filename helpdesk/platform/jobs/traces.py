"""Where somebody is in the jobs' database: what jobs were asked to do, and what came of their steps.

It is read and changed as it stands in its tables, beside DBOS: the process that does this runs no jobs.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Engine, MetaData, Table, and_, create_engine, delete, event, inspect, select
from sqlalchemy.types import JSON, String

from helpdesk.platform.jobs.database import jobs_database, postgresql_engine
from helpdesk.platform.store.private import keep_private, sqlite_file

SCHEMA = "dbos"
# Columns that say of which job a row is.
_JOB = ("workflow_uuid", "destination_uuid")
# What DBOS tells of itself, and nobody's.
_ITS_OWN = ("dbos_migrations", "application_versions", "queues", "workflow_schedules", "event_dispatch_kv")
Names = Callable[[Any], bool]
Row = Mapping[str, Any]


def jobs_naming(url: str, names: Names) -> list[dict[str, Any]]:
    """Of each job of the desk at `url` in which `names` finds somebody, its rows. Blocks."""
    with _connected(url) as connection:
        if connection is None:
            return []
        tables = _tables(connection)
        jobs = _found(connection, tables, names)
        rows = ((table, row) for table in tables for row in _rows(connection, table) if jobs & _jobs_of(table, row))
        return [{"kept in": table.name, **_shown(row)} for table, row in rows]


def forget_jobs(url: str, names: Names) -> int:
    """Remove these jobs with all that is kept of them; one that runs ends with its next step. Blocks.

    Says how many they were.
    """
    with _connected(url) as connection:
        if connection is None:
            return 0
        tables = _tables(connection)
        jobs = sorted(_found(connection, tables, names))
        # Those that others lead to go last.
        for table in reversed(tables):
            for name in _JOB:
                if name in table.c:
                    connection.execute(delete(table).where(table.c[name].in_(jobs)))
        # Rows of no job.
        for table in tables:
            for row in [row for row in _rows(connection, table) if _is_named(table, row, names)]:
                connection.execute(delete(table).where(and_(*(c == row[c.name] for c in table.primary_key))))
        connection.commit()
        return len(jobs)


@contextmanager
def _connected(url: str) -> Iterator[Connection | None]:
    """A connection, closed at the end; None where no job was ever kept."""
    engine = _engine(jobs_database(url))
    if engine is None:
        yield None
        return
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(url: str) -> Engine | None:
    if (engine := postgresql_engine(url)) is not None:
        return engine
    file = sqlite_file(url)
    if file is None or not file.exists():
        return None
    keep_private(file)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:
    for pragma in ("busy_timeout = 5000", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _tables(connection: Connection) -> list[Table]:
    """As they are in this release of DBOS; those that others refer to first."""
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    if schema and not inspect(connection).has_schema(schema):
        return []
    metadata = MetaData(schema=schema)
    metadata.reflect(connection, only=lambda name, _: name not in _ITS_OWN)
    return metadata.sorted_tables


def _found(connection: Connection, tables: list[Table], names: Names) -> set[str]:
    return {
        job
        for table in tables
        for row in _rows(connection, table)
        if _is_named(table, row, names)
        for job in _jobs_of(table, row)
    }


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    yield from cast(Iterator[Row], connection.execute(select(table)).mappings())


def _jobs_of(table: Table, row: Row) -> set[str]:
    return {row[name] for name in _JOB if name in table.c}


def _is_named(table: Table, row: Row, names: Names) -> bool:
    return any(names(_read(row[each.name])) for each in table.c if isinstance(each.type, String | JSON))


def _read(value: Any) -> Any:
    """What DBOS writes is JSON, which spells some letters by number; a text within it may be JSON again."""
    if not isinstance(value, str) or value[:1] not in ("{", "[", '"'):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _shown(row: Row) -> dict[str, Any]:
    return {name: _read(value) for name, value in row.items() if value is not None}
