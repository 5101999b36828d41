"""From an event to its answer: fetched, handled in its turn, sent."""

import secrets
from dataclasses import dataclass, replace

import structlog

from bot.buttons import Place
from bot.claims import Taken
from bot.dispatch import Answer, Dispatch, Outgoing
from bot.events import Kind, Pressed, Typed
from bot.inbox import MOST_ATTEMPTS
from bot.lanes import Turn
from bot.outbox import Outbox
from bot.own import Attempt
from bot.privacy import REFUSED
from bot.webex import BOT_DOMAIN, Me, Webex
from cards import problem
from helpdesk.errors import HelpdeskError
from helpdesk.language import ENGLISH
from helpdesk.webex import WebexError, WebexNotFound

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answering:
    webex: Webex
    dispatch: Dispatch
    outbox: Outbox
    me: Me

    async def answer(self, taken: Taken, turn: Turn) -> str:
        """Answer an event of ours; gives how it ended. What does not depend on its order does not wait for its turn."""
        try:
            asked = await self._fetch(taken)
        except WebexNotFound:
            return "gone"  # deleted before we got to it
        if self._is_by_bot(asked):
            return "ignored"
        await turn.come()
        if taken.attempt > MOST_ATTEMPTS:
            answer = _given_up(_place(asked))
        elif isinstance(asked, Typed):
            answer = await self.dispatch.message(asked, taken.arrival.event_id)
        else:
            answer = await self._submission(asked, taken)
        turn.over()
        await self._send(answer, _attempt(taken, asked))
        return answer.outcome

    async def _send(self, answer: Answer, attempt: Attempt) -> None:
        try:
            for outgoing in answer.outgoing:
                await self.outbox.send(outgoing, attempt)
        except WebexError as error:
            if answer.aside is None or error.status not in REFUSED:
                raise
            log.warning("an agent cannot be written to", tracking_id=error.tracking_id)
            await self.outbox.send(answer.aside.refused, attempt)
            return
        if answer.aside:
            await self.outbox.send(answer.aside.sent, attempt)
        for outgoing in await answer.later() if answer.later else ():
            await self.outbox.send(outgoing, attempt)

    async def apologise(self, taken: Taken, error: HelpdeskError) -> None:
        """Without the database nobody can be checked, so nothing is done but to say so. Raises WebexError."""
        asked = await self._fetch(taken)
        if self._is_by_bot(asked):
            return
        await self.outbox.send(Outgoing(problem.refused(error, ENGLISH), _place(asked)), _attempt(taken, asked))

    async def ask_for_patience(self, taken: Taken) -> None:
        """Tell an agent who asks faster than is answered. Raises WebexError or HelpdeskError."""
        asked = await self._fetch(taken)
        email = asked.actor_email if isinstance(asked, Typed) else taken.arrival.actor_email
        answer = await self.dispatch.patience(asked.actor_id, email, _place(asked))
        for outgoing in answer.outgoing:
            await self.outbox.send(outgoing, _attempt(taken, asked))

    async def _fetch(self, taken: Taken) -> Typed | Pressed:
        if taken.arrival.kind is Kind.MESSAGE:
            return await self.webex.typed(taken.arrival)
        return await self.webex.pressed(taken.arrival)

    def _is_by_bot(self, asked: Typed | Pressed) -> bool:
        """Two bots that answer each other would do so for ever. Only people can press."""
        return asked.actor_id == self.me.id or (isinstance(asked, Typed) and asked.actor_email.endswith(BOT_DOMAIN))

    async def _submission(self, pressed: Pressed, taken: Taken) -> Answer:
        # The action names who pressed; the transport may have told their address with it.
        arrival = taken.arrival
        is_told = arrival.actor_email and arrival.actor_id == pressed.actor_id
        email = arrival.actor_email if is_told else await self.webex.email_of(pressed.actor_id)
        answer = await self.dispatch.submission(pressed, email, arrival.event_id)
        if all(outgoing.place.thread_id != pressed.message_id for outgoing in answer.outgoing):
            return answer
        # The button told nothing of its thread: the card may be the root itself, or an answer under one.
        root = await self.webex.thread_of(pressed.message_id)
        return _moved(answer, pressed.message_id, root)


def _place(asked: Typed | Pressed) -> Place:
    """Where an answer goes that no button tells the place of."""
    if isinstance(asked, Typed):
        return Place(asked.space_id, asked.thread_id, asked.is_direct)
    return Place(asked.space_id, asked.message_id, is_direct=False)


def _attempt(taken: Taken, asked: Typed | Pressed) -> Attempt:
    return Attempt(taken.arrival.event_id, asked.created, taken.attempt)


def _moved(answer: Answer, message_id: str, root: str) -> Answer:
    """`answer`, and what comes later, under `root`."""
    later = answer.later

    async def moved() -> list[Outgoing]:
        return [_under(outgoing, message_id, root) for outgoing in await later()] if later else []

    outgoing = [_under(each, message_id, root) for each in answer.outgoing]
    return replace(answer, outgoing=outgoing, later=moved if later else None)


def _under(outgoing: Outgoing, message_id: str, root: str) -> Outgoing:
    place = outgoing.place
    return replace(outgoing, place=replace(place, thread_id=root)) if place.thread_id == message_id else outgoing


def _given_up(place: Place) -> Answer:
    reference = secrets.token_hex(4).upper()
    log.error("given up", reference=reference)
    return Answer([Outgoing(problem.failed(reference, ENGLISH), place)], "given up")
