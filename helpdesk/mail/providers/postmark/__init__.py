"""Postmark: the suppression list of one message stream, what became of its mails, and its webhooks."""

import aiohttp

from helpdesk.mail.providers import Provider, checking
from helpdesk.mail.providers.http import ProviderClient, bearing
from helpdesk.mail.providers.postmark.events import PostmarkEvents, marked
from helpdesk.mail.providers.postmark.log import PostmarkDeliveryLog
from helpdesk.mail.providers.postmark.suppression import NAME, PostmarkSuppressionList
from helpdesk.platform.store import Store


def provider(
    session: aiohttp.ClientSession, url: str, token: str, stream: str, webhook_password: str | None, store: Store
) -> Provider:
    client = postmark_client(session, url, token)
    suppression, delivery = PostmarkSuppressionList(client, stream, store), PostmarkDeliveryLog(client, stream)
    return Provider(
        key="postmark",
        name=NAME,
        suppression=suppression,
        delivery=delivery,
        check=checking(suppression, delivery),
        events=PostmarkEvents(webhook_password) if webhook_password else None,
        headers=lambda token: marked(token, stream),
    )


def postmark_client(session: aiohttp.ClientSession, url: str, token: str) -> ProviderClient:
    return ProviderClient(session, NAME, "POSTMARK_SERVER_TOKEN", url, bearing({"X-Postmark-Server-Token": token}))
