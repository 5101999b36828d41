"""Conversations run on both databases, with the demo's customers."""

from collections.abc import AsyncIterator

import pytest

from tests.chat import Chat, open_chat
from tests.databases import Databases


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    async with databases.fresh("demo") as url, open_chat(url) as chat:
        yield chat
