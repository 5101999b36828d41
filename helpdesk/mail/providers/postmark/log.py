"""What Postmark knows of the last mail to an address; it goes back 45 days.

Postmark lists the newest mail first, but not what became of it: that is asked for by the mail's id. Source: Postmark,
"Messages API".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.delivery.codes import enhanced_code
from helpdesk.mail.moments import iso_time
from helpdesk.mail.provider_errors import ProviderUnreadable
from helpdesk.mail.providers.http import ProviderClient, in_path
from helpdesk.mail.providers.postmark.suppression import NAME
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.platform.text.address import canonical_address

_STATUSES = {
    "Transient": DeliveryStatus.IN_PROGRESS,
    "Delivered": DeliveryStatus.DELIVERED,
    "Bounced": DeliveryStatus.ERROR,
}


class PostmarkDeliveryLog:
    def __init__(self, client: ProviderClient, stream: str) -> None:
        self._client = client
        self._stream = quote(stream, safe="")

    async def last(self, address: str) -> LastDelivery:
        query = f"recipient={in_path(address)}&count=1&offset=0&messagestream={self._stream}"
        mails = _objects(await self._asked(f"/messages/outbound?{query}"), "Messages")
        if not mails:
            return LastDelivery(DeliveryStatus.NONE, known_from=NAME)
        mail = mails[0]
        message_id = str(mail.get("MessageID") or "")
        if not message_id:
            raise ProviderUnreadable(NAME)
        details = await self._asked(f"/messages/outbound/{quote(message_id, safe='')}/details")
        sent = LastDelivery(
            DeliveryStatus.IN_PROGRESS,
            iso_time(mail.get("ReceivedAt")),
            str(mail.get("Subject") or "") or None,
            message_id=message_id,
            known_from=NAME,
        )
        fates = [event for event in _objects(details, "MessageEvents") if _tells_of(event, address)]
        newest = max(fates, key=_received, default=None)
        return _fated(sent, newest) if newest else sent

    async def _asked(self, path: str) -> Any:
        return (await self._client.ask("GET", path)).content


def _objects(content: Any, name: str) -> list[dict[str, Any]]:
    found = content.get(name) if isinstance(content, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ProviderUnreadable(NAME)
    return found


def _tells_of(event: Mapping[str, Any], address: str) -> bool:
    return event.get("Type") in _STATUSES and canonical_address(str(event.get("Recipient", ""))) == canonical_address(
        address
    )


def _received(event: Mapping[str, Any]) -> float:
    at = iso_time(event.get("ReceivedAt"))
    return at.timestamp() if at else 0.0


def _fated(sent: LastDelivery, event: Mapping[str, Any]) -> LastDelivery:
    details = event.get("Details")
    told = details if isinstance(details, dict) else {}
    answer = server_words(told.get("DeliveryMessage") or told.get("Summary"))
    return replace(sent, status=_STATUSES[event["Type"]], answer=answer, code=enhanced_code(answer) if answer else None)


def server_words(value: object) -> str | None:
    """`smtp;550 5.1.1 no such user` -> the server's own words; None where it said nothing."""
    return str(value or "").removeprefix("smtp;").strip() or None
