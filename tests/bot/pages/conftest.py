"""The pages, with the demo's customers, on each database."""

from collections.abc import AsyncIterator, Iterator

import pytest

from helpdesk.platform.store import Store
from tests.bot.pages.serving import Serving
from tests.bot.pages.viewers import Stage, open_stage
from tests.databases import Sqlite


@pytest.fixture
async def stage(demo_store: Store) -> AsyncIterator[Stage]:
    async with open_stage(demo_store) as stage:
        yield stage


@pytest.fixture
def serving(sqlite: Sqlite) -> Iterator[Serving]:
    with Serving(sqlite) as serving:
        yield serving
