"""The delivery log in our own store: what was imported, and what our own mails met."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from helpdesk.mail.delivery import LastDelivery
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent

# Mail servers try for five days at most, but most of them say so within a day.
SILENCE = timedelta(hours=72)

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
        return await self._store.read(_last, address, self._now())

    async def first_since(self, address: str, subject: str, since: datetime) -> LastDelivery:
        """Of the first mail with this subject that was sent to `address` from then on, whatever was sent after it."""
        return await self._store.read(_first_since, address, subject, since, self._now())


def _last(session: Session, address: str, now: datetime) -> LastDelivery:
    return _told(session.exec(_NEWEST, params={"address": address}).first(), now)


def _first_since(session: Session, address: str, subject: str, since: datetime, now: datetime) -> LastDelivery:
    sent = (EmailEvent.address == address, EmailEvent.subject == subject, EmailEvent.sent_at >= since)
    mails = select(EmailEvent).where(*sent).order_by(col(EmailEvent.sent_at), EmailEvent.id)
    return _told(session.exec(mails.limit(1)).first(), now)


def _told(mail: EmailEvent | None, now: datetime) -> LastDelivery:
    if mail is None:
        return LastDelivery(DeliveryStatus.NONE)
    return LastDelivery(
        status=_status(mail, now),
        at=mail.sent_at,
        subject=mail.subject,
        answer=mail.detail,
        code=mail.code,
        message_id=mail.message_id,
        known_from=mail.told_by or "",
        told_at=mail.told_at,
    )


def _status(mail: EmailEvent, now: datetime) -> DeliveryStatus:
    """That it is on its way is not believed for ever."""
    status = DeliveryStatus(mail.status)
    is_silent = now - max(mail.sent_at, mail.told_at or mail.sent_at) > SILENCE
    return DeliveryStatus.UNKNOWN if status is DeliveryStatus.IN_PROGRESS and is_silent else status
