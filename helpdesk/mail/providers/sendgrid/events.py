"""What SendGrid's event webhook posts, signed over its time and its bytes.

SendGrid keeps its own lists, so no event asks us to hold an address back. Events come more than once, in any order, up
to a day late. Source: Twilio SendGrid, "Event Webhook Reference" and "Security Features".
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from helpdesk.mail.delivery import BadSignature, MailEvent
from helpdesk.mail.delivery.codes import enhanced_code
from helpdesk.mail.moments import epoch_time
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import batches
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.platform.text.address import exact_address

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
# SendGrid signs anew each time it tells again, so what is older was recorded by somebody.
REPLAY_WINDOW = timedelta(seconds=300)
# A call of 1 MiB tells of 3000 mails: 0.1 s of work, which is done in pieces so that others get their turn.
_AT_ONCE = 100
_TOKEN = "helpdesk"  # noqa: S105  (the name of our argument)
_STATUSES = {
    "processed": DeliveryStatus.IN_PROGRESS,
    "deferred": DeliveryStatus.IN_PROGRESS,
    "delivered": DeliveryStatus.DELIVERED,
    "bounce": DeliveryStatus.ERROR,
    "dropped": DeliveryStatus.ERROR,
}


class SendGridEvents:
    """`key` is the verification key as SendGrid shows it. Raises ValueError where it is none."""

    def __init__(self, key: str, now: Clock = utc_now) -> None:
        self._key = parse_key(key)
        self._now = now

    async def read(self, headers: Mapping[str, str], body: bytes) -> Sequence[MailEvent]:
        self._check(headers.get(SIGNATURE, ""), headers.get(TIMESTAMP, ""), body)
        try:
            events = json.loads(body)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(events, list):
            raise ValueError("no list of events")
        told: list[MailEvent] = []
        for batch in batches(events, _AT_ONCE):
            told += [found for event in batch if isinstance(event, dict) and (found := _mail_event(event))]
            await asyncio.sleep(0)
        return told

    def _check(self, signature: str, timestamp: str, body: bytes) -> None:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.hashes import SHA256

        at = epoch_time(int(timestamp)) if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 else None
        if at is None or abs(self._now() - at) > REPLAY_WINDOW:
            raise BadSignature
        try:
            self._key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            raise BadSignature from None


def parse_key(key: str) -> "EllipticCurvePublicKey":
    """Of base64 without PEM's lines, as SendGrid shows it. Raises ValueError."""
    # Imported where it is used: most desks have no SendGrid, and it takes a while.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        found = load_der_public_key(base64.b64decode(key, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, EllipticCurvePublicKey) or not isinstance(found.curve, SECP256R1):
        raise ValueError("must be the verification key that SendGrid shows at Settings, Mail Settings, Event Webhooks")
    return found


def marked(token: str) -> dict[str, str]:
    """The header by which SendGrid gives our token back with each event of this mail."""
    return {"X-SMTPAPI": json.dumps({"unique_args": {_TOKEN: token}})}


def _mail_event(event: Mapping[str, Any]) -> MailEvent | None:
    """None for what tells nothing of a mail's fate, such as an opened mail, and for what lacks a part."""
    status, at = _STATUSES.get(str(event.get("event"))), epoch_time(event.get("timestamp"))
    event_id, address = event.get("sg_event_id"), exact_address(str(event.get("email", "")))
    if status is None or at is None or not event_id or address is None:
        return None
    answer = str(event.get("reason") or event.get("response") or "") or None
    return MailEvent(
        str(event_id),
        address,
        status,
        at,
        _text(event.get(_TOKEN)),
        _text(event.get("sg_message_id")),
        answer=answer,
        code=(enhanced_code(answer) if answer else None) or _text(event.get("status")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
