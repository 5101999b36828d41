"""What the desk need not remember any longer, and when: removed in small pieces, so that nobody waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, inspect, select, tuple_
from sqlmodel import Session, SQLModel, col

from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.bulk import BulkRun
from helpdesk.platform.store.tables.events import ClaimedEvent, CompletedAct, SpentToken
from helpdesk.platform.store.tables.mail import EmailEvent, LiftedSuppression, TrialMail
from helpdesk.platform.store.tables.people import NoticeRow
from helpdesk.platform.store.tables.proof import Consent, Verification, VerificationFailure, ViewLink, ViewSession

# One transaction's worth: some milliseconds on SQLite, where everyone else waits for it.
BATCH = 1000
# After a gap, Webex is asked for the last 24 hours, webhooks may be delivered again and a button is good for 24
# hours: what says that something was done must outlive all of these, and a long weekend's outage.
_DONE = timedelta(days=7)
# Counts of codes and failures look back 24 hours; what is older helps to understand a complaint. The act stays in
# the audit.
_CODES = timedelta(days=30)
# The last mail's fate is asked for some weeks after it, not years. HELPDESK_EMAIL_DAYS.
EMAILS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Lapsing:
    """Rows of a table lapse `after` the time in their column `since`, and in `done_at` where they have one."""

    model: type[SQLModel]
    since: str
    after: timedelta
    also: str | None = None


LAPSING: Mapping[str, Lapsing] = {
    # What nobody has answered yet never lapses.
    "events": Lapsing(ClaimedEvent, "received_at", _DONE, also="done_at"),
    "used buttons": Lapsing(SpentToken, "spent_at", _DONE),
    "acts": Lapsing(CompletedAct, "at", _DONE),
    "lifted suppressions": Lapsing(LiftedSuppression, "lifted_at", _DONE),
    "lists of addresses": Lapsing(BulkRun, "created_at", _DONE),
    # As long as an administrator may look at what became of it; the audit knows for longer.
    "consents": Lapsing(Consent, "asked_at", timedelta(days=30)),
    "links to views": Lapsing(ViewLink, "lapses_at", _DONE),
    "views": Lapsing(ViewSession, "until", _DONE),
    "test mails": Lapsing(TrialMail, "asked_at", _DONE),
    "codes": Lapsing(Verification, "created_at", _CODES),
    # Told or not: what nobody could be told for so long is in the audit.
    "notices": Lapsing(NoticeRow, "created_at", timedelta(days=30)),
    "wrong codes": Lapsing(VerificationFailure, "at", _CODES),
    "emails": Lapsing(EmailEvent, "sent_at", EMAILS),
}


async def remove_lapsed(store: Store, what: str, now: Clock = utc_now, after: timedelta | None = None) -> int:
    """Remove up to BATCH lapsed rows, oldest first; says how many they were. `after` is instead of its own."""
    lapsing = LAPSING[what]
    return await store.write(_remove, lapsing, now() - (after or lapsing.after))


def _remove(session: Session, lapsing: Lapsing, before: datetime) -> int:
    model = lapsing.model
    since: Any = getattr(model, lapsing.since)
    columns = inspect(model).primary_key
    # SQLite knows no row of one value.
    key = tuple_(*columns) if len(columns) > 1 else columns[0]
    lapsed = select(*columns).where(col(since) < before).order_by(since).limit(BATCH)
    if lapsing.also:
        lapsed = lapsed.where(getattr(model, lapsing.also) < before)
    removing = delete(model).where(key.in_(lapsed)).execution_options(synchronize_session=False)
    return session.exec(removing).rowcount
