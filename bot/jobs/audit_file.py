"""A file of the audit goes to who asked for it: what they may see by the time it is made."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256

import structlog

from bot.jobs.asked import asker
from bot.jobs.services import Services
from cards import audit as card
from commands.audit import FILE_JOB
from commands.command import Shows
from helpdesk.audit.exporting import COLUMNS, cells
from helpdesk.audit_questions import AuditQuestion, ask
from helpdesk.bulk.results import csv_file
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.language import language
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk

log = structlog.get_logger()

# Whoever wants more asks the operator.
MOST = 20_000
# Read in pieces: nobody waits for the whole.
PIECE = 500


async def audit_file(run: Run[Services], *, asked: Mapping[str, str], question: Mapping[str, str]) -> None:
    await run.step(send, asked, question)


async def send(services: Services, asked: Mapping[str, str], question: Mapping[str, str]) -> None:
    sender, chosen = await services.desk.access.recognise(asked["person_id"], asked["email"])
    if not sender.may(Permission.USE_DESK):
        log.info("audit_file_without_reader")
        return
    async with scoped_to(sender, services.desk, asked["event_id"], FILE_JOB) as desk:
        table, has_more = await _table(AuditQuestion.read(question), sender, desk)
    say, reference = language(chosen), sha256(asked["event_id"].encode()).hexdigest()[:6].upper()
    content = await asyncio.to_thread(csv_file, [COLUMNS, *table], say.code)
    file = Attachment(f"audit-{reference.lower()}.csv", content)
    words = card.with_file(len(table), reference, say, has_more=has_more)
    await services.announcer.write(words, asker(asked), f"audit:{asked['event_id']}", file, Shows.FOR_ASKER_ALONE)


async def _table(question: AuditQuestion, reader: Sender, desk: Helpdesk) -> tuple[list[Sequence[str]], bool]:
    """Up to MOST rows, newest first, and whether there are more."""
    table: list[Sequence[str]] = []
    before, has_more = None, True
    while has_more and len(table) < MOST:
        page = await ask(question, reader, desk, PIECE, before)
        table += [cells(row.model_dump()) for row in page.rows]
        before, has_more = (page.rows[-1].id if page.rows else None), page.has_more
    return table, has_more


JOB = Job(FILE_JOB, audit_file)
