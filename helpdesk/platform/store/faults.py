"""Why the database cannot be read or written, in a few words for operators that hold no secret."""

from helpdesk.platform.store import StoreUnavailable
from helpdesk.platform.store.sqlite_file import DatabaseFileGone

_CANNOT = "cannot be reached"
# By the beginning of SQLite's error names, and of PostgreSQL's SQLSTATEs.
_SQLITE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "is read-only",
    "SQLITE_IOERR": "the disk cannot be written or read",
    "SQLITE_BUSY": "is locked by another program",
    "SQLITE_CANTOPEN": "its file cannot be opened",
    "SQLITE_CORRUPT": "its file is damaged",
    "SQLITE_NOTADB": "its file is no database",
}
_POSTGRESQL = {
    "53100": "the disk is full",
    "25006": "is read-only",
    "53300": "has no connection left",
    "28": "refuses the login",
    "3D": "is not there",
    "57": "is shutting down",
}


def reason(error: StoreUnavailable) -> str:
    cause = error.__cause__
    if isinstance(cause, DatabaseFileGone):
        return "its file was deleted or replaced"
    original = getattr(cause, "orig", cause)
    name = str(getattr(original, "sqlite_errorname", "") or "")
    state = str(getattr(original, "sqlstate", "") or "")
    found = (words for start, words in _SQLITE.items() if name.startswith(start))
    found_state = (words for start, words in _POSTGRESQL.items() if state.startswith(start))
    return next(found, None) or next(found_state, None) or _CANNOT
