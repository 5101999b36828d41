"""Clearing the addresses of a list: each once, however often and wherever this is interrupted.

An address is cleared under an event of its own, which its provider remembers, and noted as soon as it is. So what
was in work when a process died is done again, to the same effect, and nothing else is.

The gate is asked here again, since the policy may have changed: what it wants now counts for what is left. A proof
that was good when the list was begun stays good for it: the agent acted then.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.bulk import LineOutcome, Prospect, RunState, Stop
from helpdesk.bulk.approving import is_long, lines_hash
from helpdesk.bulk.looking import found
from helpdesk.bulk.runs import Runs
from helpdesk.bulk.seeing import as_seen
from helpdesk.mail.provider_errors import MailProviderError, ProviderAuthError, ProviderRateLimited, ProviderRejected
from helpdesk.mail.suppression import GUARDED
from helpdesk.mail.suppression.clearing import Clearing, clear
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.proof.gate import Act, CallerNotProven, Need
from helpdesk.proof.gate.asking import require
from helpdesk.proof.gate.policy import rules
from helpdesk.proof.gate.telling import tell_user
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk

_NOT_BEGUN = (RunState.SHOWN, RunState.ASKED, RunState.DROPPED)
_LEFT = {
    Prospect.COMPLAINT: LineOutcome.COMPLAINT_KEPT,
    Prospect.LOCKED: LineOutcome.LOCKED,
    Prospect.NOT_LISTED: LineOutcome.NOT_LISTED,
}
AT_ONCE = 4
# The last ones may take as long again as a provider's slowest answer.
SECONDS = 8.0
# Where a provider asks us to wait and does not say for how long.
WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Advance:
    """`left` are the addresses that wait. `wait` is in seconds, where the provider cannot be asked before; it
    `failed` where it did not ask us to. `stop` says why no further address is to be cleared."""

    left: int
    wait: float = 0.0
    failed: bool = False
    stop: Stop | None = None


async def advance(desk: Helpdesk, run_id: str, most: int) -> Advance:
    """Clear up to `most` further addresses of a confirmed run, or as many as there is time for."""
    runs = Runs(desk.store)
    run = await runs.get(run_id)
    sender, _ = await desk.access.recognise(run.agent_id, run.agent_email)
    if not sender.may(Permission.CLEAR_MANY):
        return Advance(0, stop=Stop.ROLE)
    if run.stopped:
        return Advance(0, stop=Stop(run.stopped))
    items = await runs.items(run_id)
    if run.state in _NOT_BEGUN:
        return Advance(0, stop=Stop.GATE)
    if is_long(items) and not await _may_go_on(run, items, desk):
        return Advance(0, stop=Stop.GATE)
    async with scoped_to(sender, desk, run.confirmed_by or run.id, "bulk") as seen:
        failure = await _clear_some(_Clearer(seen, runs, run, None if is_long(items) else sender), most)
    left = (await runs.count(run_id))[None]
    match failure:
        case None:
            return Advance(left)
        case ProviderRateLimited():
            return Advance(left, wait=failure.retry_after or WAIT_SECONDS)
        case ProviderAuthError():
            return Advance(left, stop=Stop.PROVIDER)
    return Advance(left, wait=failure.retry_after or WAIT_SECONDS, failed=True)


async def _may_go_on(run: BulkRun, items: Sequence[BulkItem], desk: Helpdesk) -> bool:
    """Whether a long list is as the policy wants it now; what was approved is that list, and no other."""
    if run.approved_by:
        return run.lines_hash == lines_hash(items)
    return (await rules(desk.store))[Act.CLEAR_LIST].need is Need.NOTHING


@dataclass(frozen=True, slots=True)
class _Clearer:
    """`asked_of` is who the gate is asked about for each address; None where it was asked for the whole list."""

    desk: Helpdesk
    runs: Runs
    run: BulkRun
    asked_of: Sender | None


async def _clear_some(clearer: _Clearer, most: int) -> MailProviderError | None:
    """What stood in the way, if anything."""
    runs, run = clearer.runs, clearer.run
    began, done = time.monotonic(), 0
    while done < most and time.monotonic() - began < SECONDS:
        some = await runs.waiting(run.id, min(AT_ONCE, most - done))
        if not some:
            return None
        ended = await asyncio.gather(*(_end(clearer, each) for each in some), return_exceptions=True)
        for failure in ended:
            if isinstance(failure, MailProviderError):
                return failure
            if failure is not None:
                raise failure
        done += len(some)
    return None


async def _end(clearer: _Clearer, item: BulkItem) -> None:
    """Bring one line to its end."""
    run, address = clearer.run, item.address or ""
    try:
        (seen,) = await as_seen(run, [item], clearer.desk.directory)
        if seen.prospect != Prospect.CLEAR:
            await _look_again(clearer, item)
            return
        if clearer.asked_of:
            await require(Act.CLEAR, address, clearer.asked_of, clearer.desk, run.confirmed_by or run.id)
        await _clear(clearer, item)
    except ProviderRejected:
        await clearer.runs.note_outcome(item, LineOutcome.REFUSED)
    except CallerNotProven:
        await clearer.runs.note_outcome(item, LineOutcome.NOT_PROVEN)


async def _look_again(clearer: _Clearer, item: BulkItem) -> None:
    """Of what was shown as nothing to clear, nothing is cleared, even if it could be by now: nobody has said so."""
    now = found(await clearer.desk.suppression.find(item.address or ""))
    await clearer.runs.note_outcome(item, _LEFT.get(now.prospect, LineOutcome.NOT_DONE), now.reasons or None)


async def _clear(clearer: _Clearer, item: BulkItem) -> None:
    desk, runs, run = clearer.desk, clearer.runs, clearer.run
    address, event_id = item.address or "", f"bulk:{run.id}:{item.position}"
    clearing = await clear(desk, address, GUARDED, event_id, run.agent_email)
    removal = clearing.removal
    user = await desk.directory.person_with(address)
    await desk.audit.record(
        actor=run.agent_email,
        action="unsuppress",
        subject=address,
        outcome=f"cleared: {', '.join(each.reason for each in removal.removed) or 'nothing'}",
        event_id=event_id,
        organization_id=user.organization.id if user else None,
        reason=run.reason,
    )
    if removal.removed and user:
        await tell_user(Act.CLEAR, user, run.agent_email, event_id, desk)
    reasons = [each.reason.value for each in (*removal.removed, *removal.kept)]
    await runs.note_outcome(item, _outcome(clearing), reasons or None)


def _outcome(clearing: Clearing) -> LineOutcome:
    removal = clearing.removal
    if any(each.reason in GUARDED and each.is_removable for each in removal.kept):
        return LineOutcome.COMPLAINT_KEPT
    if any(each.is_blocking for each in removal.kept):
        return LineOutcome.LOCKED
    if not removal.removed:
        return LineOutcome.NOT_LISTED
    return LineOutcome.LAGGING if clearing.still else LineOutcome.CLEARED
