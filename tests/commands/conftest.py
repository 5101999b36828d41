"""A desk on each database, with the demo's customers."""

from collections.abc import AsyncIterator

import pytest

from bot.desk import build
from bot.settings import Settings
from bot.webex import Webex
from helpdesk import Helpdesk
from helpdesk.clock import utc_now
from helpdesk.store import Store
from helpdesk.webex import WebexClient, open_session


@pytest.fixture
async def desk(demo_store: Store) -> AsyncIterator[Helpdesk]:
    """No mail server, no desk space; Webex is not asked."""
    session = open_session()
    client = WebexClient(session, "http://127.0.0.1:9", "no token")
    yield build(Settings(), demo_store, client, Webex(client), "a secret of the tests, long enough", utc_now)
    await session.close()
