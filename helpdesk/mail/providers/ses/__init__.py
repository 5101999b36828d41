"""Amazon SES, version 2 of its API: its account's suppression list, and what it tells of mails through SNS.

It cannot be asked what became of a mail to an address, so its events go into our own log. The list is the account's in
one region. Source: Amazon SES API v2 Reference, {Get,Delete,Put}SuppressedDestination.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.providers import Provider
from helpdesk.mail.providers.http import ProviderClient, Sign
from helpdesk.mail.providers.ses.credentials import VARIABLE, FindCredentials
from helpdesk.mail.providers.ses.events import TAG, SesEvents
from helpdesk.mail.providers.ses.sigv4 import signed_headers
from helpdesk.mail.providers.ses.sns import Topics
from helpdesk.mail.providers.ses.sns_certificates import Certificates, fetching
from helpdesk.mail.providers.ses.suppression import NAME, SesSuppressionList
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store

# Reserved by RFC 2606, so nobody is asked about.
_NOBODY = "nobody@example.com"


@dataclass(frozen=True, slots=True)
class SesAccount:
    """Without `topics` nothing is heard of mails. `url` is where SES is, unless it is where it always is."""

    region: str
    credentials: FindCredentials
    url: str | None = None
    topics: tuple[str, ...] = ()
    configuration_set: str | None = None


def provider(account: SesAccount, session: aiohttp.ClientSession, store: Store, now: Clock = utc_now) -> Provider:
    client = ProviderClient(session, NAME, VARIABLE, account.url or _url(account.region), _signing(account))
    suppression = SesSuppressionList(client, store)

    async def check() -> None:
        await suppression.find(_NOBODY)

    fetch = fetching(session)
    return Provider(
        key="ses",
        name=NAME,
        suppression=suppression,
        delivery=EmbeddedDeliveryLog(store, now),
        check=check,
        events=SesEvents(Topics(account.topics, fetch, Certificates(fetch, now), now)) if account.topics else None,
        headers=lambda token: _headers(token, account.configuration_set),
    )


def _url(region: str) -> str:
    return f"https://email.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def _signing(account: SesAccount) -> Sign:
    async def sign(method: str, url: str, body: bytes) -> Mapping[str, str]:
        credentials = await account.credentials()
        return signed_headers(method, url, body, credentials, account.region, "ses", utc_now())

    return sign


def _headers(token: str, configuration_set: str | None) -> dict[str, str]:
    """SES takes them off before it sends the mail on."""
    chosen = {"X-SES-CONFIGURATION-SET": configuration_set} if configuration_set else {}
    return {"X-SES-MESSAGE-TAGS": f"{TAG}={token}", **chosen}
