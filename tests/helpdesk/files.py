"""Import files of the tests, record by record, and what a store holds after one."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from helpdesk.directory.importing import import_file, parse
from helpdesk.platform.store import Store

IMPORTED = datetime(2026, 3, 1, tzinfo=UTC)
ACME = "a0000000-0000-4000-8000-000000000001"
MUELLER = "a0000000-0000-4000-8000-000000000002"


def organization(key: str = ACME, name: str = "Acme Corporation", **more: Any) -> dict[str, Any]:
    return {"id": key, "displayName": name, **more}


def person(number: int, name: str = "", org: str = ACME, **more: Any) -> dict[str, Any]:
    """`number` makes the id and the address."""
    emails = [f"person{number}@acme.example"]
    return {"id": person_key(number), "orgId": org, "emails": emails, "displayName": name, **more}


def person_key(number: int) -> str:
    return f"b0000000-0000-4000-8000-{number:012}"


async def bring_in(store: Store, **lists: list[dict[str, Any]]) -> dict[str, int]:
    """Import a file with these lists, `organizations=[...], people=[...]`."""
    return await import_file(store, parse(json.dumps(lists)), lambda: IMPORTED)


async def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order of its own."""
    return await store.read(_contents)


def _contents(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: sorted((tuple(row) for row in session.connection().execute(select(table))), key=repr)
        for table in SQLModel.metadata.sorted_tables
    }
