"""SendGrid: its suppression lists, its logs, and its event webhook."""

import aiohttp

from helpdesk.clock import Clock, utc_now
from helpdesk.providers import Provider, checking
from helpdesk.providers.http import ProviderClient, bearing
from helpdesk.providers.sendgrid_events import SendGridEvents, marked
from helpdesk.providers.sendgrid_list import NAME, SendGridSuppressionList
from helpdesk.providers.sendgrid_log import SendGridDeliveryLog
from helpdesk.store import Store


def provider(
    session: aiohttp.ClientSession, url: str, key: str, webhook_key: str | None, store: Store, now: Clock = utc_now
) -> Provider:
    client = sendgrid_client(session, url, key)
    suppression, delivery = SendGridSuppressionList(client, store), SendGridDeliveryLog(client, now)
    return Provider(
        key="sendgrid",
        name=NAME,
        suppression=suppression,
        delivery=delivery,
        check=checking(suppression, delivery),
        events=SendGridEvents(webhook_key, now) if webhook_key else None,
        headers=marked,
    )


def sendgrid_client(session: aiohttp.ClientSession, url: str, key: str) -> ProviderClient:
    return ProviderClient(session, NAME, "SENDGRID_API_KEY", url, bearing({"Authorization": f"Bearer {key}"}))
