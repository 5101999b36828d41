"""A partner with three small customers."""

from collections.abc import AsyncIterator

import pytest

from helpdesk.platform.store import Store
from tests.helpdesk.sync.partner import Stage, file, stage


@pytest.fixture
async def on(store: Store) -> AsyncIterator[Stage]:
    async with stage(store, file()) as made:
        yield made
