"""What partner administrators are told 1:1 without having asked: kept here, posted by the job `NAME`.

A notice is kept once for each key. What is urgent is posted soon, the rest together and at most once a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import update
from sqlmodel import Session, col, select

from helpdesk.platform.jobs import JobsUnavailable, Starter
from helpdesk.platform.store import Store, insert_once, one_at_a_time
from helpdesk.platform.store.tables.people import NoticeRow

log = structlog.get_logger()

# The job that posts notices.
NAME = "notices"
# Of one posting; the rest is posted with the next.
MOST_AT_ONCE = 40
TOGETHER = timedelta(days=1)
# A job that could not post for this long has failed: another takes its notices. Its own tries end after an hour.
GIVEN_UP_AFTER = timedelta(hours=6)
_OLDEST_FIRST = (col(NoticeRow.created_at), col(NoticeRow.key))


class Urgency(StrEnum):
    NOW = "now"
    DAILY = "daily"


class Notice(StrEnum):
    """What a notice is about; cards.notices words it with the values in `about`."""

    NEW_AGENT = "new agent"
    SECOND_ACCOUNT = "second account"
    AUDIT_HEAD = "audit head"
    WRONG_CODES = "wrong codes"


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice to be told."""

    kind: Notice
    about: Mapping[str, str]
    at: datetime


async def notify(
    store: Store, kind: Notice, about: Mapping[str, str], *, key: str, urgency: Urgency, now: datetime
) -> bool:
    """Keep a notice for the partner administrators. The same key is kept once; says whether it is new."""
    return await store.write(keep, kind, about, key=key, urgency=urgency, now=now)


def keep(
    session: Session, kind: Notice, about: Mapping[str, str], *, key: str, urgency: Urgency, now: datetime
) -> bool:
    """As notify, within a transaction."""
    row = {"key": key, "kind": kind.value, "about": dict(about), "urgency": urgency.value, "created_at": now}
    return insert_once(session, NoticeRow, row)


async def tell_soon(jobs: Starter, key: str) -> None:
    """Have the notice with this key posted at once. Where no job can be started, the schedule sees to it."""
    try:
        await jobs.start_workflow(NAME, key)
    except JobsUnavailable:
        log.warning("notice_waits_for_schedule")


async def take(store: Store, batch: str, now: datetime) -> list[str]:
    """The keys of the notices that `batch` is to tell: those that are due, of no other batch. Asked again, the same."""
    return await store.write(_take, batch, now)


async def read(store: Store, keys: list[str]) -> list[KeptNotice]:
    """Oldest first; without those that are no more."""
    return await store.read(_read, keys)


async def told(store: Store, keys: list[str], now: datetime) -> None:
    await store.write(_told, keys, now)


def _take(session: Session, batch: str, now: datetime) -> list[str]:
    one_at_a_time(session, NAME)
    mine = select(NoticeRow.key).where(col(NoticeRow.batch) == batch).order_by(*_OLDEST_FIRST)
    if taken := list(session.exec(mine)):
        return taken
    taken_at = col(NoticeRow.taken_at)
    waits = taken_at.is_(None) | (taken_at < now - GIVEN_UP_AFTER)
    due = select(NoticeRow.key).where(col(NoticeRow.told_at).is_(None), waits)
    # Kinds of a later release are left to its processes.
    due = due.where(col(NoticeRow.kind).in_([each.value for each in Notice]))
    daily = col(NoticeRow.urgency) == Urgency.DAILY.value
    if session.exec(select(NoticeRow.key).where(daily, col(NoticeRow.taken_at) > now - TOGETHER).limit(1)).first():
        due = due.where(~daily)
    keys = list(session.exec(due.order_by(*_OLDEST_FIRST).limit(MOST_AT_ONCE)))
    session.exec(update(NoticeRow).where(col(NoticeRow.key).in_(keys)).values(batch=batch, taken_at=now))
    return keys


def _read(session: Session, keys: list[str]) -> list[KeptNotice]:
    query = select(NoticeRow).where(col(NoticeRow.key).in_(keys)).order_by(*_OLDEST_FIRST)
    return [KeptNotice(Notice(row.kind), row.about, row.created_at) for row in session.exec(query)]


def _told(session: Session, keys: list[str], now: datetime) -> None:
    session.exec(update(NoticeRow).where(col(NoticeRow.key).in_(keys)).values(told_at=now))
