"""The schema's version: Alembic migrations, which lie inside the package so that any folder will do."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, inspect, text
from sqlmodel import Session, col

from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.events import ClaimedEvent

if TYPE_CHECKING:
    from alembic.config import Config

# The newest migration; tests hold it against the scripts.
HEAD = "0022"
# Two `helpdesk db upgrade` at once on PostgreSQL: the second waits for the first. Any constant will do.
_UPGRADE_LOCK = 4_105_877


# Gets the version that the database had; is run in the transaction of the migrations, when they are done.
Derive = Callable[[Session, str], None]


async def upgrade(store: Store, secret: str = "", derive: Derive | None = None) -> str:
    """Bring the database to HEAD, from any earlier version or from nothing; gives the version it had.

    `derive` makes anew what is made of other rows (helpdesk.upgrade); an empty database has none.

    Raises HelpdeskError where it is at a later one, or has an audit to be sealed and `secret` is empty.
    """
    return await store.write(_upgrade, secret, derive)


async def version(store: Store) -> str:
    """The version the database is at, or "" for an empty one."""
    return await store.read(_version)


async def require_current(store: Store) -> None:
    """Raise HelpdeskError, which says what to do, unless the database is at HEAD. An empty one is set up."""
    found = await version(store)
    if found == "":
        await upgrade(store)
    elif found != HEAD:
        raise _other_version(found)
    # Says early that the database is locked or read-only.
    await store.write(_try_to_write)


def _other_version(found: str) -> HelpdeskError:
    return HelpdeskError(
        Text("The database is at version {found}, this helpdesk needs {needed}.", found=found, needed=HEAD),
        Text("Run: helpdesk db upgrade") if found < HEAD else Text("Install the newer helpdesk."),
    )


def _version(session: Session) -> str:
    """The database's version, or "" for an empty one."""
    connection = session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _try_to_write(session: Session) -> None:
    session.exec(delete(ClaimedEvent).where(col(ClaimedEvent.event_id) == ""))


def _upgrade(session: Session, secret: str, derive: Derive | None) -> str:
    # Imported here: only this needs it, and it would take a tenth of a second of every start.
    from alembic import command
    from alembic.util import CommandError

    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    found = _version(session)
    if found > HEAD:
        raise _other_version(found)
    if not secret and _has_audit_to_seal(connection):
        raise HelpdeskError(
            Text("The audit has rows from before it was keyed, and HELPDESK_SECRET_KEY is not set."),
            Text("Set HELPDESK_SECRET_KEY to the desk’s, then run: helpdesk db upgrade"),
        )
    try:
        command.upgrade(_config(connection, secret), "head")
    except CommandError:
        raise HelpdeskError(
            Text("The database is at version {found}, which no release of this helpdesk made.", found=found),
            Text("Check HELPDESK_DATABASE_URL: is it another program's database?"),
        ) from None
    if derive and found not in ("", HEAD):
        derive(session, found)
    return found


def _has_audit_to_seal(connection: Connection) -> bool:
    if not inspect(connection).has_table("audit"):
        return False
    columns = {column["name"] for column in inspect(connection).get_columns("audit")}
    return "key_id" not in columns and bool(connection.execute(text("SELECT 1 FROM audit LIMIT 1")).first())


def _config(connection: Connection, secret: str = "") -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["secret"] = secret
    return config
