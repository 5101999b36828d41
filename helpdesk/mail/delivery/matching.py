"""Which of our rows is the mail that an event tells of: by our token, else by the provider's id for it."""

from collections.abc import Callable, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import Session, col, or_, select

from helpdesk.mail.delivery import MailEvent
from helpdesk.platform.store import insert_unless_there
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent
from helpdesk.platform.text.address import canonical_address

Match = Callable[[MailEvent], EmailEvent | None]


def mails_of(session: Session, events: Sequence[MailEvent]) -> Mapping[str, EmailEvent]:
    """The row of each event, by the event's id, locked; made where there was none."""
    match = _known(session, events)
    if missing := {_own_id(event): _row(event) for event in events if match(event) is None}:
        insert = insert_unless_there(EmailEvent, session.get_bind().dialect.name)
        session.connection().execute(insert, list(missing.values()))
        # Looked for again: another process may have been quicker than this insert.
        match = _known(session, events)
    found = {event.event_id: match(event) for event in events}
    return {event_id: mail for event_id, mail in found.items() if mail is not None}


def _known(session: Session, events: Sequence[MailEvent]) -> Match:
    tokens = {event.token for event in events if event.token}
    message_ids = {event.message_id for event in events if event.message_id}
    is_one_of = or_(
        col(EmailEvent.token).in_(tokens),
        col(EmailEvent.message_id).in_(message_ids),
        col(EmailEvent.id).in_([_own_id(event) for event in events]),
    )
    rows = session.exec(select(EmailEvent).where(is_one_of).order_by(EmailEvent.id).with_for_update()).all()
    by_token: dict[str | None, EmailEvent] = {row.token: row for row in rows if row.token}
    # A message may have gone to many.
    by_message: dict[tuple[str | None, str], EmailEvent]
    by_message = {(row.message_id, row.address): row for row in rows if row.message_id}
    by_id = {row.id: row for row in rows}

    def match(event: MailEvent) -> EmailEvent | None:
        by_name = by_token.get(event.token) or by_message.get((event.message_id, canonical_address(event.address)))
        return by_name or by_id.get(_own_id(event))

    return match


def _own_id(event: MailEvent) -> str:
    """The same in every process for every event of one mail."""
    return str(
        uuid5(
            NAMESPACE_URL,
            f"mail:{event.token or event.message_id or event.event_id}:{canonical_address(event.address)}",
        )
    )


def _row(event: MailEvent) -> dict[str, object]:
    return {
        "id": _own_id(event),
        "address": canonical_address(event.address),
        "sent_at": event.at,
        "status": DeliveryStatus.UNKNOWN.value,
        "token": event.token,
        "message_id": event.message_id,
    }
