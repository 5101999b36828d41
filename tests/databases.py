"""Fresh databases, on SQLite and on a real PostgreSQL, copied from a template that was migrated once."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import asyncpg

from helpdesk.directory.importing import import_file, parse
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import upgrade
from playground.demo import NOW, demo_file


class Databases(Protocol):
    def fresh(self, template: str) -> "AsyncIterator[str]":
        """The URL of a copy of `template` ("nothing", "empty" or "demo"), gone afterwards."""


async def fill(url: str, template: str) -> None:
    store = Store(url)
    if template != "nothing":
        await upgrade(store)
    if template == "demo":
        await import_file(store, parse(json.dumps(demo_file())), lambda: NOW)
    await store.close()


@dataclass
class Sqlite:
    folder: Path

    @asynccontextmanager
    async def fresh(self, template: str) -> AsyncIterator[str]:
        made = self.folder / f"{template}.db"
        if not made.exists():
            await fill(f"sqlite+aiosqlite:///{made}", template)
        copy = self.folder / f"{uuid4().hex}.db"
        if made.exists():
            shutil.copy(made, copy)
        yield f"sqlite+aiosqlite:///{copy}"


@dataclass
class Postgres:
    socket: str
    made: set[str]

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self.socket}"

    @asynccontextmanager
    async def fresh(self, template: str) -> AsyncIterator[str]:
        if template not in self.made:
            await self._sql(f'CREATE DATABASE "{template}"')
            await fill(self.url(template), template)
            self.made.add(template)
        name = f"copy_{uuid4().hex}"
        await self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.url(name)
        finally:
            await self._sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _sql(self, statement: str) -> None:
        connection = await asyncpg.connect(user="postgres", database="postgres", host=self.socket)
        await connection.execute(statement)
        await connection.close()
