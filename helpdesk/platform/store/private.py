"""Files that hold personal data are for who runs the desk alone, whatever the umask, from their first moment on."""

import os
import stat
import threading
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote

import structlog
from sqlalchemy import make_url

log = structlog.get_logger()

OWNER_ALONE = 0o600
# Beside its file SQLite keeps these, which it makes with the file's own rights.
_BESIDE = ("", "-wal", "-shm", "-journal")
# To open and close a database's file takes away the locks that this very process holds on it (POSIX). So only a file
# that was not there is ever opened here, and nobody else goes on to open it until it is closed again.
_making = threading.Lock()
_told: set[str] = set()


def sqlite_file(url: str) -> Path | None:
    """The file of this SQLAlchemy URL; None for PostgreSQL, and for a database in memory."""
    parsed = make_url(url)
    name = parsed.database or ""
    if parsed.get_backend_name() != "sqlite" or name in ("", ":memory:"):
        return None
    if name.startswith("file:"):
        # SQLite's own form of a URL.
        if parsed.query.get("mode") == "memory":
            return None
        name = unquote(name.removeprefix("file:").partition("?")[0])
    return Path(os.path.realpath(name))


def keep_private(file: Path, *, make: bool = True) -> None:
    """Before SQLite opens `file`: it is made, or it and what lies beside it lose the rights of others.

    What cannot be changed is told in the log, once; what cannot be made, SQLite tells by itself.
    """
    with _making:
        if make:
            _make(file)
        for ending in _BESIDE:
            _tighten(file.with_name(file.name + ending))


def open_private(file: Path) -> TextIO:
    """To write text to, from its beginning; only its owner can read it, also where it was there before.

    Raises OSError.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, OWNER_ALONE)
    try:
        # Before anything is in it. A pipe or a terminal is somebody else's.
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, OWNER_ALONE)
            os.ftruncate(descriptor, 0)
    except OSError:
        os.close(descriptor)
        raise
    return open(descriptor, "w", encoding="utf-8", newline="")


def _make(file: Path) -> None:
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ALONE)
    except OSError:
        return
    # An umask may have taken away the owner's own rights.
    os.fchmod(descriptor, OWNER_ALONE)
    os.close(descriptor)


def _tighten(file: Path) -> None:
    try:
        mode = os.stat(file).st_mode
        if not stat.S_ISREG(mode) or not mode & 0o077:
            return
        os.chmod(file, OWNER_ALONE)
    except FileNotFoundError:
        return
    except OSError:
        _tell("file_stays_readable_by_others", file)
    else:
        _tell("file_was_readable_by_others", file)


def _tell(event: str, file: Path) -> None:
    if file.name not in _told:
        _told.add(file.name)
        log.warning(event, file=file.name)
