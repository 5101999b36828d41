"""Rows for tests to look at and to write, past the desk's own functions."""

from typing import Any

from helpdesk.store import Store


async def rows(store: Store, query: Any) -> list[Any]:
    """What `query` gives."""
    return await store.read(lambda session: list(session.exec(query)))


async def add(store: Store, *made: Any) -> None:
    await store.write(lambda session: session.add_all(made))
