"""The store as a sync writes to it: one small piece at a time, so that whoever else writes waits for one at most."""

import asyncio
from typing import TypeVar

from helpdesk.platform.store import P, Store, Work

# Records in a piece: some milliseconds on SQLite, with what the search finds them by.
PIECE = 25

T = TypeVar("T")


class GentleStore(Store):
    """The same database as `store`'s, which goes on to be its owner."""

    def __init__(self, store: Store) -> None:
        self.database = store.database
        self._one_at_a_time = asyncio.Lock()

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._one_at_a_time:
            return await super().write(work, *args, **kwargs)
