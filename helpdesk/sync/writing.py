"""Writing what Webex tells of an organization, a page at a time: other work of the desk gets its turn in between.

Only what changed is written. What is there is read first, outside any transaction that writes: mostly there is
nothing to write.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, SQLModel, col, select

from helpdesk.directory.records.sip import keep_owners
from helpdesk.directory.records.told import Row, write_told
from helpdesk.platform.store import Store, batches, insert_unless_there
from helpdesk.platform.store.tables.directory import Device, Person, RecordSource
from helpdesk.search.index import followed
from helpdesk.sync import statements
from helpdesk.sync.gentle import PIECE
from helpdesk.sync.rows import Prepared, by_day
from helpdesk.sync.seen import Seen
from helpdesk.sync.statements import RecordKind


async def write_changed(store: Store, kind: RecordKind, found: Sequence[Prepared], at: datetime) -> int:
    """Write those of one page of one organization that changed since they were stored; says how many."""
    if not found:
        return 0
    by_key = {each.row[kind.key]: each for each in found}
    organization = found[0].row.get("organization_id", "")
    known = await store.read(_known, kind, organization, list(by_key))
    changed = [each for key, each in by_key.items() if _has_changed(kind, each.row, known.get(key))]
    for piece in batches(changed, PIECE):
        await store.write(write, kind, piece, at)
    return len(changed)


async def remove_others(store: Store, kind: RecordKind, organization: str, seen: Seen) -> int:
    """Remove what an organization has beside what was `seen`; says how much that was."""
    # What was seen is stored, so as many as were seen are the very same.
    if await store.read(count, kind, organization) == seen.count():
        return 0
    removed, last = 0, ""
    while keys := await store.read(_keys, kind, organization, last):
        gone = [key for key in keys if key not in seen]
        for piece in batches(gone, PIECE):
            removed += await store.write(_remove, kind, organization, piece)
        last = keys[-1]
    return removed


def write(session: Session, kind: RecordKind, changed: Iterable[Prepared], at: datetime) -> None:
    """Rows, links, and what the search finds them by."""
    connection = session.connection()
    changed = list(changed)
    told_here: Row = {"gone_at": None} if kind.model is Person else {}
    with followed(session, kind.model, [each.row[kind.key] for each in changed]):
        write_told(session, kind.model, changed, {**told_here, "source": RecordSource.SYNC.value, "synced_at": at})
    links: dict[type[SQLModel], tuple[list[str], list[Row]]] = {}
    for each in changed:
        for model, linked in each.links.items():
            owners, all_rows = links.setdefault(model, ([], []))
            owners.append(each.row["id"])
            all_rows += linked
    for model, (owners, all_rows) in links.items():
        connection.execute(statements.unlink(model), {"owners": owners})
        if all_rows:
            connection.execute(insert_unless_there(model, connection.dialect.name), all_rows)
    if kind.model is Device:
        keep_owners(session, [each.row["id"] for each in changed])


def touch(session: Session, kind: RecordKind, key: str, moved: Row) -> None:
    """Webex says the same of a record, or what of it always moves."""
    statement = statements.touch(kind, {**moved, "source": RecordSource.SYNC.value})
    session.connection().execute(statement, {"key": key})


def mark_gone(session: Session, person_id: str, at: datetime) -> bool:
    """Keep since when Webex does not know a person; says whether that is new. Without a digest, a sync that lists them
    after all writes them anew.
    """
    there = col(Person.id) == person_id, col(Person.gone_at).is_(None)
    return session.connection().execute(update(Person).where(*there).values(gone_at=at, digest=None)).rowcount == 1


def people_there(session: Session, organization: str) -> int:
    """How many people are stored of an organization that Webex was not found to have forgotten."""
    there = col(Person.organization_id) == organization, col(Person.gone_at).is_(None)
    return int(session.connection().scalar(select(func.count()).select_from(Person).where(*there)) or 0)


def roles_there(session: Session) -> set[str]:
    return set(session.connection().scalars(statements.ROLES))


def count(session: Session, kind: RecordKind, organization: str) -> int:
    return int(session.connection().scalar(statements.count(kind), {"organization": organization}) or 0)


def people_among(session: Session, keys: Collection[str]) -> set[str]:
    return set(session.connection().scalars(statements.PEOPLE, {"keys": list(keys)}))


def country_of(session: Session, organization: str) -> str | None:
    """What the import file says: Webex does not tell it."""
    country: str | None = session.connection().scalar(statements.COUNTRY, {"organization": organization})
    return country


def licenses_of(session: Session, organization: str) -> set[str]:
    return set(session.connection().scalars(statements.LICENSES, {"organization": organization}))


def _has_changed(kind: RecordKind, told: Row, known: tuple[str | None, datetime | None] | None) -> bool:
    """Whether Webex says something else of a record than what is stored."""
    if known is None:
        return True
    digest, moved = known
    has_moved = kind.moving in told and by_day(told[kind.moving]) != by_day(moved)
    return bool(digest != told["digest"] or has_moved)


def _known(
    session: Session, kind: RecordKind, organization: str, keys: Sequence[str]
) -> dict[str, tuple[str | None, datetime | None]]:
    """Digests, and the times that move, by the key."""
    found: dict[str, tuple[str | None, datetime | None]] = {}
    for batch in batches(keys):
        wanted = {"keys": batch, "organization": organization}
        rows = session.connection().execute(statements.known(kind), wanted)
        found |= {row.key: (row.digest, row.moved) for row in rows}
    return found


def _keys(session: Session, kind: RecordKind, organization: str, after: str) -> list[str]:
    return list(session.connection().scalars(statements.stored(kind), {"organization": organization, "after": after}))


def _remove(session: Session, kind: RecordKind, organization: str, keys: Sequence[str]) -> int:
    gone = {"organization": organization, "keys": keys}
    with followed(session, kind.model, keys):
        return int(session.connection().execute(statements.removal(kind), gone).rowcount)
