"""Our own mails are noted in our own log, with what the mail server said to each."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlmodel import Session, col, delete, select, update

from helpdesk.mail import Accepted, Mail, Mailer, MailError, MailRefused
from helpdesk.mail.bounces import new_token
from helpdesk.mail.delivery import MAIL_SERVER, MailEvent
from helpdesk.mail.delivery.events import record
from helpdesk.mail.delivery.refusals import judge
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent
from helpdesk.platform.text.address import canonical_address

log = structlog.get_logger()

_ACE = "xn--"
# "Non-ASCII addresses not permitted" (RFC 6531), as Postfix reports it where the next server does not offer SMTPUTF8.
_NO_UNICODE = "_.6.7"
_REMEMBERED = timedelta(days=90)


class RecordingMailer:
    """A Mailer that gives each mail its token and notes it, before it is sent: a report may be back within 0.1 s.

    A mail that no server was reached for is not one: the fate of the last real mail stays in sight.
    """

    def __init__(self, mailer: Mailer, store: Store, now: Clock = utc_now) -> None:
        self._mailer = mailer
        self._store = store
        self._now = now

    async def send(self, mail: Mail) -> Accepted:
        mail = replace(mail, token=new_token(), in_ascii=await self._needs_ascii(mail.to))
        await self._begin(mail)
        try:
            accepted = await self._mailer.send(mail)
        except MailRefused as error:
            await self._refused(mail, error)
            raise
        except MailError:
            await self._forget(mail)
            raise
        await self._taken(mail, accepted)
        return accepted

    # The mail is out, or not, all the same: that it cannot be noted must not read as "not sent".

    async def _needs_ascii(self, address: str) -> bool:
        """Whether a mail to the address came back because a server on the way does not take Unicode.

        Asked of the few addresses that it may be true of.
        """
        canonical = canonical_address(address)
        if _ACE not in canonical:
            return False
        try:
            return await self._store.read(_was_refused_in_unicode, canonical, self._now() - _REMEMBERED)
        except StoreUnavailable:
            return False

    async def _begin(self, mail: Mail) -> None:
        row = EmailEvent(
            id=str(uuid4()),
            address=canonical_address(mail.to),
            subject=mail.subject,
            sent_at=self._now(),
            # Until the server has answered: were this process to die now, nobody would know.
            status=DeliveryStatus.UNKNOWN.value,
            token=mail.token,
        )
        try:
            await self._store.write(Session.add, row)
        except StoreUnavailable:
            log.warning("mail_not_recorded")

    async def _refused(self, mail: Mail, error: MailRefused) -> None:
        # As in a report: what the server meant does not hang on when it said so.
        refusal = judge(error.answer)
        event = MailEvent(
            event_id=mail.token,
            address=mail.to,
            status=DeliveryStatus.ERROR,
            at=self._now(),
            token=mail.token,
            subject=mail.subject,
            answer=error.answer,
            code=refusal.code,
            suppress=refusal.held,
        )
        try:
            await record(self._store, [event], MAIL_SERVER)
        except StoreUnavailable:
            log.warning("mail_refusal_not_recorded")

    async def _taken(self, mail: Mail, accepted: Accepted) -> None:
        try:
            await self._store.write(_take, mail.token, accepted)
        except StoreUnavailable:
            log.warning("mail_acceptance_not_recorded")

    async def _forget(self, mail: Mail) -> None:
        try:
            await self._store.write(_remove, mail.token)
        except StoreUnavailable:
            log.warning("mail_record_not_removed")


def _was_refused_in_unicode(session: Session, address: str, since: datetime) -> bool:
    refused = select(EmailEvent.id).where(
        col(EmailEvent.address) == address, col(EmailEvent.sent_at) > since, col(EmailEvent.code).like(_NO_UNICODE)
    )
    return session.exec(refused.limit(1)).first() is not None


def _take(session: Session, token: str, accepted: Accepted) -> None:
    """Unless more is known by now."""
    status = DeliveryStatus.IN_PROGRESS if accepted.is_certain else DeliveryStatus.UNKNOWN
    untold = update(EmailEvent).where(col(EmailEvent.token) == token, col(EmailEvent.told_at).is_(None))
    session.execute(untold.values(status=status.value, detail=accepted.answer, told_by=MAIL_SERVER))


def _remove(session: Session, token: str) -> None:
    session.execute(delete(EmailEvent).where(col(EmailEvent.token) == token, col(EmailEvent.told_at).is_(None)))
