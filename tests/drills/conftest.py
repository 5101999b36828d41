"""A crowd of agents with what a bot needs, on each database, and bots to serve it; the drill starts those."""

from collections.abc import AsyncIterator

import pytest

from tests.chat import open_stage
from tests.databases import Databases, Postgres, Sqlite
from tests.drills.bots import Bots
from tests.drills.crowd import Crowd


@pytest.fixture
async def crowd(databases: Databases) -> AsyncIterator[Crowd]:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        yield Crowd(chat)


@pytest.fixture
async def crowd_on_sqlite(sqlite: Sqlite) -> AsyncIterator[Crowd]:
    async with sqlite.fresh("demo") as url, open_stage(url) as chat:
        yield Crowd(chat)


@pytest.fixture
async def crowd_on_postgres(postgres: Postgres) -> AsyncIterator[Crowd]:
    async with postgres.fresh("demo") as url, open_stage(url) as chat:
        yield Crowd(chat)


@pytest.fixture
async def bots() -> AsyncIterator[Bots]:
    async with Bots.open() as bots:
        yield bots
