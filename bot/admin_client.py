"""The client that customers are read with: as an integration or a Service App, or with a token for a trial."""

from bot.settings import Settings
from helpdesk.platform.webex.client import WebexClient
from helpdesk.platform.webex.tokens import FixedToken, Tokens
from helpdesk.sync.pace import EvenPace
from helpdesk.sync.tokens import RefreshedTokens


def admin_client(settings: Settings, client: WebexClient) -> WebexClient | None:
    """One beside `client`, at a pace of its own; None where nothing lets us read customers."""
    tokens = _tokens(settings, client)
    return client.as_account(tokens, EvenPace()) if tokens else None


def _tokens(settings: Settings, client: WebexClient) -> Tokens | None:
    if settings.webex_admin_token is not None:
        return FixedToken(settings.webex_admin_token.get_secret_value())
    parts = (settings.webex_client_id, settings.webex_client_secret, settings.webex_refresh_token)
    if not all(parts):
        return None
    given = [part.get_secret_value() for part in parts if part]
    return RefreshedTokens(client.session, client.base_url, *given)
