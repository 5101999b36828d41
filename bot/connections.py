"""What everything else of the process leans on: the database, at our version, and Webex, which knows our token."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.settings import Settings
from bot.webex.messages import Me, Webex
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import require_current
from helpdesk.platform.webex.client import WebexClient, WebexUnauthorized, open_session


class TokenRefused(HelpdeskError):
    def __init__(self) -> None:
        super().__init__(
            Text("Webex refused the token in WEBEX_ACCESS_TOKEN."),
            Text("Copy it again from developer.webex.com, or make a new one there."),
        )


@dataclass(frozen=True, slots=True)
class Base:
    store: Store
    client: WebexClient
    webex: Webex
    me: Me
    metrics: Metrics


async def open_base(settings: Settings, stack: AsyncExitStack) -> Base:
    """Closed with `stack`. Raises TokenRefused, and what tells that either is away or of another version."""
    store, metrics = Store(settings.database_url.get_secret_value()), Metrics()
    stack.push_async_callback(store.close)
    session = await stack.enter_async_context(open_session(settings.proxies))
    await require_current(store)
    client = WebexClient(session, settings.webex_url, settings.webex_access_token.get_secret_value(), metrics)
    webex = Webex(client)
    try:
        return Base(store, client, webex, await webex.me(), metrics)
    except WebexUnauthorized:
        raise TokenRefused from None
