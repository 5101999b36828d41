"""Acts with an effect, done once for their event: worked on again after a crash, an event is told what came of it.

A provider of our own does its work inside `once`, in one transaction with the memory of it. A remote one cannot:
it lets `once` note what it is about to do, and only then does it, in calls that may be repeated
(a DELETE); after a crash in between, the note still says what was there.
"""

from collections.abc import Callable
from typing import TypeVar

from pydantic import TypeAdapter
from sqlmodel import Session

from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import insert_once
from helpdesk.platform.store.tables.events import CompletedAct

T = TypeVar("T")


def once(session: Session, event_id: str, name: str, shape: TypeAdapter[T], act: Callable[[], T]) -> T:
    """What `act` comes to, or came to when this event did it before; remembered as JSON of that `shape`.

    `name` tells the acts of one event apart. Where `act` raises, nothing is remembered.
    """
    # Noted before it is done: of two at once, the second waits here until the first has committed.
    is_first = insert_once(session, CompletedAct, {"event_id": event_id, "name": name, "result": {}, "at": utc_now()})
    noted = session.get_one(CompletedAct, (event_id, name))
    if not is_first:
        return shape.validate_python(noted.result)
    result = act()
    noted.result = shape.dump_python(result, mode="json")
    return result
