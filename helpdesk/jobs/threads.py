"""Threads in which DBOS waits for its database, as long as that takes."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def in_thread(function: Callable[[], T], seconds: float | None) -> T:
    """Its result, or TimeoutError. A thread of an executor, still waiting, would hold up the process's end."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = function()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="jobs", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(future)


def has_stuck_threads() -> bool:
    """Whether DBOS, ended, has threads that wait on. Its idle ones end at once."""
    own = [thread for thread in threading.enumerate() if thread.name.startswith("dbos-executor")]
    for thread in own:
        thread.join(0.1)
    return any(thread.is_alive() for thread in own)
