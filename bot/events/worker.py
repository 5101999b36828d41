"""What is heard becomes work: stored, claimed, answered, marked done, and nothing of it lost on the way.

A bounded number of events is in work; the rest wait in the store. Transports tell of events by `take`,
and may forget one once its future says that it is stored.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from bot.events.claims import Finished, Taken
from bot.events.handler import Answering
from bot.events.inbox import MOST_ATTEMPTS, RENEW_SECONDS, EventClaim, Inbox
from bot.events.ordering import Lanes, Turn
from bot.webex.events import Arrival
from helpdesk.platform.batches import Batches
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.recently import Recently
from helpdesk.platform.store import StoreUnavailable
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

# At once: of everyone, and of one person in one space. Two calls of 150 ms each let 24 be 75 answers a second.
IN_WORK = 1_000
OF_ONE_LANE = 24
# Who floods is told once in this time.
PATIENCE_SECONDS = 60
# A database that restarts is back within this time; transports wait that long for their yes or no.
STORE_AGAIN_SECONDS = (0.1, 0.4, 1.0, 1.5)
FINISH_AGAIN_SECONDS = 0.5
# Between two looks for what waits, so that a flood does not turn into as many looks.
LOOK_AGAIN_SECONDS = 0.02


class Worker:
    """Takes events from any transport and sees to it that each is answered once."""

    def __init__(self, inbox: Inbox, answering: Answering, metrics: Metrics) -> None:
        self.inbox = inbox
        # Told the time of an event that is not in the store and whose sender could not be told so.
        self.on_unanswered: Callable[[datetime], None] = lambda _: None
        self._answering = answering
        self._metrics = metrics
        self._lanes = Lanes()
        self._held: set[str] = set()
        self._answered: set[str] = set()  # of these, what the store does not know yet
        self._adding: Batches[Arrival, bool] = Batches(self._add)
        self._finishing: Batches[Finished, None] = Batches(self._finish)
        self._some_wait = asyncio.Event()
        self._told_of_flood = Recently(PATIENCE_SECONDS)
        self._told_of_outage = Recently(PATIENCE_SECONDS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_draining = False

    def take(self, arrival: Arrival) -> asyncio.Future[bool]:
        """Resolves to whether the event is in the store now, whoever works on it. Never raises."""
        self._answering.edits.heard(arrival)
        return self._adding.add(arrival)

    async def keep_going(self) -> None:
        """Renew what is in work, and take up what waits or what dead processes left; runs until cancelled."""
        await asyncio.gather(_for_ever(self._renew), _for_ever(self._take_waiting))

    async def drain(self, seconds: float) -> None:
        """Take up nothing more and wait for what is in work; what is not done by then is handed back."""
        self._is_draining = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self.rest(), seconds)
        for task in self._tasks:
            task.cancel()
        if left := self._held - self._answered:
            log.warning("events_released", events=len(left))
            with suppress(StoreUnavailable):
                await self.inbox.hand_back(left)

    async def rest(self) -> None:
        """Wait until nothing is in work."""
        while pending := {*self._tasks, *self._adding.tasks}:
            await asyncio.wait(pending)

    async def _add(self, arrivals: list[Arrival]) -> list[bool]:
        try:
            added = await self._add_patiently(self._with_room(arrivals))
        except Exception as error:  # whatever it is, the transport is told that nothing was stored
            log.error("event_store_failed", events=len(arrivals), exc_info=error)
            for arrival in arrivals:
                self._begin(self._apologise(arrival, error))
            return [False] * len(arrivals)
        for arrival, (claim, received_at) in zip(arrivals, added, strict=True):
            self._added(Taken(arrival, 1, received_at), claim)
        return [True] * len(arrivals)

    def _with_room(self, arrivals: list[Arrival]) -> list[tuple[Arrival, bool]]:
        """Each with whether there is room to work on it now."""
        room, in_lane, told = IN_WORK - len(self._held), Counter[str](), []
        for arrival in arrivals:
            has_room = room > 0 and self._lanes.busy(arrival.lane) + in_lane[arrival.lane] < OF_ONE_LANE
            in_lane[arrival.lane] += has_room
            room -= has_room
            told.append((arrival, has_room))
        return told

    async def _add_patiently(self, told: list[tuple[Arrival, bool]]) -> list[tuple[EventClaim, datetime]]:
        for tried, wait in enumerate(STORE_AGAIN_SECONDS):
            try:
                return await self.inbox.add(told, again=tried > 0)
            except StoreUnavailable as error:
                log.warning("event_store_retried", events=len(told), exc_info=error)
            await asyncio.sleep(wait)
        return await self.inbox.add(told, again=True)

    def _added(self, taken: Taken, claim: EventClaim) -> None:
        match claim:
            case EventClaim.OURS if (
                taken.arrival.event_id not in self._held
            ):  # where it lapsed, it was taken up meanwhile
                self._work_on(taken)
            case EventClaim.WAITS:
                self._some_wait.set()
                if self._lanes.busy(taken.arrival.lane) >= OF_ONE_LANE:
                    self._begin(self._ask_for_patience(taken))
            case _:
                self._metrics.duplicates.inc()

    def _work_on(self, taken: Taken) -> None:
        self._held.add(taken.arrival.event_id)
        self._begin(self._work(taken, self._lanes.turn(taken.arrival.lane)))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, taken: Taken, turn: Turn) -> None:
        """Answer an event of ours. Where Webex cannot be reached its claim lapses, and it is taken up again."""
        arrival = taken.arrival
        structlog.contextvars.bind_contextvars(event_id=arrival.event_id)
        try:
            outcome = await self._answering.answer(taken, turn)
        except Exception as error:
            log.error("event_failed", exc_info=error, attempt=taken.attempt)
            is_lost = taken.attempt > MOST_ATTEMPTS and not _may_pass(error)
            # A space that the bot was taken out of, an answer that Webex refuses: never to be answered.
            outcome = "given up" if is_lost else ""
        finally:
            self._lanes.leave(turn)
        if outcome:
            self._answered.add(arrival.event_id)
            self._metrics.event(arrival.kind, outcome, (datetime.now(UTC) - taken.received_at).total_seconds())
            await self._finishing.add(Finished(arrival.event_id, arrival.lane, outcome))
        self._answered.discard(arrival.event_id)
        self._held.discard(arrival.event_id)

    async def _finish(self, finished: list[Finished]) -> Sequence[None]:
        """Answered is answered: until the database knows, the event is kept from being taken up again."""
        while True:
            try:
                if await self.inbox.finish(finished):
                    self._some_wait.set()
                return [None] * len(finished)
            except StoreUnavailable as error:
                log.warning("event_completion_retried", events=len(finished), exc_info=error)
            await asyncio.sleep(FINISH_AGAIN_SECONDS)

    async def _ask_for_patience(self, taken: Taken) -> None:
        if not self._told_of_flood.is_first(taken.arrival.actor_id):
            return
        structlog.contextvars.bind_contextvars(event_id=taken.arrival.event_id)
        try:
            await self._answering.ask_for_patience(taken)
        except HelpdeskError as error:
            log.warning("patience_not_told", exc_info=error)

    async def _apologise(self, arrival: Arrival, error: Exception) -> None:
        """Once, however often the transport tells of the event while the database is away."""
        if not isinstance(error, HelpdeskError) or not self._told_of_outage.is_first(arrival.event_id):
            return
        structlog.contextvars.bind_contextvars(event_id=arrival.event_id)
        heard_at = datetime.now(UTC)
        try:
            await self._answering.apologise(Taken(arrival, 1, heard_at), error)
        except HelpdeskError as failure:
            log.error("failure_not_told", exc_info=failure)
            self.on_unanswered(heard_at)

    async def _renew(self) -> None:
        if self._held:
            await self.inbox.renew(tuple(self._held))
        self._metrics.in_work.set(len(self._held))
        self._metrics.waiting.set(await self.inbox.depth())
        await asyncio.sleep(RENEW_SECONDS)

    async def _take_waiting(self) -> None:
        room = 0 if self._is_draining else IN_WORK - len(self._held)
        if room <= 0:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            return
        taken, more = await self.inbox.take(room, OF_ONE_LANE, self._held)
        for each in taken:
            if each.attempt > 1:
                log.info("event_taken_over", event_id=each.arrival.event_id, attempt=each.attempt)
                self._metrics.retaken.inc()
            self._work_on(each)
            # Told by another process, its flood may have waited in the store from the first line on.
            if self._lanes.busy(each.arrival.lane) >= OF_ONE_LANE:
                self._begin(self._ask_for_patience(each))
        if not more:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._some_wait.wait(), RENEW_SECONDS)
            self._some_wait.clear()
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _for_ever(chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await chore()
        except Exception as error:  # were this to end, no lease would be renewed any more
            log.error("housekeeping_failed", exc_info=error)
            await asyncio.sleep(RENEW_SECONDS)


def _may_pass(error: Exception) -> bool:
    """Whether trying again later may help: the database or Webex is away, or Webex refuses our token for now."""
    if isinstance(error, WebexError):
        return error.status is None or error.status >= 500 or error.status in (401, 423, 429)
    return isinstance(error, StoreUnavailable)
