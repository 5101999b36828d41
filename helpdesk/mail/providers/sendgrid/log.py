"""What SendGrid knows of the last mail to an address: its Email Logs, which go back 30 days.

They cannot be asked for the newest, so all are read (at most 1000) and the newest is picked here. Source: SendGrid v3
API, "Email Logs"; the older Email Activity is an add-on, and is not asked.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.delivery.codes import enhanced_code
from helpdesk.mail.moments import iso_time
from helpdesk.mail.provider_errors import ProviderUnreadable
from helpdesk.mail.providers.http import ProviderClient, in_path
from helpdesk.mail.providers.sendgrid.suppression import NAME
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import DeliveryStatus

KEPT_FOR = timedelta(days=30)
_MOST = 1000
# Of their query language, only that texts stand in quotes is documented, and not how a quote within is written.
_QUOTES = frozenset("'\"`\\")
_STATUSES = {
    "processed": DeliveryStatus.IN_PROGRESS,
    "deferred": DeliveryStatus.IN_PROGRESS,
    "delivered": DeliveryStatus.DELIVERED,
    "dropped": DeliveryStatus.ERROR,
    "bounced": DeliveryStatus.ERROR,
    "blocked": DeliveryStatus.ERROR,
}


class SendGridDeliveryLog:
    def __init__(self, client: ProviderClient, now: Clock = utc_now) -> None:
        self._client = client
        self._now = now

    async def last(self, address: str) -> LastDelivery:
        in_path(address)  # refuses what is no address: here it becomes part of a query
        if _QUOTES & set(address):
            problem = Text("{provider} cannot be asked about an address with a quote in it.", provider=NAME)
            return LastDelivery(DeliveryStatus.UNKNOWN, known_from=NAME, problem=problem)
        since = (self._now() - KEPT_FOR).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"to_email = '{address}' AND sg_message_id_created_at > TIMESTAMP \"{since}\""
        answer = await self._client.ask("POST", "/v3/logs", {"query": query, "limit": _MOST}, is_harmless=True)
        mails = answer.content.get("messages") if isinstance(answer.content, dict) else None
        if not isinstance(mails, list) or not all(isinstance(mail, dict) for mail in mails):
            raise ProviderUnreadable(NAME)
        newest = max(mails, key=_created, default=None)
        return _last(newest) if newest else LastDelivery(DeliveryStatus.NONE, known_from=NAME)


def _created(mail: Mapping[str, Any]) -> float:
    at = iso_time(mail.get("sg_message_id_created_at"))
    return at.timestamp() if at else 0.0


def _last(mail: Mapping[str, Any]) -> LastDelivery:
    answer = str(mail.get("reason") or "") or None
    return LastDelivery(
        _STATUSES.get(str(mail.get("status")), DeliveryStatus.UNKNOWN),
        iso_time(mail.get("sg_message_id_created_at")),
        str(mail.get("subject") or "") or None,
        answer,
        enhanced_code(answer) if answer else None,
        str(mail.get("sg_message_id") or "") or None,
        known_from=NAME,
    )
