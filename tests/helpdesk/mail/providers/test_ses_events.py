"""What SES tells of mails, in the shapes of Amazon's own examples, and what the log makes of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.mail.delivery import MailEvent
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.delivery.events import record
from helpdesk.mail.providers.ses.events import SesEvents, mail_events
from helpdesk.mail.providers.ses.sns import SnsNotice, Topics
from helpdesk.mail.providers.ses.sns_certificates import Certificates
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent, Suppression
from tests.helpdesk.mail.providers.amazon_sns import TOPIC, Sns, confirmation, notification
from tests.sessions import rows, writing

PAT, SAM, TOKEN = "pat@acme.example", "sam@acme.example", "0a1b2c3d"
SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 13, tzinfo=UTC)
HELD_BACK = (
    "Amazon SES did not send the message to this address because it is on the suppression list for your account."
)
Json = dict[str, Any]


def event(kind: str, about: Json | None = None, key: str = "", **mail: Any) -> str:
    told: Json = {
        "timestamp": "2026-03-01T12:00:00.000Z",
        "source": "Desk <desk@partner.example>",
        "messageId": "010201-ses-000000",
        "destination": [PAT],
        "commonHeaders": {"subject": "Your code"},
        "tags": {"ses:configuration-set": ["desk"], "helpdesk": [TOKEN]},
    }
    spelled = "notificationType" if kind.startswith("old ") else "eventType"
    body: Json = {spelled: kind.removeprefix("old "), "mail": told | mail}
    return json.dumps(body | ({key or kind.removeprefix("old ").lower(): about} if about is not None else {}))


def bounce(kind: str = "Permanent", sub_type: str = "General", *recipients: Json, minute: int = 2) -> Json:
    return {
        "bounceType": kind,
        "bounceSubType": sub_type,
        "bouncedRecipients": list(recipients) or [no_such_user(PAT)],
        "timestamp": f"2026-03-01T12:{minute:02}:00.000Z",
        "feedbackId": "0102-feedback",
        "reportingMTA": "dsn; mta.example.com",
    }


def no_such_user(address: str) -> Json:
    told = {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    return {"emailAddress": address, **told}


def delivery(minute: int = 1, answer: str = "250 2.6.0 Message received") -> Json:
    return {"timestamp": f"2026-03-01T12:{minute:02}:00.000Z", "recipients": [PAT], "smtpResponse": answer}


def told(message: str, notice_id: str = "notice") -> list[tuple[str, str, str | None, str | None]]:
    events = mail_events(SnsNotice(notice_id, message))
    return [(each.address, each.status.value, each.answer, each.code) for each in events]


DELAY = {
    "timestamp": "2026-03-01T12:01:00.000Z",
    "delayType": "TransientCommunicationFailure",
    "delayedRecipients": [{"emailAddress": PAT, "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 no connection"}],
}
COMPLAINT = {"complainedRecipients": [{"emailAddress": PAT}], "timestamp": "2026-03-01T12:05:00.000Z"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (event("Send", {}), [(PAT, "in progress", None, None)]),
        (event("Delivery", delivery()), [(PAT, "delivered", "250 2.6.0 Message received", "2.6.0")]),
        (event("old Delivery", delivery()), [(PAT, "delivered", "250 2.6.0 Message received", "2.6.0")]),
        (event("DeliveryDelay", DELAY, "deliveryDelay"), [(PAT, "in progress", "421 4.4.1 no connection", "4.4.1")]),
        (event("Bounce", bounce()), [(PAT, "error", "550 5.1.1 user unknown", "5.1.1")]),
        (event("old Bounce", bounce()), [(PAT, "error", "550 5.1.1 user unknown", "5.1.1")]),
        (event("Complaint", COMPLAINT), [(PAT, "delivered", None, None)]),
        (event("Reject", {"reason": "Bad content"}), [(PAT, "error", "Bad content", None)]),
        (
            event("Rendering Failure", {"errorMessage": "Attribute 'name' is missing"}, "failure"),
            [(PAT, "error", "Attribute 'name' is missing", None)],
        ),
        (event("Open", {"timestamp": "2026-03-01T12:09:00.000Z"}), []),
        (event("Click", {"timestamp": "2026-03-01T12:09:00.000Z", "link": "https://acme.example"}), []),
        (event("Subscription", {"contactList": "x"}), []),
        ("Successfully validated SNS topic for Amazon SES event publishing.", []),
    ],
)
def test_every_kind_of_event_becomes_one_of_the_five_words(message: str, expected: Any) -> None:
    assert told(message) == expected


def test_an_event_tells_of_each_of_its_recipients_under_an_id_of_its_own() -> None:
    two = bounce("Permanent", "General", no_such_user(PAT), {"emailAddress": f"Sam <{SAM}>"})
    events = mail_events(SnsNotice("notice", event("Bounce", two, destination=[PAT, SAM])))
    assert [(each.event_id, each.address, each.answer) for each in events] == [
        ("notice 0", PAT, "550 5.1.1 user unknown"),
        ("notice 1", SAM, None),
    ]


def test_an_event_knows_its_mail_by_our_token_and_by_amazons_id() -> None:
    (found,) = mail_events(SnsNotice("notice", event("Delivery", delivery())))
    when = datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    status, answer = DeliveryStatus.DELIVERED, "250 2.6.0 Message received"
    assert found == MailEvent(
        "notice 0", PAT, status, when, TOKEN, "010201-ses-000000", "Your code", answer, "2.6.0", suppress=None
    )
    (untagged,) = mail_events(SnsNotice("notice", event("Delivery", delivery(), tags={})))
    assert untagged.token is None


@pytest.mark.parametrize("sub_type", ["OnAccountSuppressionList", "Suppressed"])
def test_a_mail_that_amazon_held_back_is_an_error_and_no_words_about_the_mailbox(sub_type: str) -> None:
    recipient = {"emailAddress": PAT, "action": "failed", "status": "5.1.1", "diagnosticCode": HELD_BACK}
    message = event("Bounce", bounce("Permanent", sub_type, recipient))
    assert told(message) == [(PAT, "error", HELD_BACK, None)]
    assert mail_events(SnsNotice("notice", message))[0].suppress is None


def test_a_complaint_about_a_mail_that_was_held_back_is_no_delivery() -> None:
    assert told(event("Complaint", COMPLAINT | {"complaintSubType": "OnAccountSuppressionList"})) == [
        (PAT, "error", None, None)
    ]


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.0.0", "smtp; 550 5.1.1 <pat@acme.example>: no mailbox", "5.1.1"),
        ("5.0.0 (undefined)", "SMTP; 550 go away", "5.0.0"),
        ("5.2.2", "smtp; 552 5.1.1 full", "5.2.2"),
        (None, "550 5.7.1 blocked", "5.7.1"),
        (None, None, None),
    ],
)
def test_the_code_is_the_most_telling_one(status: str | None, diagnostic: str | None, code: str | None) -> None:
    recipient = {"emailAddress": PAT, "status": status, "diagnosticCode": diagnostic}
    assert told(event("Bounce", bounce("Permanent", "General", recipient)))[0][3] == code


def test_an_out_of_office_reply_is_no_failure() -> None:
    assert told(event("Bounce", bounce("Transient", "General", {"emailAddress": PAT}))) == []
    full = {"emailAddress": PAT, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 mailbox full"}
    assert told(event("Bounce", bounce("Transient", "MailboxFull", full)))[0][1] == "error"


@pytest.mark.parametrize(
    "message",
    ["", "hello", "[]", "null", "[" * 100_000, '{"eventType": "Bounce"}', event("Bounce", {"bouncedRecipients": PAT})]
    + [event("Delivery", delivery() | {"timestamp": when}) for when in ("yesterday", "2026-03-01T12:00:00", None)],
)
def test_what_is_no_event_is_refused_without_repeating_it(message: str) -> None:
    with pytest.raises(ValueError, match=r"^no event of Amazon SES$"):
        mail_events(SnsNotice("notice", message))


def test_what_is_no_address_is_passed_over() -> None:
    odd = [no_such_user(each) for each in ("", "a@acme.example, b@acme.example", "a@acme.example\r\nX: y", PAT)]
    assert [address for address, *_ in told(event("Bounce", bounce("Permanent", "General", *odd)))] == [PAT]


async def test_events_come_signed_through_the_topic() -> None:
    sns = Sns()
    reader = SesEvents(Topics([TOPIC], sns.fetch, Certificates(sns.fetch)))
    assert list(await reader.read({}, confirmation())) == []
    events = await reader.read({"Content-Type": "text/plain"}, notification(event("Bounce", bounce())))
    assert [each.event_id for each in events] == ["message-1 0"]


@pytest.mark.parametrize("order", [["sent", "delivered", "bounced"], ["bounced", "delivered", "sent"]])
async def test_a_bounce_that_follows_a_delivery_is_what_became_of_the_mail(order: list[str], store: Store) -> None:
    messages = {
        "sent": event("Send", {}),
        "delivered": event("Delivery", delivery()),
        "bounced": event("Bounce", bounce()),
    }
    async with writing(store) as session:
        session.add(EmailEvent(id="mail", address=PAT, sent_at=SENT, status="in progress", token=TOKEN))
    for name in [*order, *order]:
        await record(store, mail_events(SnsNotice(name, messages[name])), "Amazon SES")
    last = await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)
    assert (last.status, last.answer, last.known_from) == (DeliveryStatus.ERROR, "550 5.1.1 user unknown", "Amazon SES")
    assert len(await rows(store, EmailEvent.__table__.select())) == 1
    assert await rows(store, Suppression.__table__.select()) == []


async def test_a_complaint_leaves_the_servers_words_in_sight(store: Store) -> None:
    for name, message in {
        "delivered": event("Delivery", delivery()),
        "complained": event("Complaint", COMPLAINT),
    }.items():
        await record(store, mail_events(SnsNotice(name, message)), "Amazon SES")
    last = await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)
    assert (last.status, last.answer) == (DeliveryStatus.DELIVERED, "250 2.6.0 Message received")
