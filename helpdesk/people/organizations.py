"""Which organization a person belongs to, as Webex says: asked again behind the scenes, so that nobody waits for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

RENEW_SECONDS = 900
MOST_KNOWN = 10_000

Ask = Callable[[str], Awaitable[str]]


async def not_told(_: str) -> str:
    """Where nobody can be asked."""
    return ""


class Organizations:
    """`ask` is told the key of a person and gives that of their organization, empty where Webex does not tell it."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, tuple[float, str]] = {}  # person -> (when asked, organization)
        self._asking: dict[str, asyncio.Task[str]] = {}

    async def of(self, person_id: str) -> str:
        """Raises WebexError."""
        found = self._fresh(person_id)
        return await asyncio.shield(self._begin(person_id)) if found is None else found

    def heard(self, person_id: str) -> str:
        """What is known by now; what is not known, or old, is asked for meanwhile."""
        if self._fresh(person_id) is None:
            self._begin(person_id)
        return self._known.get(person_id, (0.0, ""))[1]

    def _fresh(self, person_id: str) -> str | None:
        asked_at, organization = self._known.get(person_id, (-float("inf"), ""))
        return organization if time.monotonic() - asked_at < RENEW_SECONDS else None

    def _begin(self, person_id: str) -> asyncio.Task[str]:
        known = self._asking.get(person_id)
        if known is None:
            known = self._asking[person_id] = asyncio.create_task(self._find_out(person_id))
            known.add_done_callback(_noted)
        return known

    async def _find_out(self, person_id: str) -> str:
        asked_at = time.monotonic()
        try:
            organization = await self._ask(person_id)
        finally:
            del self._asking[person_id]
        while len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[person_id] = (asked_at, organization)
        return organization


def _noted(task: asyncio.Task[str]) -> None:
    """Nobody may be waiting for it: then its failure is told here only."""
    if task.cancelled() or not (error := task.exception()):
        return
    log.warning("organization_not_told", error=type(error).__name__)
    if not isinstance(error, WebexError):
        log.error("person_organization_failed", exc_info=error)
