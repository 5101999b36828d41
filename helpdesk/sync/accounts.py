"""What SCIM tells of people beside the list of them: the state of the account, the language, settings."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from helpdesk.directory.records.told import Row
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.store import Store, batches
from helpdesk.platform.store.tables.directory import Person
from helpdesk.search.index import followed
from helpdesk.sync.gentle import PIECE

EXTENSION = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"
_PEOPLE: Any = Person.__table__  # type: ignore[attr-defined]
_TOLD = select(*(_PEOPLE.c[name] for name in ("id", "account_status", "preferred_language", "features"))).where(
    _PEOPLE.c.organization_id == bindparam("organization"), _PEOPLE.c.id.in_(bindparam("keys", expanding=True))
)
_TELL = (
    update(_PEOPLE)
    .where(_PEOPLE.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("account_status", "preferred_language", "features")})
)


async def write_accounts(store: Store, organization: str, users: Sequence[Any]) -> int:
    """Write what changed of one page of users; says of how many people. Whom we do not know is left to the list."""
    told = {key: user for user in users if isinstance(user, dict) and (key := canonical_id(str(user.get("id", ""))))}
    if not told:
        return 0
    known = await store.read(_known, organization, list(told))
    changed = [row for key, was in known.items() if (row := _row(key, told[key], was)) != was]
    for piece in batches(changed, PIECE):
        await store.write(_tell, piece)
    return len(changed)


def _known(session: Session, organization: str, keys: list[str]) -> dict[str, Row]:
    found = session.connection().execute(_TOLD, {"organization": organization, "keys": keys})
    return {key: _as_row(key, status, language, features) for key, status, language, features in found}


def _tell(session: Session, rows: Sequence[Row]) -> None:
    with followed(session, Person, [row["key"] for row in rows]):
        session.connection().execute(_TELL, rows)


def _row(key: str, user: Row, was: Row) -> Row:
    """What is to be stored; what SCIM does not say stays as it was, what it says is empty is empty."""
    account = user.get(EXTENSION)
    extension: Row = account if isinstance(account, dict) else {}
    return _as_row(
        key,
        _text(extension, "accountStatus", was["account_status"]),
        _text(user, "preferredLanguage", was["preferred_language"]),
        _settings(extension, was["features"]),
    )


def _as_row(key: str, status: str | None, language: str | None, features: dict[str, bool]) -> Row:
    return {"key": key, "account_status": status, "preferred_language": language, "features": features}


def _settings(extension: Row, known: dict[str, bool]) -> dict[str, bool]:
    """Those of `name=true` and `name:false`. Nothing documents what else may stand there."""
    told = extension.get("userSettings", known)
    if told is None:
        return {}
    if not isinstance(told, list):
        return known
    pairs = (one.replace("=", ":", 1).rpartition(":") for one in told if isinstance(one, str) and "\x00" not in one)
    return {name: value == "true" for name, _, value in pairs if name and value in ("true", "false")}


def _text(told: Row, name: str, known: str | None) -> str | None:
    """What is told; None where it is there and empty. What is not told, or makes no sense, stays as it is known."""
    value = told.get(name, known)
    if isinstance(value, list):  # a string in the schema, an array in Webex's examples
        value = value[0] if value else None
    if value is None or value == "":
        return None
    return value if isinstance(value, str) and "\x00" not in value else known
