"""Edited questions: which event answers which wording, so that each is answered once, whoever hears of it first.

An edit is told as an event of its own, and the message read for it, or for the first event, is the newest wording. So
what is answered is the wording: the first event that read it, by any process and in either way in. What was never
edited asks the database nothing.
"""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from bot.events.claims import Taken
from bot.webex.events import Arrival, Typed
from helpdesk.platform.store import Store, StoreUnavailable, insert_once
from helpdesk.platform.store.tables.events import ClaimedEvent, CompletedAct

# An edit that comes as soon as this takes the place of a question that is not answered yet.
REPLACED_SECONDS = 3
MOST_REMEMBERED = 2_000


class Edits:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: OrderedDict[str, datetime] = OrderedDict()  # UUID of a message -> when its first edit was told

    def heard(self, arrival: Arrival) -> None:
        """A way in told of an edit."""
        if arrival.edit:
            self._heard.setdefault(arrival.uuid, datetime.now(UTC))
            if len(self._heard) > MOST_REMEMBERED:
                self._heard.popitem(last=False)

    def is_replaced(self, taken: Taken, asked: Typed) -> bool:
        """Whether the wording that was read has made way for a newer one, which another event answers."""
        at = self._heard.get(taken.arrival.uuid)
        is_first = not taken.arrival.edit and not asked.updated
        return is_first and at is not None and at - taken.received_at <= timedelta(seconds=REPLACED_SECONDS)

    async def is_replaced_elsewhere(self, taken: Taken, asked: Typed) -> bool:
        """The same, where another process was told of the edit: it waits in the store until this event is answered.

        Asked of webhooks' events alone: of those, one process hears; a websocket tells every process.
        """
        arrival = taken.arrival
        if arrival.edit or asked.updated or not arrival.rest_id:
            return False
        try:
            at = await self._store.read(_first_edit, arrival.lane, f"{arrival.event_id}:")
        except StoreUnavailable:
            return False
        return at is not None and at - taken.received_at <= timedelta(seconds=REPLACED_SECONDS)

    async def is_to_answer(self, taken: Taken, asked: Typed) -> bool:
        """Whether this event is the one that answers this wording. Raises StoreUnavailable."""
        arrival = taken.arrival
        if self.is_replaced(taken, asked):
            return False
        if arrival.edit and asked.actor_id != arrival.actor_id:
            return False  # nobody edits what another wrote
        if arrival.edit == "update" and not asked.updated:
            return False  # something else of the message was updated
        if not asked.updated:
            return True
        return await self._store.write(
            _claim, f"message:{arrival.uuid}", f"wording of {asked.updated}", arrival.event_id
        )


def _first_edit(session: Session, lane: str, beginning: str) -> datetime | None:
    """When the first of the edits was told that wait in this lane."""
    waiting = select(ClaimedEvent.event_id, ClaimedEvent.received_at).where(
        col(ClaimedEvent.lane) == lane, col(ClaimedEvent.done_at).is_(None)
    )
    return min((at for event_id, at in session.exec(waiting) if event_id.startswith(beginning)), default=None)


def _claim(session: Session, message: str, wording: str, event_id: str) -> bool:
    row = {"event_id": message, "name": wording, "result": {"by": event_id}, "at": datetime.now(UTC)}
    return (
        insert_once(session, CompletedAct, row)
        or session.get_one(CompletedAct, (message, wording)).result.get("by") == event_id
    )
