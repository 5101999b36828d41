"""What becomes of our own mails in the log: noted before they are sent, and as the mail server answered."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from helpdesk.mail import Accepted, Mail, MailRefused, MailUnavailable
from helpdesk.mail.delivery import MAIL_SERVER, REPORT, LastDelivery, MailEvent
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.delivery.events import record
from helpdesk.mail.delivery.recording import RecordingMailer
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent, Reason

PAT = "pat.lindqvist@acme.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAIL = Mail(PAT, "Your code", "text", "<p>html</p>")


class Server:
    """A Mailer that answers as it is told."""

    def __init__(self, outcome: Accepted | Exception) -> None:
        self.outcome = outcome
        self.taken: list[Mail] = []

    async def send(self, mail: Mail) -> Accepted:
        self.taken.append(mail)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class QuickServer:
    """A Mailer whose report is back before it has answered."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def send(self, mail: Mail) -> Accepted:
        told = MailEvent("r", mail.to, DeliveryStatus.DELIVERED, NOW, token=mail.token, answer="250 2.0.0 OK")
        await record(self.store, [told], REPORT)
        return Accepted("250 queued")


async def last(store: Store) -> LastDelivery:
    return await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)


@pytest.mark.parametrize(
    ("accepted", "status"),
    [
        (Accepted("250 OK queued as 7"), DeliveryStatus.IN_PROGRESS),
        (Accepted("SMTPReadTimeoutError", is_certain=False), DeliveryStatus.UNKNOWN),
    ],
)
async def test_what_the_server_took_is_noted(store: Store, accepted: Accepted, status: DeliveryStatus) -> None:
    assert await RecordingMailer(Server(accepted), store, lambda: NOW).send(MAIL) == accepted
    found = await last(store)
    assert (found.status, found.at, found.subject) == (status, NOW, MAIL.subject)
    assert (found.answer, found.known_from, found.told_at) == (accepted.answer, MAIL_SERVER, None)


async def test_each_mail_has_a_token_of_its_own_which_the_log_knows(store: Store) -> None:
    server = Server(Accepted("250 OK"))
    mailer = RecordingMailer(server, store)
    for _ in range(2):
        await mailer.send(MAIL)
    noted = await store.read(lambda session: set(session.exec(select(EmailEvent.token)).all()))
    assert noted == {mail.token for mail in server.taken}
    assert len(noted) == 2


async def test_a_report_that_is_quicker_than_the_servers_answer_stands(store: Store) -> None:
    await RecordingMailer(QuickServer(store), store, lambda: NOW).send(MAIL)
    found = await last(store)
    assert (found.status, found.answer, found.known_from) == (DeliveryStatus.DELIVERED, "250 2.0.0 OK", REPORT)


@pytest.mark.parametrize(
    ("refused", "code", "reason"),
    [
        (MailRefused("550 5.1.1 no such user"), "5.1.1", Reason.BOUNCE),
        (MailRefused("550 no such user"), "5.0.0", Reason.BOUNCE),
        (MailRefused("550 5.7.1 relaying denied"), "5.7.1", None),
        (MailRefused("451 4.7.1 later"), "4.7.1", None),
        (MailRefused("550 looks like spam"), "5.0.0", None),
    ],
)
async def test_a_refusal_is_an_error_and_holds_back_only_for_the_address(
    store: Store, refused: MailRefused, code: str | None, reason: Reason | None
) -> None:
    with pytest.raises(MailRefused):
        await RecordingMailer(Server(refused), store, lambda: NOW).send(MAIL)
    found = await last(store)
    assert (found.status, found.answer, found.code) == (DeliveryStatus.ERROR, refused.answer, code)
    entries = await EmbeddedSuppressionList(store).find(PAT)
    assert [(each.reason, each.since, each.detail) for each in entries] == (
        [(reason, NOW, refused.answer)] if reason else []
    )


async def test_a_mail_no_server_was_reached_for_is_none(store: Store) -> None:
    with pytest.raises(MailUnavailable):
        await RecordingMailer(Server(MailUnavailable(Text("it is too slow"))), store).send(MAIL)
    assert (await last(store)).status is DeliveryStatus.NONE


@pytest.mark.parametrize(
    "outcome", [Accepted("250 OK"), MailRefused("550 no"), MailUnavailable(Text("it is too slow"))]
)
async def test_a_store_that_is_away_does_not_change_what_the_server_said(outcome: Accepted | Exception) -> None:
    away = Store("postgresql+asyncpg://postgres@/helpdesk?host=/nowhere")
    mailer = RecordingMailer(Server(outcome), away)
    with pytest.raises(StoreUnavailable):
        await EmbeddedDeliveryLog(away).last(PAT)
    if isinstance(outcome, Accepted):
        assert await mailer.send(MAIL) == outcome
    else:
        with pytest.raises(type(outcome)):
            await mailer.send(MAIL)
