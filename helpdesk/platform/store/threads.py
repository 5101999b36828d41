"""Threads that do work for the loop, handed over in bunches: what comes while all are busy goes over in one piece.

A thread pool of the standard library wakes a thread, and the loop, for every single call; for calls as
short as ours that costs as much as they do.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

# Results of a bunch come together: the first waits for the last.
MOST_IN_BUNCH = 16
Call = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Threads:
    """`count` daemon threads, called `name`. Asked from one loop at a time."""

    def __init__(self, count: int, name: str) -> None:
        self._waiting: deque[Call] = deque()
        self._bunches: SimpleQueue[Sequence[Call] | None] = SimpleQueue()
        self._idle = count
        self._threads = [threading.Thread(target=self._work, name=f"{name}_{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def run(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """What `work` gives, or raises, in a thread; calls are begun in the order they were made."""
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, result))
        self._hand_over()
        return result

    def close(self) -> None:
        """Let what was handed over end; blocks until then."""
        for _ in self._threads:
            self._bunches.put(None)
        for thread in self._threads:
            thread.join()

    def _hand_over(self) -> None:
        if self._idle and self._waiting:
            self._idle -= 1
            count = min(len(self._waiting), MOST_IN_BUNCH)
            self._bunches.put([self._waiting.popleft() for _ in range(count)])

    def _work(self) -> None:
        while (bunch := self._bunches.get()) is not None:
            outcomes = [_outcome(work) for work, _ in bunch]
            futures = [future for _, future in bunch]
            try:
                futures[0].get_loop().call_soon_threadsafe(self._done, futures, outcomes)
            except RuntimeError:  # the loop was closed meanwhile: nobody waits any more
                self._idle += 1

    def _done(self, futures: Sequence["asyncio.Future[Any]"], outcomes: Sequence[tuple[Any, Any]]) -> None:
        self._idle += 1
        for future, (result, error) in zip(futures, outcomes, strict=True):
            if future.done():  # cancelled
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
        self._hand_over()


def _outcome(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return work(), None
    except BaseException as error:  # theirs, who wait for it
        return None, error
