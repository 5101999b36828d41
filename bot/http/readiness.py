"""Whether the process can work: what it depends on, asked when somebody wants to know.

Each check says None when all is well, else what is wrong in a few words that hold no secret. Answers are
reused for a while and asked for once at a time, so that asking us often asks the database and Webex no more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col

from helpdesk.platform.clock import utc_now
from helpdesk.platform.recently import Recently
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.faults import reason
from helpdesk.platform.store.tables.events import Process

log = structlog.get_logger()

Check = Callable[[], Awaitable[str | None]]
CHECK_SECONDS = 2
REUSED_SECONDS = 2
# What stays wrong is logged again after so long.
TOLD_SECONDS = 60
OK = "ok"


class Readiness:
    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._asking: asyncio.Task[dict[str, str]] | None = None
        self._answered_at = 0.0
        self._told = Recently(TOLD_SECONDS)

    async def answers(self) -> dict[str, str]:
        """For every check, by name, "ok" or what is wrong; within CHECK_SECONDS."""
        if self._asking is None or (self._asking.done() and time.monotonic() - self._answered_at >= REUSED_SECONDS):
            self._asking = asyncio.create_task(self._ask())
        # Others wait for the same answers; whoever goes away must not end that.
        return await asyncio.shield(self._asking)

    async def stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    async def _ask(self) -> dict[str, str]:
        found = await asyncio.gather(*(_answer(name, check) for name, check in self._checks.items()))
        self._answered_at = time.monotonic()
        answers = dict(zip(self._checks, found, strict=True))
        for name, answer in answers.items():
            if answer != OK and self._told.is_first(f"{name} {answer}"):
                log.warning("not_ready", check=name, reason=answer)
        return answers


async def _answer(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check() or OK
    except TimeoutError:
        return "does not answer in time"
    except Exception as error:  # a check that fails says no; what it fails with may hold a secret
        log.warning("readiness_check_failed", check=name, exc_info=error)
        return "failed"


def database_writes(store: Store, process: str) -> Check:
    """Whether the database takes a row: one that can only be read serves nobody. `process` is our name in it."""

    async def check() -> str | None:
        try:
            await store.write(_write, f"{process} readiness")
        except StoreUnavailable as error:
            return reason(error)
        return None

    return check


def _write(session: Session, name: str) -> None:
    """A row goes in and out again: it reaches the disk, and nobody else ever sees it."""
    session.add(Process(name=name, transport="", started_at=utc_now(), seen_at=utc_now()))
    session.flush()
    session.exec(delete(Process).where(col(Process.name) == name))
