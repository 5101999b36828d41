"""What was deleted is taken out of SQLite's files, too: it leaves bytes behind, in free pages and in the log."""

import json
import mmap
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

BUSY_SECONDS = 5


def scrub(file: Path, traces: Collection[str]) -> bool:
    """Write all changes to the file itself and, where one of `traces` is still in its bytes, write it anew without.

    False where another process keeps it from that: then copies may remain. Blocks, for a large file some seconds.
    This process must have no connection to it.
    """
    if not file.exists():
        return True
    try:
        is_done = _with(file, _checkpoint)
        # While no connection is open here: to close a file takes away the locks that this process has on it.
        if _has(file, traces):
            is_done = _with(file, _anew)
    except sqlite3.OperationalError:
        return False
    return is_done


def _with(file: Path, work: Callable[[sqlite3.Connection], bool]) -> bool:
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        return work(connection)
    finally:
        connection.close()


def _anew(connection: sqlite3.Connection) -> bool:
    connection.execute("VACUUM")
    return _checkpoint(connection)


def _checkpoint(connection: sqlite3.Connection) -> bool:
    (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _has(file: Path, traces: Collection[str]) -> bool:
    if not file.stat().st_size:
        return False
    spelled = [form for each in traces for form in _spellings(each)]
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(each) >= 0 for each in spelled)


def _spellings(text: str) -> set[bytes]:
    """As it stands, in lower case as search has it, and as JSON has letters beyond ASCII."""
    return {form for each in (text, text.lower()) for form in (each.encode(), json.dumps(each)[1:-1].encode())}
