"""A desk on each database, with the demo's customers."""

from collections.abc import AsyncIterator

import pytest

from helpdesk.platform.store import Store
from helpdesk.services import Helpdesk
from tests.commands.desks import open_desk


@pytest.fixture
async def desk(demo_store: Store) -> AsyncIterator[Helpdesk]:
    """No mail server, no desk space; Webex is not asked."""
    async with open_desk(demo_store) as desk:
        yield desk
