"""Waiting for something to become true, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Rung at every change; whoever waits looks again at each ring."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def until(self, look: Callable[[], Found | None], seconds: float) -> Found:
        """What `look` returns once that is not None. Raises TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while (found := look()) is None:
                waiter = asyncio.get_running_loop().create_future()
                self._waiting.add(waiter)
                await waiter
        return found
