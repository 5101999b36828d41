"""Events are SendGrid's only where its signature says so, and nothing in them breaks the reader."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from helpdesk.mail.delivery import BadSignature, MailEvent
from helpdesk.mail.providers.sendgrid.events import SIGNATURE, TIMESTAMP, SendGridEvents, marked, parse_key
from helpdesk.platform.store.tables.mail import DeliveryStatus
from tests.helpdesk.mail.providers.sendgrid_signer import key_of, signed

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
# What SendGrid publishes with its own libraries to test them by.
PUBLISHED_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/"
    "QmGUhA=="
)
PUBLISHED_BODY = b'{"category":"example_payload","event":"test_event","message_id":"message_id"}'
PUBLISHED = {
    SIGNATURE: "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=",
    TIMESTAMP: "1588788367",
}
BOUNCE = {
    "email": "Pat@Acme.example",
    "timestamp": int(NOW.timestamp()),
    "event": "bounce",
    "type": "bounce",
    "sg_event_id": "event-1",
    "sg_message_id": "id-1.recvd-1",
    "reason": "550 5.1.1 no such user",
    "status": "5.1.1",
    "helpdesk": "token-1",
}


@pytest.fixture
def events() -> SendGridEvents:
    return SendGridEvents(key_of(), lambda: NOW)


async def told(events: SendGridEvents, *posted: Any) -> list[MailEvent]:
    body = json.dumps(posted).encode()
    return list(await events.read(signed(body, NOW), body))


async def test_what_sendgrid_published_as_signed_is_signed() -> None:
    at_that_time = SendGridEvents(PUBLISHED_KEY, lambda: datetime.fromtimestamp(1588788367, UTC))
    with pytest.raises(ValueError, match="no list of events"):
        await at_that_time.read(PUBLISHED, PUBLISHED_BODY)
    for body in (PUBLISHED_BODY + b" ", PUBLISHED_BODY[:-1], b""):
        with pytest.raises(BadSignature):
            await at_that_time.read(PUBLISHED, body)


async def test_a_bounce_is_an_error_with_the_servers_words_and_our_token(events: SendGridEvents) -> None:
    assert await told(events, BOUNCE) == [
        MailEvent(
            "event-1",
            "pat@acme.example",
            DeliveryStatus.ERROR,
            NOW,
            "token-1",
            "id-1.recvd-1",
            answer="550 5.1.1 no such user",
            code="5.1.1",
        )
    ]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"event": "processed"}, DeliveryStatus.IN_PROGRESS),
        ({"event": "deferred", "response": "451 4.7.1 later", "reason": ""}, DeliveryStatus.IN_PROGRESS),
        ({"event": "delivered", "response": "250 2.0.0 OK", "reason": ""}, DeliveryStatus.DELIVERED),
        ({"event": "dropped", "reason": "Bounced Address"}, DeliveryStatus.ERROR),
        ({"event": "bounce", "type": "blocked"}, DeliveryStatus.ERROR),
    ],
)
async def test_each_event_of_a_mails_fate_is_one_of_our_words(
    events: SendGridEvents, event: dict[str, str], status: DeliveryStatus
) -> None:
    (found,) = await told(events, BOUNCE | event)
    assert (found.status, found.answer) == (status, event.get("response") or event.get("reason", BOUNCE["reason"]))


@pytest.mark.parametrize(
    "event",
    [
        *({"event": name} for name in ("open", "click", "spamreport", "unsubscribe", "group_resubscribe", "new")),
        {"timestamp": "soon"},
        {"sg_event_id": ""},
        {"email": "a@b.example, c@d.example"},
        {"email": None},
    ],
)
async def test_what_tells_nothing_of_a_mails_fate_is_left_out(events: SendGridEvents, event: dict[str, Any]) -> None:
    assert [found.event_id for found in await told(events, BOUNCE | event, 7, None, BOUNCE)] == ["event-1"]


@pytest.mark.parametrize("seconds", [-301, 301, 10**7])
async def test_what_was_signed_at_another_time_is_refused(events: SendGridEvents, seconds: int) -> None:
    body = json.dumps([BOUNCE]).encode()
    with pytest.raises(BadSignature):
        await events.read(signed(body, NOW + timedelta(seconds=seconds)), body)
    assert await events.read(signed(body, NOW - timedelta(seconds=300)), body)


@pytest.mark.parametrize(
    "changed",
    [
        {SIGNATURE: ""},
        {SIGNATURE: "*"},
        {SIGNATURE: "AAAA"},
        {TIMESTAMP: ""},
        {TIMESTAMP: "-1"},
        {TIMESTAMP: "9" * 5000},
        {TIMESTAMP: "١٧٩٥٤٢٨٠٠٠"},
        {TIMESTAMP: str(int(NOW.timestamp()) + 1)},
    ],
)
async def test_a_signature_that_does_not_fit_is_refused(events: SendGridEvents, changed: dict[str, str]) -> None:
    body = json.dumps([BOUNCE]).encode()
    with pytest.raises(BadSignature):
        await events.read(signed(body, NOW) | changed, body)
    with pytest.raises(BadSignature):
        await events.read({}, body)


async def test_a_signature_of_another_key_is_refused(events: SendGridEvents) -> None:
    with pytest.raises(BadSignature):
        await events.read(signed(b"[]", NOW, ec.generate_private_key(ec.SECP256R1())), b"[]")


@pytest.mark.parametrize("body", [b"", b"{", b"7", b"{}", b"[" * 100_000, b"\xff\xfe"])
async def test_what_is_signed_and_cannot_be_read_is_no_event(events: SendGridEvents, body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each in words of its own)
        await events.read(signed(body, NOW), body)


@pytest.mark.parametrize("key", ["", "MFkw", "not base64!", key_of(ec.generate_private_key(ec.SECP384R1()))])
def test_what_is_no_key_of_sendgrid_is_refused_with_where_to_find_it(key: str) -> None:
    with pytest.raises(ValueError, match="Event Webhooks"):
        parse_key(key)


def test_a_mail_carries_its_token_and_nothing_of_its_reader() -> None:
    assert json.loads(marked("token-1")["X-SMTPAPI"]) == {"unique_args": {"helpdesk": "token-1"}}
