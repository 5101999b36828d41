"""What was written while nobody listened: asked of Webex after a start or a lost link, and answered.

Edits too, where they are listed: which wording was answered already is known (bot/events/edits.py). No presses: they
cannot be listed with a bot's token, so whoever pressed in vain presses again; a card that has become too old by then
says how to go on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.webex.events import Arrival, arrivals_of_message
from bot.webex.messages import Me, Space, Webex
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

LOOK_BACK = timedelta(hours=24)
# Told before the link was lost and written later, or the other way round; what is known already does no harm.
OVERLAP = timedelta(minutes=2)
CORRECTED_WITHIN = timedelta(minutes=10)
SPACES_AT_ONCE = 5
TRY_AGAIN_SECONDS = 10

Take = Callable[[Arrival], "asyncio.Future[bool]"]


class Missed:
    """Asks once at a time; a gap that opens meanwhile is asked for afterwards."""

    def __init__(self, webex: Webex, take: Take, me: Me, now: Clock = utc_now) -> None:
        self._webex = webex
        self._take = take
        self._me = me
        self._now = now
        self._since: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    def since(self, moment: datetime) -> None:
        """Somebody may have written since `moment` without our hearing of it."""
        self._since = min(moment, self._since or moment)
        if self._asking is None:
            self._asking = asyncio.get_running_loop().create_task(self._ask())

    async def stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _ask(self) -> None:
        try:
            while self._since is not None:
                since, self._since = self._since, None
                try:
                    told = await self._take_since(_beginning(since, self._now()))
                    log.info("catch_up_done", messages=told)
                except WebexError as error:
                    log.warning("catch_up_failed", exc_info=error)
                    self._since = min(since, self._since or since)
                    await asyncio.sleep(TRY_AGAIN_SECONDS)
        finally:
            self._asking = None

    async def _take_since(self, moment: datetime) -> int:
        """Hand over every message since `moment`, oldest first; how many there were."""
        text = _as_webex_writes(moment)
        # Webex does not say whether an edit makes a space active: most correct what they wrote just before.
        spaces = await self._webex.spaces_active_since(_as_webex_writes(moment - CORRECTED_WITHIN))
        at_once = asyncio.Semaphore(SPACES_AT_ONCE)

        async def of(space: Space) -> list[tuple[str, Arrival]]:
            async with at_once:
                messages = await self._listed(space, text)
            # Listed newest first: of what was written within one millisecond, too, the first one has to come first.
            return [pair for each in reversed(messages) for pair in arrivals_of_message(each, text)]

        found = sorted(
            (pair for pairs in await asyncio.gather(*map(of, spaces)) for pair in pairs), key=lambda pair: pair[0]
        )
        theirs = [arrival for _, arrival in found if arrival.actor_id != self._me.id]
        # Known ones come out again as known. Where the store is away, it is for the next gap to ask once more.
        stored = await asyncio.gather(*map(self._take, theirs))
        if not all(stored):
            raise WebexError(None)
        return len(theirs)

    async def _listed(self, space: Space, text: str) -> Sequence[Mapping[str, Any]]:
        """The messages since then; none of a space that Webex does not let us list: others are not to wait for it."""
        try:
            return await self._webex.messages_since(space, text)
        except WebexError as error:
            if error.status not in (400, 403, 404):
                raise
            log.warning("catch_up_space_failed", status=error.status, tracking_id=error.tracking_id)
            return []


def _as_webex_writes(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _beginning(since: datetime, now: datetime) -> datetime:
    """From when on to ask; a time yet to come was told by a clock that has been set back, and says nothing."""
    return now - LOOK_BACK if since > now else max(since - OVERLAP, now - LOOK_BACK)
