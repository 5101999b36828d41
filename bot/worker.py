"""One event from arrival to answer: claim, fetch, dispatch, send, done."""

import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace

import structlog

from bot import events
from bot.buttons import Buttons, Place
from bot.dispatch import Answer, Dispatch, Outgoing
from bot.events import Arrival, Kind
from bot.inbox import MOST_ATTEMPTS, RENEW_SECONDS, Inbox
from bot.webex import Me, Webex
from bot.websocket import Acknowledge, Frame
from cards import problem
from cards.elements import pages
from helpdesk.language import ENGLISH
from helpdesk.store import StoreUnavailable
from helpdesk.webex import WebexError, WebexNotFound

log = structlog.get_logger()

# At most this many events are worked on at once; the others wait.
IN_WORK = 100
BOT_DOMAIN = "@webex.bot"


class Worker:
    """Takes frames from a transport and answers them; knows nothing of how they came."""

    def __init__(self, webex: Webex, inbox: Inbox, dispatch: Dispatch, buttons: Buttons, me: Me) -> None:
        self._webex = webex
        self._inbox = inbox
        self._dispatch = dispatch
        self._buttons = buttons
        self._me = me
        self._slots = asyncio.Semaphore(IN_WORK)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: set[str] = set()
        # Told by card that the database is away; not to be told again when the event comes once more.
        self._unclaimed: set[str] = set()

    def take(self, frame: Frame, acknowledge: Acknowledge) -> None:
        """Begin work on a frame. It is acknowledged once its event is stored, or is none of ours."""
        arrival = events.arrival(frame)
        if arrival is None or arrival.actor_id == self._me.id:
            acknowledge()
        else:
            self._begin(self._claim_and_work(arrival, acknowledge))

    async def keep_going(self) -> None:
        """Renew what is in work, and take up what dead processes left; runs until cancelled."""
        while True:
            try:
                if self._held:
                    await self._inbox.renew(tuple(self._held))
                for arrival, attempt in await self._inbox.take_abandoned():
                    log.info("taking up an abandoned event", event_id=arrival.event_id, attempt=attempt)
                    self._begin(self._work(arrival, attempt))
            except StoreUnavailable as error:
                log.warning("database away", exc_info=error)
            except Exception as error:  # were this to end, no lease would be renewed any more
                log.error("housekeeping failed", exc_info=error)
            await asyncio.sleep(RENEW_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Wait for what is in work; what is not done by then is left to be taken up again."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _claim_and_work(self, arrival: Arrival, acknowledge: Acknowledge) -> None:
        async with self._slots:
            try:
                is_ours = await self._inbox.claim(arrival)
            except StoreUnavailable as error:
                await self._apologise(arrival, error)
                return
            acknowledge()
            if is_ours:
                await self._work(arrival, 1)

    async def _work(self, arrival: Arrival, attempt: int) -> None:
        """Answer a claimed event. Leaves the claim open, to be taken up again, where Webex cannot be reached."""
        self._held.add(arrival.event_id)
        with structlog.contextvars.bound_contextvars(event_id=arrival.event_id):
            try:
                outcome = await self._respond(arrival, attempt)
                await self._inbox.finish(arrival.event_id, outcome)
            except Exception as error:
                log.error("event not answered", exc_info=error, attempt=attempt)
                if attempt > MOST_ATTEMPTS and not _may_pass(error):
                    await self._finish_unanswered(arrival)
            finally:
                self._held.discard(arrival.event_id)

    async def _finish_unanswered(self, arrival: Arrival) -> None:
        """For what can never be answered: a space that the bot was taken out of, an answer that Webex refuses."""
        log.error("given up without an answer")
        with suppress(StoreUnavailable):
            await self._inbox.finish(arrival.event_id, "given up")

    async def _respond(self, arrival: Arrival, attempt: int) -> str:
        try:
            if arrival.kind is Kind.MESSAGE:
                answer = await self._message(arrival, attempt)
            else:
                answer = await self._submission(arrival, attempt)
        except WebexNotFound:
            return "gone"  # deleted before we got to it
        if answer is None:
            return "ignored"
        for outgoing in answer.outgoing:
            await self._send(outgoing)
        return answer.outcome

    async def _message(self, arrival: Arrival, attempt: int) -> Answer | None:
        typed = await self._webex.typed(arrival)
        if typed.actor_id == self._me.id or typed.actor_email.endswith(BOT_DOMAIN):
            return None
        if attempt > MOST_ATTEMPTS:
            return _given_up(Place(typed.space_id, typed.thread_id, typed.is_direct))
        return await self._dispatch.message(typed, arrival.event_id)

    async def _submission(self, arrival: Arrival, attempt: int) -> Answer | None:
        pressed = await self._webex.pressed(arrival)
        if pressed.actor_id == self._me.id:
            return None
        if attempt > MOST_ATTEMPTS:
            return _given_up(Place(pressed.space_id, pressed.message_id, is_direct=False))
        # The action names who pressed; the transport may have told their address with it.
        is_told = arrival.actor_email and arrival.actor_id == pressed.actor_id
        email = arrival.actor_email if is_told else await self._webex.email_of(pressed.actor_id)
        answer = await self._dispatch.submission(pressed, email, arrival.event_id)
        if all(outgoing.place.thread_id != pressed.message_id for outgoing in answer.outgoing):
            return answer
        # The button told nothing of its thread: the card may be the root itself, or an answer under one.
        root = await self._webex.thread_of(pressed.message_id)
        return replace(answer, outgoing=[_under(outgoing, pressed.message_id, root) for outgoing in answer.outgoing])

    async def _send(self, outgoing: Outgoing) -> None:
        place = outgoing.place
        for page in pages(outgoing.card):
            sealed = self._buttons.seal(page.json, place)
            try:
                await self._webex.send(place.space_id, page.plain, sealed, place.thread_id)
            except WebexError as error:
                if error.status != 400:
                    raise
                log.error("card refused by Webex, sending its text", tracking_id=error.tracking_id)
                await self._webex.send(place.space_id, page.plain, None, place.thread_id)

    async def _apologise(self, arrival: Arrival, error: StoreUnavailable) -> None:
        """Without the database nobody can be checked, so nothing is done but to say so, once."""
        log.error("event not stored", event_id=arrival.event_id, exc_info=error)
        if arrival.event_id in self._unclaimed:
            return
        self._unclaimed.add(arrival.event_id)
        try:
            if arrival.kind is Kind.MESSAGE:
                typed = await self._webex.typed(arrival)
                place = Place(typed.space_id, typed.thread_id, typed.is_direct)
            else:
                pressed = await self._webex.pressed(arrival)
                place = Place(pressed.space_id, pressed.message_id, is_direct=False)
            await self._send(Outgoing(problem.refused(error, ENGLISH), place))
        except WebexError as failure:
            log.error("could not say so either", exc_info=failure)


def _may_pass(error: Exception) -> bool:
    """Whether trying again later may help: the database or Webex is away, or Webex refuses our token for now."""
    if isinstance(error, WebexError):
        return error.status is None or error.status >= 500 or error.status in (401, 423, 429)
    return isinstance(error, StoreUnavailable)


def _under(outgoing: Outgoing, message_id: str, root: str) -> Outgoing:
    place = outgoing.place
    return replace(outgoing, place=replace(place, thread_id=root)) if place.thread_id == message_id else outgoing


def _given_up(place: Place) -> Answer:
    reference = secrets.token_hex(4).upper()
    log.error("given up", reference=reference)
    return Answer([Outgoing(problem.failed(reference, ENGLISH), place)], "given up")
