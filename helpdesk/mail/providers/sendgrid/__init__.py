"""SendGrid: its suppression lists, its logs, and its event webhook."""

import aiohttp

from helpdesk.mail.providers import Provider, checking
from helpdesk.mail.providers.http import ProviderClient, bearing
from helpdesk.mail.providers.sendgrid.events import SendGridEvents, marked
from helpdesk.mail.providers.sendgrid.log import SendGridDeliveryLog
from helpdesk.mail.providers.sendgrid.suppression import NAME, SendGridSuppressionList
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store


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
