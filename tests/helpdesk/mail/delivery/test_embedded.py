"""The last mail to an address, and for how long what is known of it is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent

PAT, SAM = "pat.lindqvist@acme.example", "sam.okafor@acme.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def mail(status: DeliveryStatus, sent: datetime, told: datetime | None = None) -> EmailEvent:
    return EmailEvent(id=f"{sent}", address=PAT, subject="Your code", sent_at=sent, status=status.value, told_at=told)


async def test_an_address_without_mails_has_the_status_none(store: Store) -> None:
    assert await EmbeddedDeliveryLog(store).last(PAT) == LastDelivery(DeliveryStatus.NONE)


async def test_the_newest_mail_counts(demo_store: Store) -> None:
    log = EmbeddedDeliveryLog(demo_store)
    assert (await log.last(PAT)).status is DeliveryStatus.ERROR
    assert (await log.last(PAT)).answer == "550 5.1.1 The email account that you tried to reach does not exist"
    assert (await log.last(SAM)).status is DeliveryStatus.DELIVERED


async def test_an_older_mail_never_hides_a_newer_one(store: Store) -> None:
    await store.write(Session.add, mail(DeliveryStatus.DELIVERED, NOW))
    await store.write(Session.add, mail(DeliveryStatus.ERROR, NOW - 24 * HOUR, told=NOW + HOUR))
    last = await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)
    assert (last.status, last.at) == (DeliveryStatus.DELIVERED, NOW)


@pytest.mark.parametrize(
    ("status", "sent", "told", "shown"),
    [
        (DeliveryStatus.IN_PROGRESS, 71, None, DeliveryStatus.IN_PROGRESS),
        (DeliveryStatus.IN_PROGRESS, 73, None, DeliveryStatus.UNKNOWN),
        (DeliveryStatus.IN_PROGRESS, 90, 20, DeliveryStatus.IN_PROGRESS),
        (DeliveryStatus.IN_PROGRESS, 200, 73, DeliveryStatus.UNKNOWN),
        (DeliveryStatus.DELIVERED, 2000, None, DeliveryStatus.DELIVERED),
        (DeliveryStatus.ERROR, 2000, 1999, DeliveryStatus.ERROR),
    ],
)
async def test_a_mail_that_nobody_told_of_for_72_hours_is_not_on_its_way(
    store: Store, status: DeliveryStatus, sent: int, told: int | None, shown: DeliveryStatus
) -> None:
    await store.write(Session.add, mail(status, NOW - sent * HOUR, NOW - told * HOUR if told else None))
    assert (await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)).status is shown
