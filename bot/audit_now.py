"""`helpdesk audit`: the audit as a file, for whoever may ask for it; and whether it is as it was written."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from helpdesk.audit import Audit
from helpdesk.audit.customer import customer_called
from helpdesk.audit.exporting import Format, export
from helpdesk.audit.reading import Selection
from helpdesk.audit.verifying import Fault, Kept, Verdict
from helpdesk.store import Store
from helpdesk.store.schema import require_current

Write = Callable[[str], object]
_KEPT = re.compile(r"(\d+)[/ ](\d+:[0-9a-f]{64})")


async def export_now(
    store: Store, since: datetime, until: datetime | None, customer: str | None, as_: Format, write: Write
) -> None:
    """Write the file, a piece at a time. That it was asked for is a row of the audit, too, whatever becomes of it."""
    await require_current(store)
    organization = await customer_called(store, customer) if customer else None
    await Audit(store).record(
        actor="the command line",
        action="audit.export",
        subject=customer or "all customers",
        outcome=f"since {since:%Y-%m-%d}" + (f" until {until:%Y-%m-%d}" if until else ""),
        organization_id=organization,
        event_id=f"export:{uuid4()}",
    )
    async for piece in export(store, Selection(organization_id=organization, since=since, until=until), as_):
        write(piece)


def parse_kept(text: str) -> Kept | None:
    """`<id>/<hash>`, as the last line of an earlier verification has it."""
    found = _KEPT.fullmatch(text.strip())
    return Kept(int(found[1]), found[2]) if found else None


def told(verdict: Verdict, kept: Kept | None) -> list[str]:
    """What stands, a line each; the head comes last, to be kept elsewhere."""
    ends = verdict.ends
    if ends is None:
        return []
    lines = []
    if ends.removed_to:
        lines.append(f"rows 1 to {ends.removed_to} were removed by policy")
    if kept and kept.id < ends.removed_to:
        lines.append(f"row {kept.id}, whose hash was kept, is among them: nothing to compare it with")
    lines.append(f"rows {ends.removed_to + 1} to {ends.last_id}: {ends.last_id - ends.removed_to} in all, unbroken")
    return [*lines, f"head {ends.last_id}/{ends.last_hash}"]


def complaint(verdict: Verdict) -> str:
    if verdict.fault is Fault.NO_HEAD:
        return f"the audit is broken: {verdict.fault}"
    return f"the audit is broken at row {verdict.row_id}: {verdict.fault}"
