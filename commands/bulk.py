"""`bulk` and addresses, or a CSV file: clear many addresses from the suppression list at once.

Nothing is cleared before it is shown what would happen to each, and an advanced agent has confirmed with a reason.
The clearing itself is a job (bot/jobs/bulk.py), which says in the thread how far it is and what came of it.
"""

import asyncio
import hashlib
from functools import partial

from cards import bulk as card
from cards.elements import Card
from commands.command import Command, Event, Message, Renewable, Reply, Submission, audit, parse_reason
from helpdesk import Helpdesk
from helpdesk.access import Permission
from helpdesk.bulk import MOST_BYTES, State
from helpdesk.bulk.looking import look_up
from helpdesk.bulk.reading import Listing, TooMany, read_text
from helpdesk.bulk.runs import Runs
from helpdesk.bulk.sheet import read_file
from helpdesk.directory.pieces import pieces
from helpdesk.errors import BadInput, Refused
from helpdesk.language import Text
from helpdesk.seen import audit_missed
from helpdesk.store.tables import BulkRun
from helpdesk.threads import in_thread

JOB = "bulk"
PAGE = 40
# So long a list is looked up while its agent waits; then they are told that it takes a moment.
SOON_SECONDS = 3.0
# Reading the longest list takes a fraction of a second; the loop does not wait for it all the same.
_READING_SECONDS = 20


def is_list(message: Message) -> bool:
    """Whether what was typed behind another keyword is no single address."""
    return bool(message.files) or len(pieces(message.text)) > 1


async def show(message: Message, desk: Helpdesk) -> Reply:
    if not message.sender.may(Permission.CLEAR_MANY):  # they came by another keyword
        raise Refused(
            Text("Several addresses at once take an advanced agent."),
            Text("Clear them one by one, or ask an advanced agent."),
        )
    if message.files:
        return await _preview(await _attached(message, desk), message, desk)
    if not message.text.strip():
        return card.form(message.say)
    return await _preview(await _read(message.text), message, desk)


async def show_pasted(submission: Submission, desk: Helpdesk) -> Reply:
    """From the form."""
    text = submission.inputs.get(card.LIST, "")
    if len(text) > card.LONGEST_PASTE:  # what lies beyond was cut off on its way
        raise TooMany(len(text.splitlines()))
    return await _preview(await _read(text), submission, desk)


async def show_lines(submission: Submission, desk: Helpdesk) -> Card:
    runs, start = Runs(desk.store), int(submission.about[card.FROM])
    run = await runs.get(submission.about[card.RUN])
    items = await runs.items(run.id)
    return card.lines(run, items[start : start + PAGE], start, len(items), submission.say)


async def clear(submission: Submission, desk: Helpdesk) -> Card:
    """Begin, once for each list, whoever presses and however often."""
    reason = parse_reason(submission.inputs.get(card.WHY, ""))
    clears = submission.inputs.get(card.COMPLAINTS) == card.Complaints.CLEAR
    if clears and not submission.sender.may(Permission.CLEAR_COMPLAINT):
        raise Refused(Text("Spam complaints take an agent who may clear them."))
    runs = Runs(desk.store)
    run = await runs.confirm(submission.about[card.RUN], submission.event_id, reason, clears_complaints=clears)
    if run.state == State.ENDED:
        return card.over(submission.say)
    if run.confirmed_by == submission.event_id:
        lines = len(await runs.items(run.id))
        outcome = f"begun: {lines} lines, complaints {'cleared' if clears else 'kept'}"
        await audit(submission, desk, "bulk", card.reference(run), outcome, organization_id=None, reason=reason)
    # Again for who presses again: the first time may have ended right before this.
    await desk.jobs.start_workflow(JOB, run.id, run_id=run.id)
    return card.begun(run, submission.sender, submission.say)


async def drop(submission: Submission, desk: Helpdesk) -> Card:
    """From the list that was not begun; where another press has begun it, it is stopped."""
    run = await Runs(desk.store).drop(submission.about[card.RUN])
    if run.state == State.DROPPED:
        return card.dropped(submission.say)
    return card.over(submission.say) if run.state == State.ENDED else card.stopping(submission.say)


async def _attached(message: Message, desk: Helpdesk) -> Listing:
    if len(message.files) > 1:
        raise BadInput(Text("One file at a time."), Text("Send each file in a message of its own."))
    file = await desk.attachments.read(message.files[0], MOST_BYTES)
    return await in_thread(JOB, partial(read_file, file.content), _READING_SECONDS)


async def _read(text: str) -> Listing:
    return await in_thread(JOB, partial(read_text, text), _READING_SECONDS)


async def _preview(listing: Listing, event: Event, desk: Helpdesk) -> Reply:
    run = BulkRun(
        id=hashlib.sha256(event.event_id.encode()).hexdigest()[:32],
        agent_id=event.sender.person_id,
        agent_email=event.sender.email,
        space_id=event.space_id,
        thread_id=event.thread_id,
        is_direct=event.is_direct,
        heading=listing.heading,
        state=State.SHOWN,
        created_at=desk.now(),
    )
    await Runs(desk.store).keep(run, listing.lines)
    try:
        async with asyncio.timeout(SOON_SECONDS):
            return await _looked_up(run, event, desk)
    except TimeoutError:
        return Renewable(card.looking(len(listing.lines), event.say), partial(_looked_up, run, event, desk))


async def _looked_up(run: BulkRun, event: Event, desk: Helpdesk) -> Card:
    runs = Runs(desk.store)
    await look_up(runs, desk.suppression, run.id)
    await audit_missed(event.sender, desk, event.event_id, JOB)
    return card.preview(run, await runs.items(run.id), event.sender, event.say)


COMMAND = Command(
    keyword="bulk",
    usage=Text("bulk <addresses>"),
    help=Text("clear many addresses at once, pasted or from a CSV file; you see first what would happen"),
    permission=Permission.CLEAR_MANY,
    on_message=show,
    on_submit={
        card.READ: show_pasted,
        card.LINES: show_lines,
        card.CLEAR: clear,
        card.DROP: drop,
        card.STOP: drop,
    },
    aliases=("lot", "masse"),
)
