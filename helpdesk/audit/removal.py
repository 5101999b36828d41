"""Old rows are removed as policy says; the chain goes on from the last of them, and a row of its own tells of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import LOCKED_HEAD, append, locked_head, move_head
from helpdesk.platform.store.tables.audit import AuditRow, ToldHead

# One transaction's worth: some milliseconds on SQLite, where everyone else waits for it.
BATCH = 1_000
ACTION = "audit.remove"
_ROWS: Any = AuditRow.__table__  # type: ignore[attr-defined]
_TOLD: Any = ToldHead.__table__  # type: ignore[attr-defined]


def remove_older(session: Session, than: datetime, now: datetime, keys: Keys) -> int:
    """Remove up to BATCH rows from the beginning of the chain, as far as all are older; says how many they were."""
    connection = session.connection()
    connection.execute(LOCKED_HEAD)
    oldest = connection.execute(select(_ROWS.c.id, _ROWS.c.at, _ROWS.c.hash).order_by(_ROWS.c.id).limit(BATCH)).all()
    lapsed = list(takewhile(lambda row: row.at < than, oldest))
    if not lapsed:
        return 0
    last = lapsed[-1]
    append(session, [_told(last.id, last.hash, than, now)], keys)
    # Before the rows go: the database lets none go that this does not name.
    head = replace(locked_head(session), removed_to=last.id, removed_hash=last.hash)
    move_head(session, head, keys.current)
    connection.execute(delete(_ROWS).where(_ROWS.c.id <= last.id))
    # Of the last of them the hash is still known, of those before it nothing.
    connection.execute(delete(_TOLD).where(_TOLD.c.last_id < last.id))
    return len(lapsed)


def tells_of_removal(row: Mapping[str, Any], removed_to: int, removed_hash: str) -> bool:
    return (row["action"], row["subject"], row["outcome"]) == (ACTION, _subject(removed_to), removed_hash)


def _told(last_id: int, last_hash: str, than: datetime, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "actor": "the desk",
        "action": ACTION,
        "subject": _subject(last_id),
        "organization_id": None,
        "reason": f"HELPDESK_AUDIT_DAYS: older than {than:%Y-%m-%d %H:%M} UTC",
        "outcome": last_hash,
        "event_id": f"audit.remove:{last_id}",
    }


def _subject(last_id: int) -> str:
    return f"rows up to {last_id}"
