"""Messages of our own that Webex told us of, as it tells us of everyone's.

A call that broke before its answer leaves open whether the message was posted. One that we heard of, and
that no call of ours was answered with, may be that message.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.platform.identifiers import canonical_id

# Long enough for whoever takes up what a dead process left; few enough to weigh nothing.
REMEMBERED_SECONDS = 600
MOST_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """What messages are sent for: the how-manieth attempt at an event. `asked_at` is when it was asked, by Webex."""

    event_id: str
    asked_at: str
    number: int = 1

    def follows(self, other: "Attempt") -> bool:
        return self.event_id == other.event_id and self.number > other.number


class OwnMessages:
    def __init__(self) -> None:
        # UUID of the message -> (UUIDs of its space and of its thread's root, when we heard of it)
        self._heard: OrderedDict[str, tuple[str, str, float]] = OrderedDict()
        self._accounted: OrderedDict[str, Attempt] = OrderedDict()

    def heard(self, message: str, space: str, thread: str = "") -> None:
        """A transport told of a message of ours, in UUIDs; `thread` is empty outside of threads, or where not told."""
        if message not in self._accounted:
            self._heard[message] = (space, thread, time.monotonic())
            _shorten(self._heard)

    def heard_by_webhook(self, data: Mapping[str, Any]) -> None:
        message, space, thread = (canonical_id(str(data.get(name, ""))) for name in ("id", "roomId", "parentId"))
        if message and space:
            self.heard(message, space, thread or "")

    def account(self, message_id: str, attempt: Attempt) -> None:
        """This message, by its REST id, is one that was posted in this attempt, or found in it."""
        if message := canonical_id(message_id):
            self._heard.pop(message, None)
            self._accounted[message] = attempt
            _shorten(self._accounted)

    def may_be_of(self, attempt: Attempt, message_id: str) -> bool:
        """Whether it is not known to be another's; what earlier attempts at the same event posted is to be found."""
        by = self._accounted.get(canonical_id(message_id) or "")
        return by is None or attempt.follows(by)

    def candidates(self, attempt: Attempt, space_id: str, thread_id: str = "") -> list[str]:
        """UUIDs of what earlier attempts posted, then, newest first, of what nobody is known to have posted there."""
        wanted, oldest = canonical_id(space_id), time.monotonic() - REMEMBERED_SECONDS
        threads = ("", canonical_id(thread_id))
        before = [uuid for uuid, by in self._accounted.items() if attempt.follows(by)]
        heard = [
            uuid
            for uuid, (space, thread, at) in reversed(self._heard.items())
            if space == wanted and thread in threads and at > oldest
        ]
        return before + heard


def _shorten(entries: OrderedDict[str, Any]) -> None:
    if len(entries) > MOST_REMEMBERED:
        entries.popitem(last=False)
