"""The pages, with the demo's customers, on each database."""

from collections.abc import AsyncIterator

import pytest

from helpdesk.store import Store
from tests.bot.pages.viewers import Stage, open_stage


@pytest.fixture
async def stage(demo_store: Store) -> AsyncIterator[Stage]:
    async with open_stage(demo_store) as stage:
        yield stage
