"""Events are Postmark's only where they come with our password; they are translated, and break nothing."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.mail.delivery import BadSignature, MailEvent
from helpdesk.mail.providers.postmark.events import PostmarkEvents, marked
from helpdesk.platform.store.tables.mail import DeliveryStatus

PASSWORD = "a password of the tests, long enough"
# As Postmark's documents show them, less what is not read.
DELIVERY = {
    "RecordType": "Delivery",
    "MessageID": "883953f4",
    "Recipient": "Pat@Acme.example",
    "DeliveredAt": "2026-11-23T05:00:00.1234567-05:00",
    "Details": "smtp;250 2.0.0 OK",
    "Metadata": {"helpdesk": "token-1"},
}
BOUNCE = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "MessageID": "883953f4",
    "Email": "pat@acme.example",
    "BouncedAt": "2026-11-23T10:00:00Z",
    "Details": "smtp;550 5.1.1 no such user",
}


def login(user: str = "helpdesk", password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def told(event: Any) -> list[MailEvent]:
    return list(await PostmarkEvents(PASSWORD).read(login(), json.dumps(event).encode()))


async def test_a_delivery_is_told_with_the_servers_words_and_our_token() -> None:
    (found,) = await told(DELIVERY)
    assert found == MailEvent(
        "Delivery  883953f4 pat@acme.example",
        "pat@acme.example",
        DeliveryStatus.DELIVERED,
        datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC),
        "token-1",
        "883953f4",
        answer="250 2.0.0 OK",
        code="2.0.0",
    )


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("HardBounce", DeliveryStatus.ERROR),
        ("SoftBounce", DeliveryStatus.ERROR),
        ("Blocked", DeliveryStatus.ERROR),
        ("SomethingNew", DeliveryStatus.ERROR),
        ("Transient", DeliveryStatus.IN_PROGRESS),
        ("DnsError", DeliveryStatus.IN_PROGRESS),
    ],
)
async def test_each_bounce_is_one_of_our_words(kind: str, status: DeliveryStatus) -> None:
    (found,) = await told(BOUNCE | {"Type": kind})
    assert (found.status, found.code, found.token) == (status, "5.1.1", None)


async def test_two_bounces_of_one_mail_are_two_events() -> None:
    (first,), (second,) = await told(BOUNCE), await told(BOUNCE | {"ID": 43})
    assert first.event_id != second.event_id


@pytest.mark.parametrize(
    "event",
    [
        BOUNCE | {"Type": "AutoResponder"},
        BOUNCE | {"RecordType": "Open"},
        BOUNCE | {"RecordType": "SpamComplaint"},
        BOUNCE | {"BouncedAt": "soon"},
        BOUNCE | {"MessageID": None},
        BOUNCE | {"Email": "a@b.example, c@d.example"},
        DELIVERY | {"Recipient": 7},
        {},
    ],
)
async def test_what_tells_nothing_of_a_mails_fate_is_left_out(event: Any) -> None:
    assert await told(event) == []


async def test_odd_metadata_is_no_token() -> None:
    for odd in ("token-1", ["token-1"], {"helpdesk": 7}, None):
        (found,) = await told(DELIVERY | {"Metadata": odd})
        assert found.token is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        login(password="guess"),
        login(user="postmark"),
        {"Authorization": f"Bearer {PASSWORD}"},
        {"Authorization": "é"},
    ],
)
async def test_without_the_password_nothing_is_read(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        await PostmarkEvents(PASSWORD).read(headers, b"{")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"[" * 100_000, b"\xff\xfe"])
async def test_what_cannot_be_read_is_no_event(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each in words of its own)
        await PostmarkEvents(PASSWORD).read(login(), body)


def test_a_mail_carries_its_token_and_its_stream() -> None:
    assert marked("token-1", "outbound") == {
        "X-PM-Message-Stream": "outbound",
        "X-PM-Metadata-helpdesk": "token-1",
    }
