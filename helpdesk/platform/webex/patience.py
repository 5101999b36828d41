"""How long whoever calls Webex can wait when it asks for patience, and whether it asks for it right now.

Both belong to the task that calls, and to those it starts.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Real waits reach minutes.
LONGEST_WAIT_SECONDS = 600.0
# Of one call, over all its tries.
LONGEST_PATIENCE_SECONDS = 1800.0

_longest: ContextVar[float] = ContextVar("longest", default=LONGEST_WAIT_SECONDS)
_asked: ContextVar["Asked | None"] = ContextVar("asked", default=None)


class Asked:
    """Whether Webex asks for patience: `begins` is set as long as a call waits because it said so."""

    def __init__(self) -> None:
        self.begins = asyncio.Event()
        self._waits = 0

    def more(self, by: int) -> None:
        self._waits += by
        if self._waits:
            self.begins.set()
        else:
            self.begins.clear()


def longest_wait() -> float:
    """Seconds that a call may wait before it is made again."""
    return _longest.get()


@contextmanager
def waits_at_most(seconds: float) -> Iterator[None]:
    """What is to wait longer fails instead, and says in `retry_after` how long."""
    before = _longest.set(seconds)
    try:
        yield
    finally:
        _longest.reset(before)


@contextmanager
def noticed() -> Iterator[Asked]:
    """Tells whether calls made within wait for Webex."""
    asked = Asked()
    before = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(before)


async def wait(seconds: float) -> None:
    """Wait as Webex asked, so that whoever looks notices."""
    asked = _asked.get()
    if asked is None:
        await asyncio.sleep(seconds)
        return
    asked.more(1)
    try:
        await asyncio.sleep(seconds)
    finally:
        asked.more(-1)
