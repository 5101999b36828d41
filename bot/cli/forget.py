"""`helpdesk forget` and `helpdesk export`: what is held about one person goes, or is shown to them.

Jobs are forgotten first: were this killed in between, the person would still be known by all that leads to them, and
the same command does the rest. Once more at the end, for what was begun meanwhile.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.settings import Settings
from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append
from helpdesk.personal.exporting import audited, exported
from helpdesk.personal.forgetting import OPERATOR, Forgotten, StillAnAgent, forget, require_no_agent
from helpdesk.personal.pseudonyms import Pseudonyms
from helpdesk.personal.subject import DataSubject, find_subject
from helpdesk.personal.traces import Row, Traces, look
from helpdesk.platform.jobs.database import jobs_database
from helpdesk.platform.jobs.traces import Names, forget_jobs, jobs_naming
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.private import sqlite_file
from helpdesk.platform.store.schema import require_current
from helpdesk.platform.store.scrubbing import scrub
from helpdesk.platform.text.address import parse_address

T = TypeVar("T")

_BACK = "a sync or an import that still has them brings them back: take them out there, too"
_ELSEWHERE = "not touched: backups, messages in Webex, desk spaces they are in, and what a mail provider keeps"
_COPIES = "{file}: copies may remain in unused parts of it: stop the desk, then: sqlite3 {file} VACUUM"


async def forget_now(settings: Settings, text: str) -> tuple[list[str], list[str]]:
    """Lines that tell what was done, and warnings. Raises BadInput, StillAnAgent, StoreUnavailable."""
    address, url = parse_address(text), settings.database_url.get_secret_value()
    store = Store(url)
    try:
        await require_current(store)
        subject = await store.read(find_subject, address)
        await store.read(require_no_agent, subject)
        if subject.addresses & set(settings.partner_admins):
            raise StillAnAgent
        jobs = await _of_jobs(forget_jobs, url, subject)
        traces = await store.read(look, subject)
        done = await store.write(
            forget, subject, traces, _pseudonyms(settings), address, _keys(settings), datetime.now(UTC)
        )
        jobs += await _of_jobs(forget_jobs, url, subject)
    finally:
        await store.close()
    return _told(done, jobs), await _scrubbed(url, subject)


async def export_now(settings: Settings, text: str) -> str:
    """JSON. That it was asked for is a row of the audit, too. Raises BadInput, StoreUnavailable."""
    address, url = parse_address(text), settings.database_url.get_secret_value()
    store = Store(url)
    try:
        await require_current(store)
        await store.write(_audit_export, address, _keys(settings))
        subject, traces, audit = await store.read(_held, address, _pseudonyms(settings))
        jobs = await _of_jobs(jobs_naming, url, subject)
    finally:
        await store.close()
    return exported(subject, traces, audit, jobs, datetime.now(UTC))


async def _of_jobs(work: Callable[[str, Names], T], url: str, subject: DataSubject) -> T:
    try:
        return await asyncio.to_thread(work, url, subject.is_named_in)
    except SQLAlchemyError as error:
        raise StoreUnavailable from error


def _pseudonyms(settings: Settings) -> Pseudonyms:
    return Pseudonyms(settings.secret_key.get_secret_value(), tuple(settings.earlier_secrets))


def _keys(settings: Settings) -> Keys:
    return Keys.of(settings.secret_key.get_secret_value(), settings.earlier_secrets)


def _held(
    session: Session, address: str, pseudonyms: Pseudonyms
) -> tuple[DataSubject, Sequence[Traces], Sequence[Row]]:
    subject = find_subject(session, address)
    return subject, look(session, subject), audited(session, subject, pseudonyms)


def _audit_export(session: Session, address: str, keys: Keys) -> None:
    said = {"actor": OPERATOR, "action": "person.export", "subject": address, "outcome": "written"}
    told = {"at": datetime.now(UTC), "organization_id": None, "reason": None, "event_id": f"export:{uuid4()}"}
    append(session, [{**said, **told}], keys)


def _told(done: Forgotten, jobs: int) -> list[str]:
    counts = (
        f"rows removed: {done.removed}, blinded: {done.blinded}, of the audit: {done.audited}, jobs removed: {jobs}"
    )
    return [counts, _BACK, _ELSEWHERE]


async def _scrubbed(url: str, subject: DataSubject) -> list[str]:
    """Warnings about files that copies may remain in."""
    files = [sqlite_file(each) for each in (url, jobs_database(url))]
    # What is short is in any file, by chance.
    traces = [each for each in subject.called if len(each) > 6]
    return [_COPIES.format(file=file) for file in files if file and not await asyncio.to_thread(scrub, file, traces)]
