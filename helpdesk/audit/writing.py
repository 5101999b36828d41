"""Rows are added at the end of the chain, by one writer at a time; the head remembers where that is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from helpdesk.audit.chain import link, signature
from helpdesk.audit.keys import Key, Keys
from helpdesk.platform.store import insert_for
from helpdesk.platform.store.tables.audit import AuditHead, AuditRow

_HEADS: Any = AuditHead.__table__  # type: ignore[attr-defined]
_ROWS: Any = AuditRow.__table__  # type: ignore[attr-defined]
# Whoever adds waits here for whoever is adding, in whatever process; on SQLite a writer is alone anyway.
LOCKED_HEAD = select(_HEADS.c.last_id, _HEADS.c.last_hash, _HEADS.c.removed_to, _HEADS.c.removed_hash).with_for_update()
_MOVE_HEAD = update(_HEADS)
# However often an event is worked on, what came of it is told once. An id that is taken is another matter: somebody
# put a row there by hand, and to go on as if nothing were wrong would leave this act out.
_ADD = {
    dialect: insert_for(dialect)(_ROWS).on_conflict_do_nothing(
        index_elements=["event_id", "action", "subject", "outcome"]
    )
    for dialect in ("sqlite", "postgresql")
}


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the chain, and the last of those that were removed by policy (0 for none)."""

    last_id: int
    last_hash: str
    removed_to: int
    removed_hash: str

    def signature(self, key: Key) -> str:
        """Who has no key cannot set the head back to a row before, though they can read that one's hash."""
        return signature(key, "head", astuple(self))


def append(session: Session, acts: Sequence[Mapping[str, Any]], keys: Keys) -> Sequence[bool]:
    """Add rows that say this (all of chain.SAID but the id), less those whose event has them there already.

    Says of each whether it was added.
    """
    connection, key = session.connection(), keys.current
    head = locked_head(session)
    last_id, last_hash, added = head.last_id, head.last_hash, []
    for said in acts:
        row = {**said, "id": last_id + 1, "key_id": key.id}
        row["pseudonyms"], row["hash"] = link(row, last_hash, key)
        is_new = bool(connection.execute(_ADD[connection.dialect.name], row).rowcount)
        if is_new:
            last_id, last_hash = row["id"], row["hash"]
        added.append(is_new)
    if last_id > head.last_id:
        move_head(session, replace(head, last_id=last_id, last_hash=last_hash), key)
    return added


def begin(session: Session, keys: Keys) -> None:
    """Sign the head of an audit without rows, once: from now on, rows that are all gone are missed."""
    head = locked_head(session)
    if not head.last_id and not session.connection().scalar(select(_HEADS.c.signature)):
        move_head(session, head, keys.current)


def locked_head(session: Session) -> Head:
    return Head(*session.connection().execute(LOCKED_HEAD).one())


def move_head(session: Session, head: Head, key: Key) -> None:
    session.connection().execute(_MOVE_HEAD, {**asdict(head), "key_id": key.id, "signature": head.signature(key)})


def storable(text: str) -> str:
    """`text` with what not every database takes written out: no act is left out for how its subject is spelled."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
