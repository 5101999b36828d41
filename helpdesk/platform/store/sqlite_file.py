"""The file of an SQLite database: whether it is still the one that was opened.

SQLite goes on with a file that was deleted or replaced, and whatever it writes is lost with it.
"""

import os

import structlog
from sqlalchemy import URL

log = structlog.get_logger()


class DatabaseFileGone(OSError):
    """What is written now would go into nothing. Stays until the process is started again."""


class DatabaseFile:
    def __init__(self, url: URL) -> None:
        name = url.database or ":memory:"
        # Kept as it is now: the working directory may change. An SQLite URI or memory is nothing to look at.
        self._path = None if name == ":memory:" or name.startswith("file:") else os.path.abspath(name)
        self._known: tuple[int, int] | None = None
        self._is_gone = False

    def opened(self) -> None:
        """A connection was made; the first one says which file it is."""
        if self._known is None:
            self._known = self._identity()

    def check(self) -> None:
        """Raises DatabaseFileGone where another file is there now, or none."""
        if self._is_gone or (self._known is not None and self._identity() != self._known):
            if not self._is_gone:
                self._is_gone = True
                log.error("database_file_gone", fix="stop the desk, put the file back or restore a backup, start it")
            raise DatabaseFileGone

    def _identity(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino
