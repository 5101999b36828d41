"""`bulk` and addresses, or files of them: clear many addresses from the suppression list at once.

Nothing is cleared before it is shown what would happen to each, and an advanced agent has confirmed with a reason.
Then the gate is asked (helpdesk/bulk/beginning.py): of few addresses for each, of more for a second agent's approval.
The clearing itself is a job (bot/jobs/bulk.py), which says in the thread how far it is and what came of it.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import partial

from cards import bulk as card
from cards.elements import Card
from commands.attached import off_the_loop, read_attached
from commands.command import (
    Action,
    AsksItself,
    Command,
    Elsewhere,
    Event,
    Message,
    NotGated,
    Owner,
    Renewable,
    Reply,
    Submission,
    audit,
    parse_reason,
)
from commands.returned import explain
from helpdesk.bulk import RunState
from helpdesk.bulk.approving import is_long
from helpdesk.bulk.beginning import approve, begin, decline, to_approve
from helpdesk.bulk.looking import look_up
from helpdesk.bulk.reading import Listing, TooManyLines
from helpdesk.bulk.runs import NoSuchRun, Runs
from helpdesk.bulk.seeing import as_seen
from helpdesk.bulk.sheet import read_paste
from helpdesk.directory.pieces import pieces
from helpdesk.people.access import Permission
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.proof.gate import Act
from helpdesk.proof.gate.policy import rules
from helpdesk.scoped import audit_missed
from helpdesk.services import Helpdesk

JOB = "bulk"
PAGE = 40
# So long a list is looked up while its agent waits; then they are told that it takes a moment.
SOON_SECONDS = 3.0


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
        attached = await read_attached(message, desk)
        if attached.returned:
            return await explain(attached.returned, message, desk)
        return await _preview(attached.listing, message, desk)
    if not message.text.strip():
        return card.form(message.say)
    return await _preview(await _read(message.text), message, desk)


async def show_pasted(submission: Submission, desk: Helpdesk) -> Reply:
    """From the form."""
    text = submission.inputs.get(card.LIST, "")
    if len(text) > card.LONGEST_PASTE:  # what lies beyond was cut off on its way
        raise TooManyLines(len(text.splitlines()))
    return await _preview(await _read(text), submission, desk)


async def show_lines(submission: Submission, desk: Helpdesk) -> Card:
    """To who gave the list, as they may see it now."""
    run, start = await _own(submission, desk), int(submission.about[card.FROM])
    items = await Runs(desk.store).items(run.id)
    some = await as_seen(run, items[start : start + PAGE], desk.directory)
    return card.lines(run, some, start, len(items), submission.say, submission.sender.person_id)


async def clear(submission: Submission, desk: Helpdesk) -> Reply:
    """Begin, or ask a second agent, once for each list, however often it is pressed."""
    reason = parse_reason(submission.inputs.get(card.WHY, ""))
    others_there = not submission.is_direct or bool(desk.desk_spaces)
    run_id, event_id = submission.about[card.RUN], submission.event_id
    run = await begin(run_id, submission.sender, reason, event_id, desk, others_there=others_there)
    if run.state == RunState.ENDED:
        return card.over(submission.say)
    items = await Runs(desk.store).items(run.id)
    if run.state == RunState.ASKED:
        return await _ask(run, items, submission, desk)
    if run.confirmed_by == event_id:
        await _audit("bulk", f"begun: {len(items)} lines, complaints kept", run, submission, desk)
    # Again for who presses again: the first time may have ended right before this.
    await desk.jobs.start_workflow(JOB, run.id, run_id=run.id)
    return card.begun(run, await as_seen(run, items, desk.directory), submission.sender, submission.say)


async def review(submission: Submission, desk: Helpdesk) -> Card:
    """Every line, to who is to approve them."""
    run, items = await to_approve(submission.about[card.RUN], desk)
    start = int(submission.about[card.FROM])
    return card.lines(run, items[start : start + PAGE], start, len(items), submission.say)


async def approve_list(submission: Submission, desk: Helpdesk) -> Reply:
    about, by = submission.about, submission.sender
    run = await approve(about[card.RUN], about[card.SHOWN], by, submission.event_id, desk)
    if run.state == RunState.ENDED:
        return card.decided(run, submission.say)
    if run.confirmed_by == submission.event_id:
        await _audit("bulk.approve", f"approved, for {run.agent_email}", run, submission, desk)
    # Again for who presses again: the first time may have ended right before this.
    await desk.jobs.start_workflow(JOB, run.id, run_id=run.id)
    return _told(run, card.approved(run, run.approved_by or "", submission.say), submission)


async def decline_list(submission: Submission, desk: Helpdesk) -> Reply:
    run = await decline(submission.about[card.RUN], submission.event_id, desk)
    # A list that was withdrawn is not said to be declined.
    if run.state != RunState.DROPPED or run.confirmed_by != submission.event_id:
        return card.decided(run, submission.say)
    await _audit("bulk.decline", f"declined, for {run.agent_email}", run, submission, desk)
    return _told(run, card.declined(run, submission.sender.email, submission.say), submission)


async def drop(submission: Submission, desk: Helpdesk) -> Card:
    """From the list that was not begun; where another press has begun it, it is stopped."""
    run = await Runs(desk.store).drop((await _own(submission, desk)).id)
    if run.state == RunState.DROPPED:
        return card.dropped(submission.say)
    return card.over(submission.say) if run.state == RunState.ENDED else card.stopping(submission.say)


async def _own(submission: Submission, desk: Helpdesk) -> BulkRun:
    """Raises NoSuchRun for the list of anybody else as well."""
    run = await Runs(desk.store).get(submission.about[card.RUN])
    if run.agent_id != submission.sender.person_id:
        raise NoSuchRun
    return run


async def _ask(run: BulkRun, items: Sequence[BulkItem], submission: Submission, desk: Helpdesk) -> Reply:
    """To the agent, and to who may approve: here, where others are, else in the desk space."""
    say = submission.say
    await _audit("bulk.ask", f"a second agent asked: {len(items)} lines", run, submission, desk)
    request = card.request(run, await as_seen(run, items, desk.directory), say)
    asked = card.asked(run, submission.is_direct, submission.sender, say)
    return [asked, Elsewhere(request, desk.desk_spaces[0]) if submission.is_direct else request]


def _told(run: BulkRun, what: Card, submission: Submission) -> Reply:
    """Whoever asked 1:1 hears it there; otherwise they read it where it was decided."""
    return [what, Elsewhere(what, run.space_id, run.agent_email)] if run.is_direct else what


async def _audit(action: str, outcome: str, run: BulkRun, submission: Submission, desk: Helpdesk) -> None:
    await audit(submission, desk, action, card.reference(run), outcome, organization_id=None, reason=run.reason)


async def _read(text: str) -> Listing:
    return await off_the_loop(partial(read_paste, text))


async def _preview(listing: Listing, event: Event, desk: Helpdesk) -> Reply:
    run = BulkRun(
        id=hashlib.sha256(event.event_id.encode()).hexdigest()[:32],
        agent_id=event.sender.person_id,
        agent_email=event.sender.email,
        space_id=event.space_id,
        thread_id=event.thread_id,
        is_direct=event.is_direct,
        heading=listing.heading,
        state=RunState.SHOWN,
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
    items = await runs.items(run.id)
    act = Act.CLEAR_LIST if is_long(items) else Act.CLEAR
    return card.preview(run, items, (await rules(desk.store))[act].need, event.sender, event.say)


_CLEARS = AsksItself("helpdesk.bulk.beginning, and helpdesk.bulk.clearing again for each address or list")
_LESS = NotGated("less is cleared by it, or nothing")
KEEPS_A_LIST = NotGated("a list is kept to be looked at; nothing of it is cleared")

COMMAND = Command(
    keyword="bulk",
    usage=Text("bulk <addresses>"),
    help=Text("clear many addresses at once, pasted or from files; you see first what would happen"),
    permission=Permission.CLEAR_MANY,
    on_message=show,
    on_submit={
        card.READ: Action(show_pasted, Owner.ANYONE_IN_SCOPE, KEEPS_A_LIST),
        card.LINES: Action(show_lines, Owner.ASKER),
        card.CLEAR: Action(clear, Owner.ASKER, _CLEARS),
        card.DROP: Action(drop, Owner.ASKER, _LESS),
        card.STOP: Action(drop, Owner.ASKER, _LESS),
        card.REVIEW: Action(review, Owner.ANYONE_IN_SCOPE, permission=Permission.OVERRIDE),
        card.APPROVE: Action(approve_list, Owner.ANYONE_IN_SCOPE, _CLEARS, Permission.OVERRIDE),
        card.DECLINE: Action(decline_list, Owner.ANYONE_IN_SCOPE, _LESS, Permission.OVERRIDE),
    },
    guard=KEEPS_A_LIST,
    aliases=("lot", "masse"),
)
