"""A stage on a loop of its own, for a real browser, whose calls block the test's."""

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import Any

from helpdesk.platform.store import Store
from tests.bot.pages.viewers import Stage, open_stage
from tests.databases import Sqlite


class Serving:
    def __init__(self, sqlite: Sqlite) -> None:
        self._sqlite = sqlite
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._stack = AsyncExitStack()
        self.stage: Stage

    def __enter__(self) -> "Serving":
        self._thread.start()
        self.stage = self.run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _open(self) -> Stage:
        store = Store(await self._stack.enter_async_context(self._sqlite.fresh("demo")))
        self._stack.push_async_callback(store.close)
        return await self._stack.enter_async_context(open_stage(store))
