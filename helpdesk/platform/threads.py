"""One call in a thread of its own: what hangs there neither holds up others nor keeps the process from ending."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def in_thread(name: str, work: Callable[[], T], seconds: float | None = None) -> T:
    """What `work` gives, or raises, in a daemon thread called `name`; TimeoutError after `seconds`.

    A thread of asyncio.to_thread, still waiting, would hold up the process's end.
    """
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # raised again where it is awaited
            outcome.set_exception(error)
        else:
            outcome.set_result(result)

    threading.Thread(target=run, name=name, daemon=True).start()
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(outcome)
