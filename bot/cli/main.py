"""The command line. Exit status 0, 1 (failed) or 2 (usage); errors on standard error, one line each."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import agents_commands, audit_commands, first_contact
from bot.cli.command_line import OUTPUT, keep_files_private, writing
from bot.cli.command_line import complain as _complain
from bot.cli.command_line import do as _do
from bot.cli.command_line import fail as _fail
from bot.cli.command_line import load_settings as _settings
from bot.cli.command_line import open_store as _store
from bot.cli.command_line import say as _say

if TYPE_CHECKING:
    from helpdesk.platform.store.tables.sync import SyncedOrganization


app = typer.Typer(
    help="A help desk that lives in a Webex space.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(agents_commands.agents, name="agents")
app.add_typer(audit_commands.audit, name="audit")
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
    with writing(output) as write:
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
