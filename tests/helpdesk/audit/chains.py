"""A chain of acts, and what somebody who may write to the database could do to it by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from helpdesk.audit import Audit
from helpdesk.audit.chain import link
from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import locked_head, move_head
from helpdesk.platform.store import Store
from helpdesk.platform.store.sqlite import SqliteDatabase
from tests.sessions import rows, writing

KEYS = Keys.of("a secret of the tests, long enough")
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRIGGERS = {
    "audit": ("audit_stays_as_it_is", "audit_stays", "audit_is_not_replaced", "audit_is_told_once"),
    "audit_head": ("audit_head_stays", "audit_head_is_not_replaced"),
    "audit_heads_told": ("audit_heads_told_stay_as_they_are", "audit_heads_told_stay"),
}
PUT_IN = (
    "INSERT INTO audit (id, at, actor, action, subject, outcome, event_id, hash, key_id, pseudonyms)"
    " SELECT {id}, at, 'mallory', action, subject, outcome, 'by hand', hash, key_id, pseudonyms FROM audit WHERE id = 1"
)


async def acts(store: Store, count: int, first: int = 1) -> None:
    """One a day, from BEGAN on."""
    for number in range(first, first + count):
        day = BEGAN + timedelta(days=number - 1)
        await Audit(store, lambda day=day: day, keys=KEYS).record(  # type: ignore[misc]
            actor="ana@partner.example",
            action="find",
            subject=f"person{number}@acme.example",
            outcome="shown",
            event_id=f"event {number}",
            organization_id="acme" if number % 2 else "mueller",
        )


async def row(store: Store, row_id: int) -> dict[str, Any]:
    query: Any = text("SELECT * FROM audit WHERE id = :id").bindparams(id=row_id)
    (found,) = await rows(store, query)
    return dict(found._mapping)


async def by_hand(store: Store, *statements: str) -> None:
    """Carry out statements past what the database refuses: an owner of the tables can lift that."""
    async with _unguarded(store) as session:
        for statement in statements:
            await session.exec(text(statement))


async def refused_by_hand(store: Store, statement: str) -> None:
    async with writing(store) as session:
        await session.exec(text(statement))


async def tie_anew(store: Store, *row_ids: int, keys: Keys = KEYS) -> None:
    """Give rows the hash that fits what they say by now, as who has the key can."""
    for each in row_ids:
        said = await row(store, each)
        if isinstance(said["at"], str):
            said["at"] = datetime.fromisoformat(said["at"]).replace(tzinfo=UTC)
        before = (await row(store, each - 1))["hash"] if each > 1 else ""
        pseudonyms, hash_ = link(said, before, keys.current)
        new = f"hash = '{hash_}', pseudonyms = '{pseudonyms}', key_id = '{keys.current.id}'"
        await by_hand(store, f"UPDATE audit SET {new} WHERE id = {each}")  # noqa: S608


async def sign_head(store: Store, keys: Keys = KEYS) -> None:
    """Put the head where the rows end, as who has the key can."""
    await by_hand(
        store,
        "UPDATE audit_head SET last_id = (SELECT max(id) FROM audit),"
        " last_hash = (SELECT hash FROM audit ORDER BY id DESC LIMIT 1)",
    )
    async with _unguarded(store) as session:
        await session.run_sync(lambda each: move_head(each, locked_head(each), keys.current))


@asynccontextmanager
async def _unguarded(store: Store) -> AsyncIterator[Any]:
    async with writing(store) as session:
        for table, triggers in TRIGGERS.items():
            for trigger in triggers:
                on = "" if isinstance(store.database, SqliteDatabase) else f" ON {table}"
                await session.exec(text(f"DROP TRIGGER IF EXISTS {trigger}{on}"))
        yield session
