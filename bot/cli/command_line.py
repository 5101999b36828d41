"""What every command of the command line is made with: settings, the database, and failures as one line each.

Whatever is written is for who runs the command alone: files are made without rights for others.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from bot.settings import Settings, SettingsError, dot_env
from bot.settings.misspelt import Misspelt, misspelt
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import StoreUnavailable
from helpdesk.platform.text.showing import visible

if TYPE_CHECKING:
    from helpdesk.audit.keys import Keys
    from helpdesk.platform.store import Store

T = TypeVar("T")
OUTPUT = Annotated[Path | None, typer.Option(help="A file that only you can read, instead of standard output.")]
OTHERS = 0o077
_warned: set[str] = set()


def keep_files_private() -> None:
    """Files that this process and its children make are for their owner alone."""
    os.umask(OTHERS)


@asynccontextmanager
async def open_store() -> "AsyncIterator[Store]":
    """The configured database, closed at the end."""
    from helpdesk.platform.store import Store

    store = Store(load_settings().database_url.get_secret_value())
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_current_store() -> "AsyncIterator[Store]":
    """The same, at this release's version. Raises HelpdeskError, which says what to do, where it is at another."""
    from helpdesk.platform.store.schema import require_current

    async with open_store() as store:
        await require_current(store)
        yield store


def load_settings(*required: str, status: int = 1, warn: "Callable[[Misspelt], None] | None" = None) -> Settings:
    """Of the environment and `.env`. `warn` is told of each variable that was misspelt."""
    try:
        dot_env.load()
        for each in _not_warned_of():
            (warn or _complain_of)(each)
        return Settings.load(required=required)
    except (SettingsError, dot_env.BadEnvFile) as error:
        fail(*error.problems, status=status)


def _not_warned_of() -> list[Misspelt]:
    """One command may read the settings more than once."""
    found = [each for each in misspelt(os.environ) if each.name not in _warned]
    _warned.update(each.name for each in found)
    return found


def _complain_of(each: Misspelt) -> None:
    complain(f"warning: {each}")


def do(work: Coroutine[Any, Any, T], status: int = 1) -> T:
    """The result of `work`; a failure that has its own words ends the process with them, and with `status`."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(work)
    except StoreUnavailable as error:
        # Who runs this is the operator, who is not helped by being told to ask one.
        reason = getattr(error.__cause__, "orig", None) or error.__cause__
        fail(f"the database of HELPDESK_DATABASE_URL cannot be used: {type(reason).__name__}: {reason}", status=status)
    except HelpdeskError as error:
        advice = f" {ENGLISH(error.advice)}" if error.advice else ""
        fail(ENGLISH(error.text) + advice, status=status)


def _loop_factory() -> "Callable[[], asyncio.AbstractEventLoop] | None":
    """The quicker loop, where there is one: not on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def fail(*lines: str, status: int = 1) -> NoReturn:
    complain(*lines)
    raise typer.Exit(status)


def say(*cells: str) -> None:
    """One line on standard output, its cells with tabs between; nothing in it steers a terminal."""
    typer.echo("\t".join(map(visible, cells)))


def complain(*lines: str) -> None:
    for line in lines:
        typer.echo(f"helpdesk: {visible(' '.join(line.split()))}", err=True)


@contextmanager
def writing(output: Path | None) -> "Iterator[Callable[[str], object]]":
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
        fail(f"{output}: {error.strerror}")


def audit_keys(status: int = 1) -> "Keys":
    from helpdesk.audit.keys import Keys

    settings = load_settings("HELPDESK_SECRET_KEY", status=status)
    return Keys.of(settings.secret_key.get_secret_value(), settings.earlier_secrets)
