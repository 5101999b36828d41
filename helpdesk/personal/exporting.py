"""What is held about a person, as JSON: the rows about them whole, of others' rows only what names them.

No hash, no secret and no search key is in it: these are of no use to them, and of some to others.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from helpdesk.audit.reading import ROWS
from helpdesk.personal.pseudonyms import Pseudonyms
from helpdesk.personal.subject import DataSubject
from helpdesk.personal.traces import Row, Traces, rows_of, table_of
from helpdesk.platform.store.tables.audit import AuditRow

_LEFT_OUT = {"digest", "token", "code_hmac", "token_hash", "secret_hash", "search_name", "hash", "pseudonyms", "key_id"}


def exported(
    subject: DataSubject,
    traces: Sequence[Traces],
    audit: Sequence[Row],
    jobs: Sequence[Mapping[str, Any]],
    now: datetime,
) -> str:
    """One JSON object, indented; times are ISO 8601 in UTC."""
    held = {each.holding.called: _rows(each, subject) for each in traces if each.about or each.naming}
    if audit:
        held["audit"] = [_whole(row) for row in audit]
    if jobs:
        held["jobs"] = [_whole(row) for row in jobs]
    found = {
        "made at": now,
        "addresses": sorted(subject.addresses),
        "ids": sorted(subject.ids),
        "held": held,
    }
    return json.dumps(found, default=_plain, ensure_ascii=False, indent=2) + "\n"


def audited(session: Session, subject: DataSubject, pseudonyms: Pseudonyms) -> Sequence[Row]:
    """Rows of the audit about them or of what they did, oldest first; those with their pseudonym, too."""
    called = subject.called
    names = called.union(*map(pseudonyms.all_of, called))
    theirs = or_(*(column.in_(names) for column in (col(AuditRow.subject), col(AuditRow.actor))))
    return rows_of(session, select(ROWS).where(theirs).order_by(col(AuditRow.id)))


def _rows(traces: Traces, subject: DataSubject) -> list[dict[str, Any]]:
    keys = {each.name for each in table_of(traces.holding).primary_key.columns}
    naming = []
    for row in traces.naming:
        names = [name for name in traces.holding.words if name in keys or _is_theirs(traces, row, name, subject)]
        naming.append({name: row[name] for name in (*sorted(keys - set(names)), *names) if name not in _LEFT_OUT})
    return [*map(_whole, traces.about), *naming]


def _is_theirs(traces: Traces, row: Row, name: str, subject: DataSubject) -> bool:
    is_owner = any(subject.has(row[each]) for each in traces.holding.owned_by)
    return row[name] is not None and (is_owner or subject.is_named_in(row[name]))


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _LEFT_OUT}


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)
