"""What one process is told of who comes and goes, told to all: a count in the store.

A webhook's delivery reaches one process only. The others read the count together with the limits of those who are
there, in one statement, before each answer.
"""

from collections.abc import Collection

from sqlalchemy import String, cast, literal, select, union_all
from sqlmodel import Session, col

from helpdesk.store import insert_for
from helpdesk.store.tables import AgentCustomer, SpaceChange


def note_change(session: Session, space: str) -> None:
    table = SpaceChange.__table__  # type: ignore[attr-defined]
    insert = insert_for(session.get_bind().dialect.name)(table).values(space=space, changes=1)
    more = {"changes": table.c.changes + 1}
    session.connection().execute(insert.on_conflict_do_update(index_elements=["space"], set_=more))


def limits_and_changes(
    session: Session, addresses: Collection[str], space: str
) -> tuple[Collection[frozenset[str]], int]:
    """The customers of each of these who is limited to some; and how often somebody came into this space or went."""
    of_agents = select(col(AgentCustomer.email), col(AgentCustomer.organization_id), literal(0)).where(
        col(AgentCustomer.email).in_(addresses)
    )
    # No address is empty.
    of_space = select(literal(""), cast(literal(""), String), col(SpaceChange.changes)).where(
        col(SpaceChange.space) == space
    )
    limits: dict[str, set[str]] = {}
    changes = 0
    for email, customer, count in session.connection().execute(union_all(of_agents, of_space)):
        if email:
            limits.setdefault(email, set()).add(customer)
        else:
            changes = count
    return {frozenset(each) for each in limits.values()}, changes
