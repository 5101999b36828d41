"""Where jobs are kept: beside the desk's SQLite file, or in a schema of its own within the same PostgreSQL."""

from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext

# DBOS keeps one to listen and one to hold a lock.
CONNECTIONS = 5
# A transaction that its process forgot about holds up the jobs of the others for no longer.
IDLE_MILLISECONDS = 60_000

# Of asyncpg's parameters, those that libpq has too, under its names.
_LIBPQ = {"host": "host", "port": "port", "ssl": "sslmode", "sslmode": "sslmode", "passfile": "passfile"}


def jobs_database(url: str) -> str:
    """The address for DBOS, whose drivers are others than ours."""
    desk = make_url(url)
    ours = _beside(desk) if desk.get_backend_name() == "sqlite" else _same(desk)
    return ours.render_as_string(hide_password=False)


def postgresql_engine(url: str) -> Engine | None:
    """An engine for DBOS to use; none for SQLite, where it makes a better one itself.

    Its own takes some failures to connect for mistakes and gives the job up, instead of trying again.
    """
    if not url.startswith("postgresql"):
        return None
    engine = create_engine(
        url,
        # What a job was asked to do may be personal data, and stays out of exceptions.
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "helpdesk jobs",
            "options": f"-c idle_in_transaction_session_timeout={IDLE_MILLISECONDS}",
        },
    )
    event.listen(engine, "handle_error", _mark_lost_connection)
    return engine


def _mark_lost_connection(context: ExceptionContext) -> None:
    # What went wrong inside the server has a state; without one, there was no server.
    import psycopg

    error = context.original_exception
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        context.is_disconnect = True


def _beside(desk: URL) -> URL:
    file = Path(desk.database or "helpdesk.db")
    return URL.create("sqlite", database=str(file.with_name(f"{file.stem}-jobs{file.suffix}")))


def _same(desk: URL) -> URL:
    query = {_LIBPQ[name]: value for name, value in desk.query.items() if name in _LIBPQ}
    return desk.set(drivername="postgresql+psycopg", query=query)
