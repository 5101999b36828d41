"""`helpdesk audit ...`"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.command_line import OUTPUT, audit_keys, open_current_store, writing
from bot.cli.command_line import do as _do
from bot.cli.command_line import fail as _fail
from bot.cli.command_line import open_store as _store
from bot.cli.command_line import say as _say

DAYS = ["%Y-%m-%d"]
audit = typer.Typer(help="What was done, by whom, and that nobody changed it since.", no_args_is_help=True)


@audit.command(name="export")
def export_audit(
    since: Annotated[datetime, typer.Option(formats=DAYS, help="The first day (UTC).")],
    until: Annotated[datetime | None, typer.Option(formats=DAYS, help="The first day that is too late.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only what was done in this customer, by id or name.")] = None,
    as_: Annotated[str, typer.Option("--format", help="csv or jsonl")] = "csv",
    output: OUTPUT = None,
) -> None:
    """Write the audit, oldest row first. What a customer asks for: --customer NAME."""
    from bot.cli.audit import export_now
    from helpdesk.audit import Audit
    from helpdesk.audit.exporting import Format

    if as_ not in set(Format):
        _fail(f"--format must be one of: {', '.join(Format)}", status=2)
    keys = audit_keys()
    first, end = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC) if until else None

    async def work() -> None:
        async with _store() as store:
            with writing(output) as write:
                await export_now(Audit(store, keys=keys), first, end, customer, Format(as_), write)

    _do(work())


@audit.command(name="head")
def audit_head(
    file: Annotated[Path | None, typer.Option(help="Add it to this file instead, to be kept elsewhere.")] = None,
) -> None:
    """The signed head of the audit, one line: what `verify --head` takes, and the desk logs each day by itself."""
    from helpdesk.audit import Audit

    keys = audit_keys()

    async def work() -> str:
        async with open_current_store() as store:
            told = await Audit(store, keys=keys).tell_head()
        if told is None:
            _fail("the audit has no row yet")
        return told.line

    line = _do(work())
    try:
        if file:
            with file.open("a", encoding="utf-8") as heads:
                heads.write(f"{line}\n")
    except OSError as error:
        _fail(f"{file}: {error.strerror}")
    if not file:
        _say(line)


@audit.command(name="verify")
def verify_audit(
    kept: Annotated[list[str] | None, typer.Option(help="ID/HASH of a head; may be given several times.")] = None,
    head: Annotated[
        list[Path] | None,
        typer.Option(help="A file of heads: of `audit head`, or of the log. May be given several times."),
    ] = None,
) -> None:
    """Check every row against the chain. Exit status 0 (unbroken), 1 (broken) or 2 (could not be checked)."""
    from bot.cli.audit import BadHead, complaint, given_heads, told
    from helpdesk.audit.verifying import Verdict, verify

    keys = audit_keys(status=2)
    try:
        heads = given_heads(kept or [], head or [], keys)
    except BadHead as error:
        _fail(str(error), status=2)

    async def work() -> Verdict:
        async with open_current_store() as store:
            return await verify(store, keys, heads)

    verdict = _do(work(), status=2)
    if verdict.fault:
        _fail(complaint(verdict))
    for line in told(verdict):
        _say(line)
