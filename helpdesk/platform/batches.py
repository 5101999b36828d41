"""What comes while the last batch is being written goes into the next: a busy moment costs few transactions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST = 200


class Batches(Generic[T, R]):
    """`write` is given items in the order they were added, one batch at a time, and gives a result for each."""

    def __init__(self, write: Callable[[list[T]], Awaitable[Sequence[R]]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._writing: asyncio.Task[None] | None = None

    def add(self, item: T) -> asyncio.Future[R]:
        """Resolves to the item's result once its batch is written, or to what `write` raised."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, result))
        if self._writing is None:
            self._writing = loop.create_task(self._write_all())
        return result

    @property
    def tasks(self) -> tuple[asyncio.Task[None], ...]:
        """What is being written, to be waited for."""
        return (self._writing,) if self._writing else ()

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._write_one(batch)
        finally:
            self._writing = None

    async def _write_one(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._write([item for item, _ in batch])
        except Exception as error:  # theirs, who wait for it
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(error)
        else:
            for (_, waiting), result in zip(batch, results, strict=True):
                if not waiting.done():
                    waiting.set_result(result)
