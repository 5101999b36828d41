"""The database: reachable, of this release's version, writable; room on its disk, and its clock."""

import os
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.cli.doctor.clock import judge
from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped, warning
from helpdesk.people.agents import list_agents
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import StoreUnavailable, schema

MEBIBYTE = 1 << 20
LEAST_FREE = 100 * MEBIBYTE
LITTLE_FREE = 1024 * MEBIBYTE
# Jobs are kept in a schema of their own, which is made when the first process starts.
_POSTGRESQL = """
SELECT current_setting('server_version') AS version, clock_timestamp() AS now,
       to_regnamespace('dbos') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE') AS may_have_jobs
"""
_GRANT = "GRANT CREATE ON DATABASE to it, or make the schema dbos and give it to this user."


async def database(setup: Setup) -> Finding:
    kind = "SQLite" if _is_sqlite(setup) else "PostgreSQL"
    try:
        if not await _version(setup):
            return ok(f"{kind}, empty: helpdesk run and helpdesk db upgrade set it up")
        await schema.require_current(setup.store)
        if not _is_sqlite(setup):
            server = await setup.store.read(_row, _POSTGRESQL)
            kind = f"PostgreSQL {server.version}"
            if not server.may_have_jobs:
                raise CheckFailed("This user may not make the schema that jobs are kept in.", _GRANT)
    except (StoreUnavailable, DBAPIError) as error:
        raise CheckFailed(f"{kind} cannot be used: {_reason(error)}.", _advice(setup)) from None
    return ok(f"{kind}, at version {schema.HEAD}, can be written")


async def disk(setup: Setup) -> Finding:
    file = _file(setup)
    if file is None:
        return skipped("PostgreSQL's is its own affair")
    folder = file.parent
    # Beside its file SQLite writes two more, so writing the file alone is not enough.
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise CheckFailed(
            f"The folder {folder} is not there or cannot be written.", "Make it, for the desk's user to own."
        )
    free = shutil.disk_usage(folder).free
    room = f"{free // MEBIBYTE} MiB free at {folder}"
    if free < LEAST_FREE:
        raise CheckFailed(f"Only {room}.", "Make room: on a full disk nothing is answered.")
    return warning(f"only {room}.", "Make room soon.") if free < LITTLE_FREE else ok(room)


async def database_clock(setup: Setup) -> Finding:
    if _is_sqlite(setup):
        return skipped("SQLite uses this machine's")
    asked_at = utc_now()
    try:
        theirs = (await setup.store.read(_row, _POSTGRESQL)).now
    except (StoreUnavailable, DBAPIError):
        return skipped("the database does not answer")
    return judge(theirs, asked_at, utc_now(), "PostgreSQL's")


async def agents(setup: Setup) -> Finding:
    """Who may use the desk at all."""
    settings = setup.settings
    named = 0
    try:
        if await _version(setup) == schema.HEAD:
            named = len(await list_agents(setup.store))
    except (StoreUnavailable, DBAPIError):
        return skipped("the database does not answer")
    if not settings.partner_admins and not settings.desk_spaces and not named:
        return warning("Nobody may use the desk.", "Set HELPDESK_PARTNER_ADMINS, or: helpdesk agents add.")
    counts = {
        "partner administrators set": len(settings.partner_admins),
        "desk spaces": len(settings.desk_spaces),
        "agents named": named,
    }
    return ok(", ".join(f"{what}: {count}" for what, count in counts.items()))


async def _version(setup: Setup) -> str:
    """ "" for a database that is empty, and for a file that is not there: looking must not make it."""
    file = _file(setup)
    if file is not None and not file.exists():
        return ""
    return await schema.version(setup.store)


def _row(session: Session, statement: str) -> Any:
    return session.connection().execute(text(statement)).one()


def _is_sqlite(setup: Setup) -> bool:
    return make_url(setup.settings.database_url.get_secret_value()).get_backend_name() == "sqlite"


def _file(setup: Setup) -> Path | None:
    """Where SQLite keeps the database; None for PostgreSQL."""
    if not _is_sqlite(setup):
        return None
    # SQLite's own form of a URL, `file:NAME?mode=ro`, is allowed too.
    name = make_url(setup.settings.database_url.get_secret_value()).database or ""
    return Path(name.removeprefix("file:")).absolute()


def _reason(error: StoreUnavailable | DBAPIError) -> str:
    cause = error.__cause__ if isinstance(error, StoreUnavailable) else error
    inner = getattr(cause, "orig", None) or cause
    # The driver wraps asyncpg's own error once more, and puts the class in front of the words.
    return str(getattr(inner, "__cause__", None) or inner) or type(inner).__name__


def _advice(setup: Setup) -> str:
    if _is_sqlite(setup):
        return "The desk's user must own the file of HELPDESK_DATABASE_URL, and its folder."
    return "Is it running, and are host, port, user, password and name in HELPDESK_DATABASE_URL right?"
