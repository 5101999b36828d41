"""Whether the token that customers are read with works, and sees any."""

from bot.admin_client import admin_client
from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped
from helpdesk.directory.parts import ORGANIZATIONS
from helpdesk.platform.webex.client import WebexClient, WebexForbidden, WebexUnauthorized
from helpdesk.sync import AdminTokenRefused

VARIABLES = ("WEBEX_CLIENT_ID", "WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN", "WEBEX_ADMIN_TOKEN")


async def customers(setup: Setup) -> Finding:
    """Raises AdminTokenRefused in its own words, as every HelpdeskError is told."""
    client = admin_client(setup.settings, WebexClient(setup.session, setup.settings.webex_url, ""))
    if client is None:
        return skipped("no token to read customers with is set; they come from `helpdesk import` alone")
    try:
        found = (await client.get("/organizations")).get("items")
    except WebexUnauthorized:
        raise AdminTokenRefused from None
    except WebexForbidden:
        raise CheckFailed("The token may not list organizations (403).", _GRANT) from None
    if not isinstance(found, list) or not found:
        raise CheckFailed("The token sees no organization.", _GRANT)
    return ok(f"organizations that the token sees: {len(found)}")


_GRANT = (
    f"Give the integration or Service App the scope {ORGANIZATIONS.scope}, and have a full administrator of the "
    "partner authorise it again in Control Hub."
)
