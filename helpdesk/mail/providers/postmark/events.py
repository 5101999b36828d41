"""What Postmark's webhooks post: one mail's fate at a time, unsigned, with a password in the URL.

Postmark keeps its own list, so no event asks us to hold an address back. Source: Postmark, "Bounce webhook" and
"Delivery webhook".
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from helpdesk.mail.delivery import BadSignature, MailEvent
from helpdesk.mail.delivery.codes import enhanced_code
from helpdesk.mail.moments import iso_time
from helpdesk.mail.providers.postmark.log import server_words
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.platform.text.address import exact_address

USER = "helpdesk"
_TOKEN = "helpdesk"  # noqa: S105  (the name of our metadata)
# Postmark goes on trying.
_TRANSIENT = {"Transient", "DnsError"}
# The mail arrived, and was answered by a person or a machine.
_ANSWERED = {"AutoResponder", "AddressChange", "Subscribe", "Unsubscribe", "ChallengeVerification", "OpenRelayTest"}


class PostmarkEvents:
    def __init__(self, password: str) -> None:
        self._expected = b"Basic " + base64.b64encode(f"{USER}:{password}".encode())

    async def read(self, headers: Mapping[str, str], body: bytes) -> Sequence[MailEvent]:
        given = headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._expected):
            raise BadSignature
        try:
            event = json.loads(body)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(event, dict):
            raise ValueError("no event")
        found = _mail_event(event)
        return [found] if found else []


def marked(token: str, stream: str) -> dict[str, str]:
    """The headers by which Postmark sends a mail through `stream`, and gives our token back with each of its events."""
    return {"X-PM-Message-Stream": stream, f"X-PM-Metadata-{_TOKEN}": token}


def _mail_event(event: Mapping[str, Any]) -> MailEvent | None:
    """None for what tells nothing of a mail's fate, such as an opened mail, and for what lacks a part."""
    kind = event.get("RecordType")
    status = DeliveryStatus.DELIVERED if kind == "Delivery" else _bounced(event) if kind == "Bounce" else None
    at = iso_time(event.get("DeliveredAt") or event.get("BouncedAt"))
    address = exact_address(str(event.get("Recipient") or event.get("Email") or ""))
    message_id = event.get("MessageID")
    if status is None or at is None or not isinstance(message_id, str) or address is None:
        return None
    answer = server_words(event.get("Details"))
    metadata = event.get("Metadata")
    token = metadata.get(_TOKEN) if isinstance(metadata, dict) else None
    return MailEvent(
        f"{kind} {event.get('ID', '')} {message_id} {address}",
        address,
        status,
        at,
        token if isinstance(token, str) and token else None,
        message_id,
        answer=answer,
        code=enhanced_code(answer) if answer else None,
    )


def _bounced(event: Mapping[str, Any]) -> DeliveryStatus | None:
    kind = event.get("Type")
    if kind in _ANSWERED:
        return None
    return DeliveryStatus.IN_PROGRESS if kind in _TRANSIENT else DeliveryStatus.ERROR
