"""What one process is told of who comes and goes, told to all: a count in the store.

A webhook's delivery reaches one process only. The others read the count before each answer, in the one statement
that tells who of those there is an agent (helpdesk.people.standing).
"""

from sqlmodel import Session

from helpdesk.platform.store import insert_for
from helpdesk.platform.store.tables.people import SpaceChange


def note_change(session: Session, space: str) -> None:
    table = SpaceChange.__table__  # type: ignore[attr-defined]
    insert = insert_for(session.get_bind().dialect.name)(table).values(space=space, changes=1)
    more = {"changes": table.c.changes + 1}
    session.connection().execute(insert.on_conflict_do_update(index_elements=["space"], set_=more))
