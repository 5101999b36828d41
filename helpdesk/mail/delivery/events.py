"""What providers and mail servers tell of mails goes into our own log, and into our own suppression list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col

from helpdesk.mail.delivery import MailEvent
from helpdesk.mail.delivery.holding import hold_back
from helpdesk.mail.delivery.matching import mails_of
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store, batches, insert_for
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent

# Of what is told for the same moment, the last of these is what became of the mail.
_RANK = [
    DeliveryStatus.NONE,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.IN_PROGRESS,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.ERROR,
]
_LONGEST_ANSWER = 1000


async def record(store: Store, events: Sequence[MailEvent], told_by: str) -> None:
    """Take `events` in, in whatever order they come; what was told before changes nothing.

    A mail is found by its token or message id; an unknown one gets a row of its own, so whoever calls this has made
    sure of the sender. `told_by` is shown to agents, such as "SendGrid". Raises StoreUnavailable: then some are not
    noted, and all may be told again.
    """
    for batch in batches(events):
        await store.write(record_in, batch, told_by)


def record_in(session: Session, events: Sequence[MailEvent], told_by: str) -> None:
    """The same within a transaction; at most `helpdesk.platform.store.BATCH` events."""
    new = _not_told_before(session, [_storable(event) for event in events], told_by)
    mails = mails_of(session, new)
    for event in sorted(new, key=lambda event: _when(event.at, event.status)):
        mail = mails[event.event_id]
        if mail.told_at is None or _when(event.at, event.status) > _when(mail.told_at, DeliveryStatus(mail.status)):
            _tell(mail, event, told_by)
    session.flush()
    hold_back(session, new)


def _storable(event: MailEvent) -> MailEvent:
    """What a mail server says may be long, and hold what no database takes: NUL, or half a character."""
    answer = (event.answer or "")[:_LONGEST_ANSWER].replace("\0", "").encode(errors="replace").decode()
    return replace(event, answer=answer or None)


def _when(at: datetime, status: DeliveryStatus) -> tuple[datetime, int]:
    return at, _RANK.index(status)


def _tell(mail: EmailEvent, event: MailEvent, told_by: str) -> None:
    mail.status, mail.told_at, mail.told_by = event.status.value, event.at, told_by
    mail.detail = event.answer
    mail.code = event.code
    mail.message_id = mail.message_id or event.message_id
    mail.subject = mail.subject or event.subject


def _not_told_before(session: Session, events: Sequence[MailEvent], told_by: str) -> list[MailEvent]:
    # In one order everywhere: two processes that are told the same at once must not wait for each other.
    by_id = {event.event_id: event for event in sorted(events, key=lambda event: event.event_id)}
    if not by_id:
        return []
    now, name = utc_now(), f"mail event of {told_by}"
    notes = [{"event_id": each, "name": name, "result": {}, "at": now} for each in by_id]
    insert = insert_for(session.get_bind().dialect.name)(CompletedAct).values(notes).on_conflict_do_nothing()
    return [
        by_id[event_id] for (event_id,) in session.connection().execute(insert.returning(col(CompletedAct.event_id)))
    ]
