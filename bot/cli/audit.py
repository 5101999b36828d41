"""`helpdesk audit`: the audit as a file, for whoever may ask for it; and whether it is as it was written."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from helpdesk.audit import Audit
from helpdesk.audit.customer import customer_called
from helpdesk.audit.exporting import Format, export
from helpdesk.audit.heads import KeptHead, NotOurs, parse_kept, read_heads
from helpdesk.audit.keys import Keys
from helpdesk.audit.reading import Selection
from helpdesk.audit.verifying import Verdict
from helpdesk.audit.walking import Fault
from helpdesk.platform.store.schema import require_current

Write = Callable[[str], object]


async def export_now(
    audit: Audit, since: datetime, until: datetime | None, customer: str | None, as_: Format, write: Write
) -> None:
    """Write the file, a piece at a time. That it was asked for is a row of the audit, too, whatever becomes of it."""
    store = audit.store
    await require_current(store)
    organization = await customer_called(store, customer) if customer else None
    # What is over is in the file; of this hour, the rows are made when it is over.
    await audit.write_refused()
    await audit.record(
        actor="the command line",
        action="audit.export",
        subject=customer or "all customers",
        outcome=f"since {since:%Y-%m-%d}" + (f" until {until:%Y-%m-%d}" if until else ""),
        organization_id=organization,
        event_id=f"export:{uuid4()}",
    )
    async for piece in export(store, Selection(organization_id=organization, since=since, until=until), as_):
        write(piece)


class BadHead(Exception):
    """What was given to compare with cannot be; the text says why."""


def given_heads(kept: Sequence[str], files: Sequence[Path], keys: Keys) -> list[KeptHead]:
    """The heads of `--kept` and `--head`. Raises BadHead."""
    heads = []
    for each in kept:
        head = parse_kept(each)
        if head is None:
            raise BadHead("--kept must be ID/HASH, as the last line of an earlier verification has it")
        heads.append(head)
    for path in files:
        heads += _heads_in(path, keys)
    return heads


def _heads_in(path: Path, keys: Keys) -> list[KeptHead]:
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            found = list(read_heads(lines, path.name, keys))
    except OSError as error:
        raise BadHead(f"{path}: {error.strerror}") from None
    except NotOurs as error:
        raise BadHead(f"{error}: this head is not signed with a key of this desk") from None
    if not found:
        raise BadHead(f"{path}: there is no head in it")
    return found


def told(verdict: Verdict) -> list[str]:
    """What stands, a line each, and what cannot be known; the head comes last, to be kept elsewhere."""
    ends = verdict.ends
    if ends is None:
        return []
    lines = []
    if ends.removed_to:
        lines.append(f"rows 1 to {ends.removed_to} were removed by policy")
    lines.append(f"rows {ends.removed_to + 1} to {ends.last_id}: {ends.last_id - ends.removed_to} in all, unbroken")
    if verdict.sealed_to:
        lines.append(f"rows up to {verdict.sealed_to} are of the time before the audit had a key; sealed since")
    if verdict.blinded:
        lines.append(f"{verdict.blinded} of them name somebody by a pseudonym")
    lines += [f"{each.source}: row {each.id} cannot be compared any more" for each in verdict.beyond]
    return [*lines, _reach(verdict), f"head {ends.last_id}/{ends.last_hash}"]


def _reach(verdict: Verdict) -> str:
    """What no walk along the chain tells: whether this is all of it."""
    if not verdict.compared:
        return (
            "no head from before to compare with: an older copy of the whole database put back, all of it removed, or"
            " made anew by somebody with the key, would not show. Keep heads elsewhere: helpdesk audit head"
        )
    last = max(verdict.compared, key=lambda kept: kept.id)
    return (
        f"agrees with {len(verdict.compared)} heads, the last of row {last.id} ({last.source}). What was cut off behind"
        " that, head and all, by an older copy put back, would not show"
    )


def complaint(verdict: Verdict) -> str:
    detail = f" ({verdict.detail})" if verdict.detail else ""
    if verdict.fault in (Fault.NO_HEAD, Fault.EMPTIED):
        return f"the audit is broken: {verdict.fault}"
    return f"the audit is broken at row {verdict.row_id}: {verdict.fault}{detail}"
