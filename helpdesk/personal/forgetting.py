"""A person is forgotten: what is about them goes, and where others' rows name them a pseudonym stands in their place.

All of it is one transaction, with the row of the audit that tells of it, which has the pseudonym, too. A second time
finds nothing, and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlmodel import Session, col

from helpdesk.audit.blinding import blind
from helpdesk.audit.keys import Keys
from helpdesk.audit.writing import append
from helpdesk.personal.holdings import Holding
from helpdesk.personal.pseudonyms import Pseudonyms
from helpdesk.personal.subject import DataSubject
from helpdesk.personal.traces import Row, Traces, is_named, is_theirs, rows_of, table_of
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store import batches, insert_once
from helpdesk.platform.store.tables.directory import Person
from helpdesk.platform.store.tables.people import Agent
from helpdesk.search.index import followed

OPERATOR = "the command line"


class StillAnAgent(Refused):
    """Who is named as an agent would be nobody's agent any more, unseen by those who named them."""

    def __init__(self) -> None:
        super().__init__(
            Text("This person is an agent of the desk. Nothing was changed."),
            Text("Take their role away first: helpdesk agents remove, HELPDESK_PARTNER_ADMINS."),
        )


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows went, had a pseudonym put in, and were blinded in the audit."""

    removed: int
    blinded: int
    audited: int


def require_no_agent(session: Session, subject: DataSubject) -> None:
    """Raises StillAnAgent. Who the environment names is for the caller to look at."""
    is_named = (col(Agent.email).in_(subject.addresses), col(Agent.removed_at).is_(None))
    if session.scalars(select(Agent).where(*is_named)).first():
        raise StillAnAgent


def forget(
    session: Session,
    subject: DataSubject,
    traces: Sequence[Traces],
    pseudonyms: Pseudonyms,
    address: str,
    keys: Keys,
    now: datetime,
) -> Forgotten:
    """Forget them, where `traces` were found; `address` is what they were asked for by. Raises StillAnAgent."""
    require_no_agent(session, subject)
    blinded = sum(_blind(session, each, subject, pseudonyms) for each in traces)
    removed = sum(_remove(session, each.holding, subject) for each in traces)
    audited = sum(blind(session, each) for each in sorted(subject.addresses))
    told = Forgotten(removed, blinded, audited)
    _audit(session, pseudonyms.of(address), told, keys, now)
    return told


def _remove(session: Session, holding: Holding, subject: DataSubject) -> int:
    theirs = is_theirs(holding, subject)
    if theirs is None:
        return 0
    statement = delete(table_of(holding)).where(theirs)
    if holding.model is not Person:
        return int(session.connection().execute(statement).rowcount)
    # The search forgets them by the same way as when a sync removes them.
    with followed(session, Person, sorted(subject.ids)):
        return int(session.connection().execute(statement).rowcount)


def _blind(session: Session, traces: Traces, subject: DataSubject, pseudonyms: Pseudonyms) -> int:
    """The rows that were found, as they are now."""
    holding, blinded = traces.holding, 0
    table = table_of(holding)
    keys = list(table.primary_key.columns)
    for piece in batches(traces.naming):
        key = tuple_(*keys) if len(keys) > 1 else keys[0]
        found = [tuple(row[each.name] for each in keys) for row in piece]
        among = key.in_(found if len(keys) > 1 else [only for (only,) in found])
        for row in rows_of(session, select(table).where(among)):
            if is_named(holding, row, subject):
                _put(session, holding, row, _without(holding, row, subject, pseudonyms))
                blinded += 1
    return blinded


def _without(holding: Holding, row: Row, subject: DataSubject, pseudonyms: Pseudonyms) -> dict[str, Any]:
    """What is to change in `row`."""
    is_owner = any(subject.has(row[name]) for name in holding.owned_by)
    changed: dict[str, Any] = {}
    for name in holding.words:
        column, value = table_of(holding).c[name], row[name]
        if value is None:
            continue
        if is_owner or column.foreign_keys:
            is_free = column.nullable and (is_owner or subject.is_named_in(value))
            new = None if is_free else pseudonyms.of(str(value))
        else:
            new = subject.blinded(value, pseudonyms.of)
        if new != value:
            changed[name] = new
    return changed


def _put(session: Session, holding: Holding, row: Row, changed: dict[str, Any]) -> None:
    table = table_of(holding)
    this: list[ColumnElement[bool]] = [each == row[each.name] for each in table.primary_key.columns]
    if changed.keys() & {each.name for each in table.primary_key.columns}:
        # There may be one with the pseudonym already, from the last time that they were forgotten.
        session.connection().execute(delete(table).where(*this))
        insert_once(session, holding.model, {**row, **changed})
    elif changed:
        session.connection().execute(update(table).where(*this).values(**changed))


def _audit(session: Session, pseudonym: str, told: Forgotten, keys: Keys, now: datetime) -> None:
    said = {
        "at": now,
        "actor": OPERATOR,
        "action": "person.forget",
        "subject": pseudonym,
        "organization_id": None,
        "reason": None,
        "outcome": f"rows removed: {told.removed}, blinded: {told.blinded}, of the audit: {told.audited}",
        "event_id": f"forget:{uuid4()}",
    }
    append(session, [said], keys)
