"""A list is begun as the gate lets it: few addresses one by one, many by a second agent who approves the list."""

from collections.abc import Sequence

from helpdesk.bulk import Prospect, RunState
from helpdesk.bulk.approving import NobodyToApprove, OwnList, is_long
from helpdesk.bulk.runs import Dropped, NoSuchRun, Runs
from helpdesk.bulk.seeing import as_seen, sees_all
from helpdesk.directory import NotFound
from helpdesk.people.access import Sender
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.platform.text.address import canonical_address
from helpdesk.proof.gate import Act, CallerNotProven, Need
from helpdesk.proof.gate.asking import require
from helpdesk.proof.gate.policy import rules
from helpdesk.services import Helpdesk


async def begin(
    run_id: str, sender: Sender, reason: str, event_id: str, desk: Helpdesk, *, others_there: bool
) -> BulkRun:
    """Its author wants it cleared. The run as it then stands: confirmed, asked for, or what it was before.

    `desk` is as the sender may see it; `others_there` says that there is somewhere to ask a second agent. Raises
    CallerNotProven where nothing would be left to clear, NobodyToAsk, NoSuchRun or Dropped.
    """
    runs = Runs(desk.store)
    run = await runs.get(run_id)
    if run.agent_id != sender.person_id:
        raise NoSuchRun
    if run.state == RunState.DROPPED:
        raise Dropped
    if run.state != RunState.SHOWN:
        return run
    items = await runs.items(run_id)
    if not is_long(items):
        left_out = await _unproven(await as_seen(run, items, desk.directory), sender, desk, event_id)
        return await runs.confirm(run_id, event_id, reason, left_out)
    if (await rules(desk.store))[Act.CLEAR_LIST].need is Need.NOTHING:
        return await runs.confirm(run_id, event_id, reason)
    if not others_there:
        raise NobodyToApprove
    return await runs.ask(run_id, reason, desk.now())


async def approve(run_id: str, shown: str, sender: Sender, event_id: str, desk: Helpdesk) -> BulkRun:
    """A second agent lets begin the list whose hash is `shown`. The first who approves counts.

    Raises NotFound where they may not see all of it, OwnList, ApprovalLapsed, ListChanged, NoSuchRun or Dropped.
    """
    run, _ = await to_approve(run_id, desk)
    if sender.person_id == run.agent_id or canonical_address(sender.email) == canonical_address(run.agent_email):
        raise OwnList
    return await Runs(desk.store).approve(run_id, event_id, sender.email, shown, desk.now())


async def decline(run_id: str, event_id: str, desk: Helpdesk) -> BulkRun:
    """A list that waits is dropped; one that has begun goes on. Raises NotFound, NoSuchRun."""
    await to_approve(run_id, desk)
    return await Runs(desk.store).decline(run_id, event_id)


async def to_approve(run_id: str, desk: Helpdesk) -> tuple[BulkRun, Sequence[BulkItem]]:
    """A list that was asked to be approved, for who may see all of its addresses now. Raises NotFound, NoSuchRun."""
    runs = Runs(desk.store)
    run, items = await runs.get(run_id), await runs.items(run_id)
    if run.lines_hash is None or not await sees_all(items, desk.directory):
        raise NotFound
    return run, items


async def _unproven(items: Sequence[BulkItem], sender: Sender, desk: Helpdesk, event_id: str) -> list[int]:
    """The positions of those whose caller is not proven."""
    ready = [each for each in items if each.outcome is None and each.prospect == Prospect.CLEAR and each.address]
    refused: dict[int, CallerNotProven] = {}
    for each in ready:
        try:
            await require(Act.CLEAR, each.address or "", sender, desk, event_id)
        except CallerNotProven as error:
            refused[each.position] = error
    if refused and len(refused) == len(ready):
        first, *others = refused.values()
        raise CallerNotProven(first.act, first.subject, first.need, first.is_held, others)
    return list(refused)
