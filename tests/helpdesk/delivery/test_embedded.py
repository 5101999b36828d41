"""The last mail to an address, and what becomes of our own mails in the log."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.delivery import LastDelivery
from helpdesk.delivery.embedded import EmbeddedDeliveryLog, RecordingMailer
from helpdesk.language import Text
from helpdesk.mail import Accepted, Mail, MailRefused, MailUnavailable
from helpdesk.store import Store, StoreUnavailable
from helpdesk.store.tables import DeliveryStatus
from tests.chat import PAT, SAM

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAIL = Mail(PAT, "Your code", "text", "<p>html</p>")


class Server:
    """A Mailer that answers as it is told."""

    def __init__(self, outcome: Accepted | Exception) -> None:
        self.outcome = outcome

    async def send(self, mail: Mail) -> Accepted:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def test_an_address_without_mails_has_the_status_none(store: Store) -> None:
    assert await EmbeddedDeliveryLog(store).last(PAT) == LastDelivery(DeliveryStatus.NONE)


async def test_the_newest_mail_counts(demo_store: Store) -> None:
    log = EmbeddedDeliveryLog(demo_store)
    assert (await log.last(PAT)).status is DeliveryStatus.ERROR
    assert (await log.last(PAT)).answer == "550 5.1.1 The email account that you tried to reach does not exist"
    assert (await log.last(SAM)).status is DeliveryStatus.DELIVERED


async def test_an_older_record_never_hides_a_newer_one(store: Store) -> None:
    times = iter([NOW, NOW - timedelta(days=1)])
    log = EmbeddedDeliveryLog(store, now=lambda: next(times))
    await log.record(PAT, "new", DeliveryStatus.DELIVERED, "250 OK")
    await log.record(PAT, "old", DeliveryStatus.ERROR, "550 no")
    assert await log.last(PAT) == LastDelivery(DeliveryStatus.DELIVERED, NOW, "new", "250 OK")


@pytest.mark.parametrize(
    ("accepted", "status"),
    [
        (Accepted("250 OK queued as 7"), DeliveryStatus.IN_PROGRESS),
        (Accepted("SMTPReadTimeoutError", is_certain=False), DeliveryStatus.UNKNOWN),
    ],
)
async def test_what_the_server_took_is_noted(store: Store, accepted: Accepted, status: DeliveryStatus) -> None:
    log = EmbeddedDeliveryLog(store, now=lambda: NOW)
    assert await RecordingMailer(Server(accepted), log).send(MAIL) == accepted
    assert await log.last(PAT) == LastDelivery(status, NOW, MAIL.subject, accepted.answer)


async def test_a_refusal_is_noted_as_an_error_with_its_words(store: Store) -> None:
    log = EmbeddedDeliveryLog(store, now=lambda: NOW)
    with pytest.raises(MailRefused):
        await RecordingMailer(Server(MailRefused("550 5.1.1 no")), log).send(MAIL)
    assert await log.last(PAT) == LastDelivery(DeliveryStatus.ERROR, NOW, MAIL.subject, "550 5.1.1 no")


async def test_a_mail_no_server_was_reached_for_is_none(store: Store) -> None:
    log = EmbeddedDeliveryLog(store)
    with pytest.raises(MailUnavailable):
        await RecordingMailer(Server(MailUnavailable(Text("it is too slow"))), log).send(MAIL)
    assert (await log.last(PAT)).status is DeliveryStatus.NONE


@pytest.mark.parametrize("outcome", [Accepted("250 OK"), MailRefused("550 no")])
async def test_a_store_that_is_away_does_not_change_what_the_server_said(outcome: Accepted | MailRefused) -> None:
    away = Store("postgresql+asyncpg://postgres@/helpdesk?host=/nowhere")
    mailer = RecordingMailer(Server(outcome), EmbeddedDeliveryLog(away))
    with pytest.raises(StoreUnavailable):
        await EmbeddedDeliveryLog(away).last(PAT)
    if isinstance(outcome, Accepted):
        assert await mailer.send(MAIL) == outcome
    else:
        with pytest.raises(MailRefused):
            await mailer.send(MAIL)
