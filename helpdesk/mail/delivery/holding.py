"""Addresses are held back where an event says so, and where several mails met a fault that may pass."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from helpdesk.mail.delivery import MailEvent
from helpdesk.mail.delivery.codes import REPEATED, REPEATED_WITHIN
from helpdesk.platform.store import insert_for
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent, Reason, Suppression
from helpdesk.platform.text.address import canonical_address


def hold_back(session: Session, events: Sequence[MailEvent]) -> None:
    """Put the addresses of `events`, which are in the log by now, on our own list where they belong there."""
    newest: dict[tuple[str, Reason], MailEvent] = {}
    for event in sorted(events, key=lambda event: event.at):
        if reason := event.suppress or _for_repetition(session, event):
            newest[canonical_address(event.address), reason] = event
    if not newest:
        return
    rows: list[dict[str, Any]] = [
        {"address": address, "reason": reason.value, "since": event.at, "detail": event.answer}
        for (address, reason), event in sorted(newest.items(), key=lambda item: item[0])
    ]
    insert = insert_for(session.get_bind().dialect.name)(Suppression).values(rows)
    new = insert.excluded
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["address", "reason"],
            set_={"since": new.since, "detail": new.detail},
            # What comes late does not make an entry older.
            where=or_(col(Suppression.since).is_(None), col(Suppression.since) < new.since),
        )
    )


def _for_repetition(session: Session, event: MailEvent) -> Reason | None:
    if event.status is not DeliveryStatus.ERROR or event.code not in REPEATED:
        return None
    mails = select(EmailEvent.id).where(
        EmailEvent.address == canonical_address(event.address),
        EmailEvent.status == DeliveryStatus.ERROR.value,
        EmailEvent.code == event.code,
        col(EmailEvent.told_at) > event.at - REPEATED_WITHIN,
    )
    count = len(session.exec(mails.limit(REPEATED[event.code])).all())
    return Reason.BOUNCE if count >= REPEATED[event.code] else None
