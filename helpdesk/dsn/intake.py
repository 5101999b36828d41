"""Reports that came back are taken into the log, each for the one mail whose token it brings."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlmodel import Session, col, select

from helpdesk.clock import Clock, utc_now
from helpdesk.delivery import REPORT, MailEvent
from helpdesk.delivery.codes import held_for
from helpdesk.delivery.events import record
from helpdesk.dsn.reading import Fate, Report, read
from helpdesk.mail.bounces import token_in
from helpdesk.store import Store
from helpdesk.store.tables import DeliveryStatus, EmailEvent

log = structlog.get_logger()

# Mail servers try for five days, and their own reports may be under way for as long.
TOKEN_LIVES = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class _Sent:
    token: str
    address: str
    at: datetime


class Intake:
    """For reports to `bounce_address`."""

    def __init__(self, store: Store, bounce_address: str, now: Clock = utc_now) -> None:
        self._store = store
        self._bounce_address = bounce_address
        self._now = now

    async def take(self, raw: bytes, recipients: Sequence[str] = ()) -> bool:
        """Whether it told of a mail of ours; what does not is dropped. `recipients` are those of its envelope.

        Raises StoreUnavailable, and then it is to be told again.
        """
        report = await asyncio.to_thread(read, raw)
        if report is None:
            return _dropped("no report")
        sent = await self._store.read(_live, self._tokens(report, recipients), self._now() - TOKEN_LIVES)
        if sent is None:
            return _dropped("no mail of ours, or one of long ago")
        fate = next((fate for fate in report.fates if sent.address in fate.addresses), None)
        if fate is None:
            return _dropped("about somebody else")
        await record(self._store, [self._event(sent, fate, report.at)], REPORT)
        return True

    def _tokens(self, report: Report, recipients: Sequence[str]) -> list[str]:
        """The envelope id is the token itself; where servers do not pass it on, it is in the return address."""
        found = [token_in(address, self._bounce_address) for address in (*recipients, *report.sent_to)]
        return [*filter(None, found), *filter(None, [report.envelope_id])]

    def _event(self, sent: _Sent, fate: Fate, reported_at: datetime | None) -> MailEvent:
        told = f"{sent.token} {fate.status} {fate.code} {fate.answer} {reported_at}"
        return MailEvent(
            event_id=sha256(told.encode(errors="replace")).hexdigest(),
            address=sent.address,
            status=fate.status,
            # Its clock is not ours: a date from the future would hide all that is told later.
            at=max(sent.at, min(reported_at or self._now(), self._now())),
            token=sent.token,
            answer=fate.answer,
            code=fate.code,
            suppress=held_for(fate.code) if fate.status is DeliveryStatus.ERROR else None,
        )


def _live(session: Session, tokens: Sequence[str], since: datetime) -> _Sent | None:
    mails = select(EmailEvent).where(col(EmailEvent.token).in_(tokens), col(EmailEvent.sent_at) > since)
    mail = session.exec(mails.limit(1)).first()
    return _Sent(mail.token, mail.address, mail.sent_at) if mail and mail.token else None


def _dropped(why: str) -> bool:
    log.info("a mail to the bounce address was dropped", why=why)
    return False
