"""A kept list as it may be seen by who looks at it now: customers may have been taken from them since it was kept."""

import asyncio
from collections.abc import Collection, Sequence

from helpdesk.bulk import LineOutcome, Prospect
from helpdesk.directory.index import Directory
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun

AT_ONCE = 8
# What is so of a line whoever's its address is.
_OF_THE_LINE = (None, LineOutcome.NO_ADDRESS, LineOutcome.REPEATED)


async def as_seen(run: BulkRun, items: Sequence[BulkItem], directory: Directory) -> Sequence[BulkItem]:
    """Every line, as its author wrote it. An address of another customer's user is one that is not listed."""
    hidden = await _hidden({each.address for each in items if each.address}, directory)
    return [_masked(run, each) if each.address in hidden else each for each in items]


async def sees_all(items: Sequence[BulkItem], directory: Directory) -> bool:
    """Whether each address of the list is of a user that they may see; for who may see all, so is one of nobody."""
    return not await _hidden({each.address for each in items if each.address}, directory)


async def _hidden(addresses: Collection[str], directory: Directory) -> set[str]:
    if directory.customers is None:
        return set()
    # Nobody asked for them by name just now: that they are missed is no row of the audit.
    quiet, left, hidden = directory.scoped_to(directory.customers), sorted(addresses), set()
    while left:
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        found = await asyncio.gather(*(quiet.organization_of(each) for each in some))
        hidden |= {address for address, customer in zip(some, found, strict=True) if customer is None}
    return hidden


def _masked(run: BulkRun, item: BulkItem) -> BulkItem:
    outcome = item.outcome
    if outcome not in _OF_THE_LINE and not (outcome == LineOutcome.NOT_DONE and run.stopped):
        outcome = LineOutcome.NOT_LISTED
    prospect = None if item.prospect is None else Prospect.NOT_LISTED
    return BulkItem(**{**item.model_dump(), "prospect": prospect, "outcome": outcome, "reasons": []})
