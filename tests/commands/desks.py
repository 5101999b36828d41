"""A desk as a process opens it, on a database that others may have open as well."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.services import build
from bot.settings import Settings
from bot.webex.messages import Webex
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.services import Helpdesk


@asynccontextmanager
async def open_desk(store: Store, settings: Settings | None = None) -> AsyncIterator[Helpdesk]:
    """Webex is not asked; without settings there is no mail server and no desk space."""
    session = open_session()
    client = WebexClient(session, "http://127.0.0.1:9", "no token")
    yield build(settings or Settings(), store, client, Webex(client), "a secret of the tests, long enough", utc_now)
    await session.close()
