"""`helpdesk sync`: everything at once, now, with a line for each customer and those that failed named at the end."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from bot.admin_client import admin_client
from bot.settings import Settings
from helpdesk.platform.heartbeats import this_process
from helpdesk.platform.store import Store
from helpdesk.platform.store.schema import require_current
from helpdesk.platform.store.tables.sync import SyncedOrganization
from helpdesk.platform.text.showing import visible
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.sync import SyncOutcome
from helpdesk.sync.whole import Sync

Say = Callable[[str], None]
# Of customers that failed alike.
MOST_NAMES = 5


async def sync_now(settings: Settings, store: Store, say: Say) -> Sequence[SyncedOrganization] | None:
    """What became of each customer; None where no token to read them with is set."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(settings.proxies))
        client = admin_client(settings, WebexClient(session, settings.webex_url, ""))
        if client is None:
            return None
        await require_current(store)

        def tell(outcome: SyncOutcome, done: int, total: int) -> None:
            say(f"{done} of {total}: {visible(outcome.name)}: {_counts(outcome)}")

        return await Sync(store, client, this_process()).run(tell)


def summary(outcomes: Sequence[SyncedOrganization]) -> str:
    # What all customers share is noted as well, and is no customer.
    customers = [each for each in outcomes if each.organization_id]
    written, removed, left_out = (
        sum(getattr(each, name) for each in customers) for name in ("written", "removed", "left_out")
    )
    told = f"synced: {len(customers)} customers, {written} records written, {removed} removed"
    return told + (f", {left_out} left out that could not be understood" if left_out else "")


def warnings(outcomes: Sequence[SyncedOrganization]) -> list[str]:
    """What the token may not read, and the rest does without."""
    return [f"warning: {line}" for line in _lines(outcomes, are_bearable=True)]


def failures(outcomes: Sequence[SyncedOrganization]) -> list[str]:
    """What should have been read and could not be."""
    return _lines(outcomes, are_bearable=False)


def _lines(outcomes: Sequence[SyncedOrganization], *, are_bearable: bool) -> list[str]:
    """A line for each part that failed for a reason, with the customers it failed for."""
    names: dict[tuple[str, str], list[str]] = {}
    namesakes = Counter(each.name for each in outcomes)
    for each in outcomes:
        name = visible(each.name) + (f" ({each.organization_id})" if namesakes[each.name] > 1 else "")
        for failure in each.failures:
            if failure.get("is_bearable", False) is are_bearable:
                names.setdefault((failure["part"], failure["reason"]), []).append(name)
    return [f"{part} of {_some(found)}: {reason}" for (part, reason), found in names.items()]


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _counts(outcome: SyncOutcome) -> str:
    counts = f"{outcome.read} read, {outcome.written} written, {outcome.removed} removed"
    return f"{counts}, {len(outcome.failures)} lists not read" if outcome.failures else counts
