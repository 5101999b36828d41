"""From an event to its answer: fetched, handled in its turn, sent."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.dispatch.audience import CannotWrite, ForNobody, NoAgentAnyMore, Route, Withheld
from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import Dispatch, DispatchAnswer, Outgoing
from bot.events.claims import Taken
from bot.events.edits import Edits
from bot.events.inbox import MOST_ATTEMPTS
from bot.events.ordering import Turn
from bot.outgoing.outbox import Outbox
from bot.outgoing.sent_messages import Attempt
from bot.webex.events import EventKind, Pressed, Typed
from bot.webex.messages import BOT_DOMAIN, Me, Webex
from cards import privacy as privacy_card
from cards import problem
from cards.elements import Card
from commands.command import Shows
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH, Language
from helpdesk.platform.webex.client import WebexNotFound
from helpdesk.platform.webex.patience import Asked, noticed

log = structlog.get_logger()

# Who waits longer for Webex is told.
WAITING_TOLD_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Answering:
    webex: Webex
    dispatch: Dispatch
    outbox: Outbox
    me: Me
    edits: Edits

    async def answer(self, taken: Taken, turn: Turn) -> str:
        """Answer an event of ours; gives how it ended. Who has to wait for Webex is told so meanwhile."""
        with noticed() as webex_waits:
            note = asyncio.create_task(self._tell_of_waiting(taken, webex_waits))
            try:
                return await self._answer(taken, turn)
            finally:
                note.cancel()
                await asyncio.wait({note})

    async def _answer(self, taken: Taken, turn: Turn) -> str:
        """What does not depend on its order does not wait for its turn."""
        try:
            asked = await self._fetch(taken)
        except WebexNotFound:
            return "gone"  # deleted before we got to it
        if self._is_by_bot(asked):
            return "ignored"
        await turn.come()
        if isinstance(asked, Typed) and not await self.edits.is_to_answer(taken, asked):
            return "replaced"
        if taken.attempt > MOST_ATTEMPTS:
            answer = _given_up(_place(asked))
        elif isinstance(asked, Typed):
            answer = await self.dispatch.message(asked, taken.arrival.event_id)
        else:
            answer = await self._submission(asked, taken)
        turn.over()
        if isinstance(asked, Typed) and await self._is_replaced(taken, asked):
            return "replaced"
        return await self._send(answer, _attempt(taken, asked))

    async def _is_replaced(self, taken: Taken, asked: Typed) -> bool:
        return self.edits.is_replaced(taken, asked) or await self.edits.is_replaced_elsewhere(taken, asked)

    async def _send(self, answer: DispatchAnswer, attempt: Attempt) -> str:
        """How it ended. Each is sent to where it may be read at that moment, or withheld."""
        # First what others are to be told: only then is it true that they were.
        elsewhere = [each for each in answer.outgoing if each.route is not answer.route]
        here = [each for each in answer.outgoing if each.route is answer.route]
        try:
            for outgoing in (*elsewhere, *here):
                await self.outbox.send(outgoing, attempt)
            for outgoing in await answer.later() if answer.later else ():
                await self.outbox.send(outgoing, attempt)
        except Withheld as error:
            log.info("answer_withheld", why=type(error).__name__)
            if told := _instead(error, answer.route):
                await self.outbox.send(told, attempt)
            return "refused"
        return answer.outcome

    async def apologise(self, taken: Taken, error: HelpdeskError) -> None:
        """Without the database nobody can be checked, so nothing is done but to say so. Raises WebexError."""
        asked = await self._fetch(taken)
        if self._is_by_bot(asked):
            return
        route = Route(_place(asked), Shows.NOTHING_PRIVATE)
        await self.outbox.send(Outgoing(problem.refused(error, ENGLISH), route), _attempt(taken, asked))

    async def _tell_of_waiting(self, taken: Taken, webex_waits: Asked) -> None:
        """Say once, after a while and as soon as a call waits because Webex asked for it, that the answer will come."""
        await asyncio.sleep(WAITING_TOLD_SECONDS)
        await webex_waits.begins.wait()
        try:
            await self.ask_for_patience(taken, problem.webex_asks_for_patience)
        except HelpdeskError as error:
            log.warning("waiting_not_told", error=type(error).__name__)

    async def ask_for_patience(self, taken: Taken, card: Callable[[Language], Card] = problem.patience) -> None:
        """Tell an agent why there is no answer yet: they ask faster than is answered, or what `card` says.

        Raises WebexError or HelpdeskError.
        """
        asked = await self._fetch(taken)
        email = asked.actor_email if isinstance(asked, Typed) else taken.arrival.actor_email
        answer = await self.dispatch.patience(asked.actor_id, email, _place(asked), card)
        for outgoing in answer.outgoing:
            await self.outbox.send(outgoing, _attempt(taken, asked))

    async def _fetch(self, taken: Taken) -> Typed | Pressed:
        if taken.arrival.kind is EventKind.MESSAGE:
            return await self.webex.typed(taken.arrival)
        return await self.webex.pressed(taken.arrival)

    def _is_by_bot(self, asked: Typed | Pressed) -> bool:
        """Two bots that answer each other would do so for ever. Only people can press."""
        return asked.actor_id == self.me.id or (isinstance(asked, Typed) and asked.actor_email.endswith(BOT_DOMAIN))

    async def _submission(self, pressed: Pressed, taken: Taken) -> DispatchAnswer:
        # The action names who pressed; the transport may have told their address with it.
        arrival = taken.arrival
        is_told = arrival.actor_email and arrival.actor_id == pressed.actor_id
        email = arrival.actor_email if is_told else await self._email_of(pressed.actor_id)
        answer = await self.dispatch.submission(pressed, email, arrival.event_id)
        if answer.route.asked.thread_id == pressed.message_id:
            # The button told nothing of its thread: the card may be the root itself, or an answer under one.
            root = await self.webex.thread_of(pressed.message_id)
            for route in {id(each.route): each.route for each in answer.outgoing}.values():
                if route.asked.thread_id == pressed.message_id:
                    route.under(root)
        return answer

    async def _email_of(self, person_id: str) -> str:
        """Empty for who is gone at Webex: they have no role, and are told so."""
        try:
            return await self.webex.email_of(person_id)
        except WebexNotFound:
            return ""


def _place(asked: Typed | Pressed) -> Thread:
    """Where an answer goes that no button tells the place of."""
    if isinstance(asked, Typed):
        return Thread(asked.space_id, asked.thread_id, asked.is_direct)
    return Thread(asked.space_id, asked.message_id, is_direct=False)


def _attempt(taken: Taken, asked: Typed | Pressed) -> Attempt:
    edited = asked.updated if isinstance(asked, Typed) and taken.arrival.edit else ""
    return Attempt(taken.arrival.event_id, edited or asked.created, taken.attempt)


def _instead(withheld: Withheld, route: Route) -> Outgoing | None:
    """What who asked is told where it is withheld; of who cannot be written to, their space was told already."""
    open_route = route.open_to_all()
    match withheld:
        case ForNobody():
            return Outgoing(privacy_card.not_shown(route.say), open_route)
        case NoAgentAnyMore():
            return Outgoing(problem.not_an_agent(route.say), open_route)
        case CannotWrite():
            return None
    return Outgoing(problem.refused(withheld, route.say), open_route)


def _given_up(place: Thread) -> DispatchAnswer:
    reference = secrets.token_hex(4).upper()
    log.error("event_given_up", reference=reference)
    route = Route(place, Shows.NOTHING_PRIVATE)
    return DispatchAnswer([Outgoing(problem.failed(reference, ENGLISH), route)], "given up", route)
