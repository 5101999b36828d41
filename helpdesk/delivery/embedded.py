"""The delivery log in our own store: what was imported, and what our own mails met."""

from uuid import uuid4

import structlog
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from helpdesk.clock import Clock, utc_now
from helpdesk.delivery import LastDelivery
from helpdesk.mail import Accepted, Mail, Mailer, MailRefused
from helpdesk.store import Store, StoreUnavailable
from helpdesk.store.tables import DeliveryStatus, EmailEvent

log = structlog.get_logger()

_NEWEST = (
    select(EmailEvent)
    .where(EmailEvent.address == bindparam("address"))
    .order_by(col(EmailEvent.sent_at).desc(), EmailEvent.id)
    .limit(1)
)


class EmbeddedDeliveryLog:
    def __init__(self, store: Store, now: Clock = utc_now) -> None:
        self._store = store
        self._now = now

    async def last(self, address: str) -> LastDelivery:
        return await self._store.read(_last, address)

    async def record(self, address: str, subject: str, status: DeliveryStatus, answer: str | None) -> None:
        event = EmailEvent(
            id=str(uuid4()),
            address=address,
            subject=subject,
            sent_at=self._now(),
            status=status.value,
            detail=answer,
        )
        await self._store.write(Session.add, event)


def _last(session: Session, address: str) -> LastDelivery:
    newest = session.exec(_NEWEST, params={"address": address}).first()
    if newest is None:
        return LastDelivery(DeliveryStatus.NONE)
    return LastDelivery(
        DeliveryStatus(newest.status),
        newest.sent_at,
        newest.subject,
        newest.detail,
        newest.code,
        newest.message_id,
        newest.told_by or "",
    )


class RecordingMailer:
    """A Mailer that writes into the log what the mail server said to each of our own mails.

    A mail that no server was reached for is not one: the fate of the last real mail stays in sight.
    """

    def __init__(self, mailer: Mailer, log: EmbeddedDeliveryLog) -> None:
        self._mailer = mailer
        self._log = log

    async def send(self, mail: Mail) -> Accepted:
        try:
            accepted = await self._mailer.send(mail)
        except MailRefused as error:
            await self._record(mail, DeliveryStatus.ERROR, error.answer)
            raise
        status = DeliveryStatus.IN_PROGRESS if accepted.is_certain else DeliveryStatus.UNKNOWN
        await self._record(mail, status, accepted.answer)
        return accepted

    async def _record(self, mail: Mail, status: DeliveryStatus, answer: str) -> None:
        try:
            await self._log.record(mail.to, mail.subject, status, answer)
        except StoreUnavailable:
            # The mail is out all the same: that it could not be noted must not read as "not sent".
            log.warning("the fate of a mail was not noted", status=status.value)
