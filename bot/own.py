"""Messages of our own that Webex told us of, as it tells us of everyone's.

A call that broke before its answer leaves open whether the message was posted. One that we heard of, and
that no call of ours was answered with, may be that message.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from helpdesk.identifiers import canonical_id

# Long enough for whoever takes up what a dead process left; few enough to weigh nothing.
REMEMBERED_SECONDS = 600
MOST_REMEMBERED = 2_000


class OwnMessages:
    def __init__(self) -> None:
        # UUID of the message -> (UUID of its space, when we heard of it)
        self._heard: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._accounted: OrderedDict[str, None] = OrderedDict()

    def heard(self, message: str, space: str) -> None:
        """A transport told of a message of ours; both are UUIDs."""
        if message not in self._accounted:
            self._heard[message] = (space, time.monotonic())
            _shorten(self._heard)

    def heard_by_webhook(self, data: Mapping[str, Any]) -> None:
        message, space = (canonical_id(str(data.get(name, ""))) for name in ("id", "roomId"))
        if message and space:
            self.heard(message, space)

    def account(self, message_id: str) -> None:
        """This message, by its REST id, is the one that a call of ours posted."""
        if message := canonical_id(message_id):
            self._heard.pop(message, None)
            self._accounted[message] = None
            _shorten(self._accounted)

    def is_accounted(self, message_id: str) -> bool:
        return canonical_id(message_id) in self._accounted

    def unaccounted(self, space_id: str) -> list[str]:
        """UUIDs of messages in a space (its REST id) that no call of ours is known to have posted, newest first."""
        wanted, oldest = canonical_id(space_id), time.monotonic() - REMEMBERED_SECONDS
        return [uuid for uuid, (space, at) in reversed(self._heard.items()) if space == wanted and at > oldest]


def _shorten(entries: OrderedDict[str, Any]) -> None:
    if len(entries) > MOST_REMEMBERED:
        entries.popitem(last=False)
