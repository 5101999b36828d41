"""What would happen to each address of a list: the suppression list is asked, a few at a time."""

import asyncio
import time
from collections.abc import Sequence

from helpdesk.bulk import Prospect
from helpdesk.bulk.runs import LineFinding, Runs
from helpdesk.mail.provider_errors import ProviderRateLimited, ProviderRejected
from helpdesk.mail.suppression import SuppressionEntry, SuppressionList, is_guarded
from helpdesk.platform.errors import Unavailable
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.bulk import BulkItem

# Enough to be quick with a provider that is far away, few enough for its limits.
AT_ONCE = 8
SECONDS = 300
# Where a provider asks us to wait and does not say for how long.
WAIT_SECONDS = 5.0


class TooSlow(Unavailable):
    def __init__(self) -> None:
        super().__init__(
            Text("Looking this list up takes too long right now."),
            Text("Nothing was changed. Send it again later, or in smaller parts."),
        )


async def look_up(runs: Runs, suppression: SuppressionList, run_id: str) -> None:
    """Ask about every address that was not asked about yet. Raises MailProviderError where that is not possible.

    Cut off, it goes on where it was the next time.
    """
    ends_at = time.monotonic() + SECONDS
    try:
        async with asyncio.timeout(SECONDS):
            while some := await runs.unseen(run_id, AT_ONCE):
                found = await _ask(suppression, some, ends_at)
                await runs.note_found(run_id, found)
    except TimeoutError:
        raise TooSlow from None


async def _ask(suppression: SuppressionList, items: Sequence[BulkItem], ends_at: float) -> dict[int, LineFinding]:
    asking = (_found(suppression, each.address or "", ends_at) for each in items)
    answers = await asyncio.gather(*asking, return_exceptions=True)
    for each in answers:
        if isinstance(each, BaseException):
            raise each
    return {
        item.position: answer for item, answer in zip(items, answers, strict=True) if isinstance(answer, LineFinding)
    }


async def _found(suppression: SuppressionList, address: str, ends_at: float) -> LineFinding:
    while True:
        try:
            return found(await suppression.find(address))
        except ProviderRejected:
            return LineFinding(Prospect.REFUSED)
        except ProviderRateLimited as limit:
            wait = limit.retry_after or WAIT_SECONDS
            if time.monotonic() + wait >= ends_at:
                raise
            await asyncio.sleep(wait)


def found(entries: Sequence[SuppressionEntry]) -> LineFinding:
    reasons = [each.reason.value for each in entries]
    if not entries:
        return LineFinding(Prospect.NOT_LISTED)
    removable = [each for each in entries if each.is_removable]
    if any(map(is_guarded, removable)):
        return LineFinding(Prospect.COMPLAINT, reasons)
    return LineFinding(Prospect.CLEAR if removable else Prospect.LOCKED, reasons)
