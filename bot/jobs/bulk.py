"""A list of addresses is cleared, some at a time; a line says how far it is, a card and a file what came of it.

Every address is cleared once, however often this is interrupted (helpdesk.bulk.clearing). Between two batches it is
seen anew whether the agent may still do this.
"""

from collections.abc import Sequence
from typing import Any

from bot.dispatch.buttons import Thread
from bot.jobs.services import Services
from bot.outgoing.notifier import JobRequester
from cards import bulk as card
from cards import bulk_progress
from commands.command import Shows
from helpdesk.bulk import LineOutcome, Stop
from helpdesk.bulk.clearing import Advance, advance
from helpdesk.bulk.results import csv_file
from helpdesk.bulk.runs import Runs
from helpdesk.bulk.seeing import as_seen
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.jobs import Job
from helpdesk.platform.jobs.run import Run
from helpdesk.platform.language import Language, language
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun

# Webex takes ten edits of a line: these, the last words, and some for what is done again after a crash.
EDITS = 7
LARGEST_BATCH = 25
# It counts and names nobody: it stays where it was begun, whoever comes there.
LINE_SHOWS = Shows.NOTHING_PRIVATE
# A provider that fails is asked again for about ten minutes.
MOST_FAILURES = 7


async def bulk(run: Run[Services], run_id: str) -> None:
    total = await run.step(count, run_id)
    line = await run.step(begin, run_id, total)
    told = failures = 0
    stop: str | None = None
    while stop is None:
        done = await run.step(clear_batch, run_id, max(1, min(LARGEST_BATCH, total // EDITS)))
        stop, left = done["stop"], done["left"]
        if stop or not left:
            break
        failures = failures + 1 if done["failed"] else 0
        if failures > MOST_FAILURES:
            stop = Stop.PROVIDER.value
        elif done["wait"]:
            await run.sleep(done["wait"] * 2 ** max(0, failures - 1))
        if (total - left) * (EDITS + 1) // total > told:
            told = (total - left) * (EDITS + 1) // total
            await run.step(tell, run_id, line, left, total)
    await run.step(end, run_id, line, total, stop)
    if stop != Stop.ROLE:
        await run.step(send_result, run_id)
        await run.step(send_file, run_id)


async def count(services: Services, run_id: str) -> int:
    """Addresses to be cleared, before the first is."""
    return (await Runs(services.desk.store).count(run_id))[None]


async def begin(services: Services, run_id: str, total: int) -> str:
    """The id of the line that says how far it is."""
    run, say = await _of(services, run_id)
    words = bulk_progress.progress(run, total, total, say)
    return await services.announcer.write(words, _asker(run), f"bulk:{run_id}:line", shows=LINE_SHOWS)


async def clear_batch(services: Services, run_id: str, most: int) -> dict[str, Any]:
    done: Advance = await advance(services.desk, run_id, most)
    stop = done.stop.value if done.stop else None
    return {"left": done.left, "wait": done.wait, "failed": done.failed, "stop": stop}


async def tell(services: Services, run_id: str, line: str, left: int, total: int) -> None:
    run, say = await _of(services, run_id)
    await services.announcer.edit(line, bulk_progress.progress(run, left, total, say), _asker(run), LINE_SHOWS)


async def end(services: Services, run_id: str, line: str, total: int, stop: str | None) -> None:
    runs, desk = Runs(services.desk.store), services.desk
    counts = await runs.count(run_id)
    left = counts[None] + counts[LineOutcome.NOT_DONE]  # where this is done again, they are marked already
    run = await runs.end(run_id, desk.now(), Stop(stop) if stop else None)
    _, say = await _of(services, run_id)
    await desk.audit.record(
        actor=run.agent_email,
        action="bulk",
        subject=card.reference(run),
        outcome=f"stopped: {run.stopped}" if run.stopped else "ended",
        event_id=f"bulk:{run_id}",
        reason=run.reason,
    )
    await services.announcer.edit(line, bulk_progress.end(run, left, total, say), _asker(run), LINE_SHOWS)


async def send_result(services: Services, run_id: str) -> None:
    run, say = await _of(services, run_id)
    items = await _seen(services, run)
    await services.announcer.say(card.result(run, items, say), _asker(run), f"bulk:{run_id}:result")


async def send_file(services: Services, run_id: str) -> None:
    run, say = await _of(services, run_id)
    items = await _seen(services, run)
    content = csv_file(card.rows(items, say), say.code)
    file = Attachment(f"list-{card.reference(run).lower()}.csv", content)
    await services.announcer.write(bulk_progress.with_file(run, say), _asker(run), f"bulk:{run_id}:file", file)


async def _of(services: Services, run_id: str) -> tuple[BulkRun, Language]:
    """The run, in the language that its agent has chosen by now."""
    run = await Runs(services.desk.store).get(run_id)
    _, chosen = await services.desk.access.recognise(run.agent_id, run.agent_email)
    return run, language(chosen)


async def _seen(services: Services, run: BulkRun) -> Sequence[BulkItem]:
    """The lines as their agent may see them by now."""
    desk = services.desk
    sender, _ = await desk.access.recognise(run.agent_id, run.agent_email)
    return await as_seen(run, await Runs(desk.store).items(run.id), desk.directory.scoped_to(sender.customers))


def _asker(run: BulkRun) -> JobRequester:
    return JobRequester(run.agent_id, run.agent_email, Thread(run.space_id, run.thread_id, run.is_direct))


JOB = Job("bulk", bulk)
