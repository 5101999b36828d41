"""`helpdesk import`: the directory from a file, or a mail provider's suppression list from its export."""

from pathlib import Path

from bot.cli.command_line import complain, do, fail, open_current_store
from bot.cli.command_line import say as _say
from helpdesk.bulk.exports import Export, read_export
from helpdesk.directory.importing import BadImportFile, import_file, parse
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import upsert
from helpdesk.platform.store.tables.mail import Reason, Suppression

MOST_BYTES = 256 * 1024 * 1024
# Of lines that were left out, so many are named; all are counted.
MOST_NAMED = 20


def import_directory(file: Path) -> None:
    async def work() -> dict[str, int]:
        async with open_current_store() as store:
            return await import_file(store, parse(file.read_bytes()))  # noqa: ASYNC240 - one file, at a prompt

    try:
        counts = do(work())
    except BadImportFile as error:
        fail(*(f"{file.name}: {problem}" for problem in error.problems), f"{file.name}: nothing was imported")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    unknown = counts.pop("unknown")
    _say("imported: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    if unknown:
        _say(f"left out: {unknown} licenses or roles of people that the file does not describe")


def import_suppressions(file: Path, reason: str) -> None:
    """All addresses of the file go in, or none; a second time changes nothing."""
    if reason and reason not in set(Reason):
        fail(f"--reason must be one of: {', '.join(Reason)}", status=2)
    export = _read(file, Reason(reason) if reason else None)

    async def work() -> None:
        async with open_current_store() as store:
            await store.write(upsert, Suppression, export.rows)

    if export.rows:
        do(work())
    _say(f"imported: {len(export.rows)} suppressions")
    _tell_left_out(export)


def _read(file: Path, reason: Reason | None) -> Export:
    try:
        if file.stat().st_size > MOST_BYTES:
            fail(f"{file.name}: larger than {MOST_BYTES // 1024**2} MB: split it", f"{file.name}: nothing was imported")
        return read_export(file.read_bytes(), reason)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except HelpdeskError as error:
        words = [ENGLISH(text) for text in (error.text, error.advice) if text]
        fail(f"{file.name}: {' '.join(words)}", f"{file.name}: nothing was imported")


def _tell_left_out(export: Export) -> None:
    if not export.left_out:
        return
    complain(*(f"left out: line {number}: {text}" for number, text in export.left_out[:MOST_NAMED]))
    complain(f"left out: {len(export.left_out)} lines that hold no address, or not why it is held back")
