"""The command line. Exit status 0, 1 (failed) or 2 (usage); errors on standard error, one line each."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import first_contact
from bot.cli.command_line import complain as _complain
from bot.cli.command_line import do as _do
from bot.cli.command_line import fail as _fail
from bot.cli.command_line import keep_files_private
from bot.cli.command_line import load_settings as _settings
from bot.cli.command_line import open_store as _store
from bot.cli.command_line import say as _say

if TYPE_CHECKING:
    from helpdesk.audit.keys import Keys
    from helpdesk.platform.store.tables.sync import SyncedOrganization

DAYS = ["%Y-%m-%d"]
OUTPUT = Annotated[Path | None, typer.Option(help="A file that only you can read, instead of standard output.")]

app = typer.Typer(
    help="A help desk that lives in a Webex space.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
agents = typer.Typer(help="Who may use the desk.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
audit = typer.Typer(help="What was done, by whom, and that nobody changed it since.", no_args_is_help=True)
app.add_typer(agents, name="agents")
app.add_typer(audit, name="audit")
app.add_typer(db, name="db")


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        _say(f"helpdesk {version('webex-helpdesk')}")
        raise typer.Exit


_VERSION = typer.Option("--version", help="Say which release this is.", is_eager=True, callback=_say_version)


@app.callback()
def helpdesk(version: Annotated[bool, _VERSION] = False) -> None:
    """A help desk that lives in a Webex space."""


def main() -> None:
    from bot import logs

    keep_files_private()
    # Standard output is for what was asked for.
    logs.configure()
    app()


@app.command()
def run() -> None:
    """Answer in Webex until stopped."""
    from bot import app as bot
    from bot import logs

    logs.configure()
    settings = _settings("WEBEX_ACCESS_TOKEN", "HELPDESK_SECRET_KEY", warn=logs.warn_of_misspelt)
    if not _do(bot.serve(settings)):
        os._exit(0)  # all is done; threads that wait for a database would wait on


@app.command()
def demo(port: Annotated[int, typer.Option(help="The chat page's port; 0 takes any free one.")] = 8000) -> None:
    """Try the desk on this machine: a Webex of its own with a chat page, a mailbox and demo data."""
    # A program of its own, which takes this one's place: it plays the other side and shares nothing with the bot.
    os.execv(sys.executable, [sys.executable, "-m", "playground", "--port", str(port)])  # noqa: S606


@app.command()
def doctor() -> None:
    """Check what the desk depends on, and say what to fix. Nothing is changed, and no secret is shown."""
    import logging

    from bot import logs
    from bot.cli.doctor import examine

    # Each finding says what went wrong; what libraries say of it on the way is noise, and not redacted.
    logs.configure()
    logging.disable()
    # Its lines are redacted and made safe to show already; their columns are made with blanks.
    if not asyncio.run(examine(typer.echo)):
        raise typer.Exit(1)


app.command()(first_contact.init)
app.command()(first_contact.rehearse)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="docs/import.md describes it.")],
    suppressions: Annotated[
        bool, typer.Option("--suppressions", help="The file is a mail provider's export of its suppression list.")
    ] = False,
    reason: Annotated[str, typer.Option(help="With --suppressions: why all of them are held back, as bounce.")] = "",
) -> None:
    """Bring organizations, people, devices, mails and suppressions in from a file."""
    from bot.cli.import_ import import_directory, import_suppressions

    if suppressions:
        import_suppressions(file, reason)
    elif reason:
        _fail("--reason goes with --suppressions", status=2)
    else:
        import_directory(file)


@app.command()
def sync() -> None:
    """Read all customers from Webex now. Interrupted, it goes on where it was; docs/sync.md describes it."""
    import logging

    from bot import logs
    from bot.cli.sync import failures, summary, sync_now, warnings

    settings = _settings()
    logs.configure()
    # What is tried again is no news here; what failed in the end is told.
    logging.disable()

    async def work() -> "Sequence[SyncedOrganization] | None":
        async with _store() as store:
            return await sync_now(settings, store, _say)

    outcomes = _do(work())
    if outcomes is None:
        _fail("set WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN to read customers with", status=2)
    _say(summary(outcomes))
    _complain(*warnings(outcomes))
    if problems := failures(outcomes):
        _fail(*problems)


@agents.command(name="add")
def add_agent(
    email: str,
    role: Annotated[str, typer.Option(help="agent, advanced or partner-administrator")] = "agent",
    customer: Annotated[
        list[str] | None, typer.Option(help="Limit them to this customer, by id or name; may be given several times.")
    ] = None,
    all_customers: Annotated[bool, typer.Option("--all-customers", help="Lift the limit to some customers.")] = False,
) -> None:
    """Name an agent, or change the role of one. Without either option about customers, a limit stays as it is."""
    from bot.cli.agents import name_now
    from helpdesk.people.access import Role
    from helpdesk.people.agents import Limit
    from helpdesk.platform.store.schema import require_current
    from helpdesk.platform.text.address import parse_address

    roles = {each.value.replace(" ", "-"): each for each in Role}
    if role not in roles:
        _fail(f"--role must be one of: {', '.join(roles)}", status=2)
    if customer and all_customers:
        _fail("--customer and --all-customers exclude each other", status=2)
    keys = _audit_keys()
    customers = customer or (Limit.LIFTED if all_customers else Limit.KEPT)

    async def work() -> str:
        address = parse_address(email)
        async with _store() as store:
            await require_current(store)
            await name_now(store, address, roles[role], customers, keys)
        return address

    _say(f"{_do(work())}: {role}")


@agents.command(name="remove")
def remove_agent(email: str) -> None:
    """Take an agent's role away. They are refused from the next message on, also where they are in a desk space."""
    from bot.cli.agents import remove_now
    from helpdesk.platform.store.schema import require_current
    from helpdesk.platform.text.address import parse_address

    has_spaces = bool(_settings().desk_spaces)
    keys = _audit_keys()

    async def work() -> bool:
        address = parse_address(email)
        async with _store() as store:
            await require_current(store)
            return await remove_now(store, address, keys, may_be_member=has_spaces)

    if not _do(work()):
        _fail(f"{email} is not a named agent")
    _say(f"{email}: removed")
    if has_spaces:
        _say("being in a desk space does not make them an agent again: helpdesk agents add does")


@agents.command(name="release")
def release_agent(email: str) -> None:
    """Let another Webex account come with this address: the agent's, or an administrator's, was made anew."""
    from bot.cli.agents import release_now
    from helpdesk.platform.store.schema import require_current
    from helpdesk.platform.text.address import canonical_address

    keys = _audit_keys()

    async def work() -> bool:
        async with _store() as store:
            await require_current(store)
            return await release_now(store, canonical_address(email.strip()), keys)

    if not _do(work()):
        _fail(f"{email} is bound to no account")
    _say(f"{email}: released, the next account that comes with this address is taken")


@agents.command(name="list")
def list_agents() -> None:
    """Everyone who was named or removed; partner administrators of the environment and desk spaces are not listed."""
    from helpdesk.people.agents import customers_of_agents, named_and_removed
    from helpdesk.platform.store.schema import require_current

    async def work() -> list[tuple[str, ...]]:
        async with _store() as store:
            await require_current(store)
            customers = await customers_of_agents(store)
            return [
                (
                    agent.email,
                    agent.role,
                    f"added {agent.added_at:%Y-%m-%d} by {agent.added_by}",
                    ("REMOVED, " if agent.removed_at else "")
                    + ", ".join(customers.get(agent.email, ["all customers"])),
                )
                for agent in await named_and_removed(store)
            ]

    for cells in _do(work()):
        _say(*cells)


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
    keys = _audit_keys()
    first, end = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC) if until else None

    async def work() -> None:
        async with _store() as store:
            with _writing(output) as write:
                await export_now(Audit(store, keys=keys), first, end, customer, Format(as_), write)

    _do(work())


@audit.command(name="head")
def audit_head(
    file: Annotated[Path | None, typer.Option(help="Add it to this file instead, to be kept elsewhere.")] = None,
) -> None:
    """The signed head of the audit, one line: what `verify --head` takes, and the desk logs each day by itself."""
    from helpdesk.audit import Audit
    from helpdesk.platform.store.schema import require_current

    keys = _audit_keys()

    async def work() -> str:
        async with _store() as store:
            await require_current(store)
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
    from helpdesk.platform.store.schema import require_current

    keys = _audit_keys(status=2)
    try:
        heads = given_heads(kept or [], head or [], keys)
    except BadHead as error:
        _fail(str(error), status=2)

    async def work() -> Verdict:
        async with _store() as store:
            await require_current(store)
            return await verify(store, keys, heads)

    verdict = _do(work(), status=2)
    if verdict.fault:
        _fail(complaint(verdict))
    for line in told(verdict):
        _say(line)


@app.command()
def forget(
    address: Annotated[str, typer.Argument(help="Any address of the person, or one that mail was sent to.")],
) -> None:
    """Remove what is held about a person; in the audit, and in others' rows, they become a pseudonym."""
    from bot.cli.forget import forget_now

    lines, warnings = _do(forget_now(_settings("HELPDESK_SECRET_KEY"), address))
    for line in lines:
        _say(line)
    _complain(*warnings)


@app.command()
def export(
    address: Annotated[str, typer.Argument(help="Any address of the person, or one that mail was sent to.")],
    output: OUTPUT = None,
) -> None:
    """Write what is held about a person, as JSON."""
    from bot.cli.forget import export_now

    found = _do(export_now(_settings("HELPDESK_SECRET_KEY"), address))
    with _writing(output) as write:
        write(found)


@db.command(name="upgrade")
def upgrade_database() -> None:
    """Bring the database to this release's version; does nothing when it is there."""
    from helpdesk.platform.store.schema import HEAD
    from helpdesk.upgrade import upgrade

    async def work() -> str:
        async with _store() as store:
            return await upgrade(store, _settings().secret_key.get_secret_value())

    found = _do(work())
    _say(f"the database is at version {HEAD}" + ("" if found == HEAD else f" (was: {found or 'empty'})"))


@contextmanager
def _writing(output: Path | None) -> "Iterator[Callable[[str], object]]":
    """Writes to this file, or else to standard output; on every machine UTF-8, and the line ends it is given."""
    from helpdesk.platform.store.private import open_private

    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout.write
        return
    try:
        with open_private(output) as file:
            yield file.write
    except OSError as error:
        _fail(f"{output}: {error.strerror}")


def _audit_keys(status: int = 1) -> "Keys":
    from helpdesk.audit.keys import Keys

    settings = _settings("HELPDESK_SECRET_KEY", status=status)
    return Keys.of(settings.secret_key.get_secret_value(), settings.earlier_secrets)
