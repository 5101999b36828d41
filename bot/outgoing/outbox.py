"""Answers on their way out: each once, as far as Webex lets us find out.

Webex has no idempotency key. Where a call broke after it was sent, or a process died between sending and
noting so, the message is looked for before it is sent again: in a conversation of two by listing it, in a
space among the messages of our own that Webex told us of, since a bot may not list what it wrote there.
Where it is not found it is sent again: an answer twice is better than none. docs/decisions.md has the rule.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.dispatch.audience import REFUSED, CannotWrite, ForNobody, Moved, Privacy, Route, RouteElsewhere
from bot.dispatch.buttons import Buttons, Thread
from bot.dispatch.dispatch import Outgoing
from bot.outgoing.pieces import split_text
from bot.outgoing.sent_messages import Attempt, OwnMessages
from bot.webex.messages import Me, Posted, Webex, marked
from cards import privacy as privacy_card
from cards.elements import Card, pages
from commands.command import Shows
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.recently import Recently
from helpdesk.platform.webex.client import ATTEMPTS, OutcomeUnknown, WebexError, WebexForbidden, backoff

log = structlog.get_logger()

# Webex tells of a message within a moment of storing it.
TOLD_SECONDS = (0.3, 1.2)
MOST_LOOKED_AT = 5
# A thread is told once in this time that jobs speak 1:1; they have no question of their own that it would stand under.
LINE_SECONDS = 24 * 3600
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message: a text, and the card or the file that goes with it."""

    text: str
    card: Json | None = None
    file: Attachment | None = None


class Outbox:
    """Every message goes through `_call`, which asks right before each try where its route leads by now."""

    def __init__(
        self, webex: Webex, buttons: Buttons, own: OwnMessages, me: Me, metrics: Metrics, privacy: Privacy
    ) -> None:
        self._webex = webex
        self._buttons = buttons
        self._own = own
        self._me = me
        self._metrics = metrics
        self._privacy = privacy
        self._lines = Recently(LINE_SECONDS)

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> None:
        """Post a card, in as many messages as it takes, less those that an earlier attempt sent.

        Raises WebexError; Withheld where nobody may read it or can be written to, and the space was told the latter.
        """
        await self._with_line(outgoing.route, attempt, partial(self._send, outgoing, attempt))

    async def say(self, text: str, route: Route, attempt: Attempt, file: Attachment | None = None) -> str:
        """Post a text, and a file with it, unless an earlier attempt did; its first line tells it from others.

        Gives the id of the message. Raises as `send`.
        """
        return await self._with_line(route, attempt, partial(self._say, text, route, attempt, file))

    async def edit(self, message_id: str, text: str, route: Route) -> None:
        """Other words for a text of ours. That they do not come about is borne: nothing is asked of them.

        Where it stands in a space that it may not be read in by now, it keeps its words. Raises Withheld.
        """
        try:
            place = await self._privacy.settle(route)
            if route.is_aside and await self._webex.space_of(message_id) != place.space_id:
                return
            await self._webex.edit(message_id, place.space_id, text, partial(self._privacy.hold_to, route, place))
        except Moved:
            return
        except WebexError as error:
            log.warning("message_edit_failed", status=error.status, tracking_id=error.tracking_id)

    async def conversation_with(self, email: str) -> Thread | None:
        """Where we talk 1:1 with this person, if we ever did. Raises WebexError."""
        space = await self._webex.direct_space(email)
        return Thread(space, "", is_direct=True) if space else None

    async def holder_of(self, email: str) -> str:
        """The key of the account that has this address now; empty where Webex tells of none. Raises WebexError."""
        return await self._webex.person_with(email)

    async def conversation_begun_with(self, email: str, words: str) -> Thread:
        """Where we talk 1:1 with this person; where we never did, `words` are the first that are said there.

        Raises WebexError.
        """
        known = await self.conversation_with(email)
        return known or Thread(await self._webex.write_to(email, words), "", is_direct=True)

    async def _with_line(self, route: Route, attempt: Attempt, send: Callable[[], Awaitable[str]]) -> str:
        """`send`, and one line where it was asked, if it had to go elsewhere or could not."""
        try:
            sent = await self._sent(route, attempt, send)
        except (CannotWrite, WebexError) as error:
            if isinstance(error, WebexError) and not (route.is_aside and error.status in REFUSED):
                raise
            if isinstance(route, RouteElsewhere):
                raise ForNobody from None
            log.warning("agent_not_reachable")
            await self._tell_space(route, privacy_card.not_delivered(route.say), attempt)
            raise CannotWrite from None
        if route.is_aside and route.was_used:
            await self._tell_space(route, privacy_card.answered_directly(route.say), attempt)
        return sent

    async def _sent(self, route: Route, attempt: Attempt, send: Callable[[], Awaitable[str]]) -> str:
        """What may not be written in its space, such as one for announcements, goes 1:1 behind a line that says so."""
        try:
            return await send()
        except WebexForbidden as error:
            if route.place.is_direct:
                raise
            log.warning("space_not_writable", tracking_id=error.tracking_id)
        await self._privacy.go_aside(route)
        if not isinstance(route, RouteElsewhere):
            line = Outgoing(privacy_card.not_writable(route.say), Route(route.place, Shows.NOTHING_PRIVATE))
            await self._send(line, attempt)
        return await send()

    async def _tell_space(self, route: Route, line: Card, attempt: Attempt) -> None:
        thread = f"{route.asked.space_id} {route.asked.thread_id}"
        is_first = self._lines.is_first(thread)
        if route.is_told or not (is_first or route.is_asked_now):
            return
        try:
            await self._send(Outgoing(line, Route(route.asked, Shows.NOTHING_PRIVATE)), attempt)
        except WebexForbidden:
            log.warning("space_not_writable")  # it has its answer 1:1, or cannot be written to anywhere
        except WebexError:
            self._lines.forget(thread)
            raise
        route.is_told = True

    async def _send(self, outgoing: Outgoing, attempt: Attempt) -> str:
        """The id of the last message that was posted now."""
        route, last = outgoing.route, ""
        for page in pages(outgoing.card):
            if attempt.number > 1 and await self._find_any(route, page.plain, attempt):
                continue
            try:
                last = await self._send_page(page.plain, page.json, route, attempt)
            except WebexError as error:
                if error.status != 400:
                    raise
                log.error("card_refused", tracking_id=error.tracking_id)
                last = await self._send_page(page.plain, None, route, attempt)
        return last

    async def _send_page(self, text: str, card: Json | None, route: Route, attempt: Attempt) -> str:
        last = ""
        for index, piece in enumerate(split_text(text) or ["…"]):
            last = await self._post_near(_Piece(piece, card if index == 0 else None), route, attempt)
        return last

    async def _say(self, text: str, route: Route, attempt: Attempt, file: Attachment | None) -> str:
        there = await self._find_any(route, text, attempt) if attempt.number > 1 else ""
        return there or await self._post_near(_Piece(text, file=file), route, attempt)

    async def _post_near(self, piece: _Piece, route: Route, attempt: Attempt) -> str:
        try:
            return await self._post(piece, route, attempt, in_thread=True)
        except WebexError as error:
            if error.status not in (400, 404) or not route.place.thread_id:
                raise
            # The thread's root is gone: outside of it rather than not at all.
            log.warning("thread_refused", tracking_id=error.tracking_id)
            return await self._post(piece, route, attempt, in_thread=False)

    async def _post(self, piece: _Piece, route: Route, attempt: Attempt, *, in_thread: bool) -> str:
        for tried in range(ATTEMPTS):
            if tried:
                self._metrics.retries.inc()
            try:
                posted = await self._call(piece, route, attempt, in_thread=in_thread)
                self._own.account(posted, attempt)
                route.was_used = True
                return posted
            except OutcomeUnknown as error:
                failure = error
            place = _placed(route.place, in_thread=in_thread)
            for wait in (backoff(tried),) if failure.status else TOLD_SECONDS:
                await asyncio.sleep(wait)
                if there := await self._find(place, piece.text, attempt):
                    log.info("sent_message_found")
                    route.was_used = True
                    return there
        raise failure

    async def _call(self, piece: _Piece, route: Route, attempt: Attempt, *, in_thread: bool) -> str:
        """The one place where a message is posted: to where its route leads at that moment."""
        while True:
            place = route.place
            try:
                return await self._call_to(place, piece, route, attempt, in_thread=in_thread)
            except Moved:
                continue  # at most once: what goes 1:1 stays there

    async def _call_to(self, place: Thread, piece: _Piece, route: Route, attempt: Attempt, *, in_thread: bool) -> str:
        ready = partial(self._privacy.hold_to, route, place)
        thread = place.thread_id if in_thread else ""
        if piece.file:
            return await self._webex.post_file(place.space_id, piece.text, piece.file, thread, ready)
        card = piece.card
        if card is not None:
            # Sealed for where it goes: in another space its buttons would be somebody else's.
            card = marked(self._buttons.seal(card, place, route.began_in), attempt.event_id)
        return await self._webex.post(place.space_id, piece.text, card, thread, ready)

    async def _find_any(self, route: Route, text: str, attempt: Attempt) -> str:
        """An earlier attempt may have sent it where it could be read then."""
        await self._privacy.settle(route)
        if there := await self._find(route.place, text, attempt):
            route.was_used = True
            return there
        return await self._find(route.asked, text, attempt) if route.is_aside else ""

    async def _find(self, place: Thread, text: str, attempt: Attempt) -> str:
        """The id of a message of ours like this one that is there already; empty when there is none."""
        try:
            found = await self._candidates(place, attempt)
        except WebexError as error:
            log.warning("sent_message_lookup_failed", status=error.status)
            return ""
        for each in found:
            if each.actor_id == self._me.id and _is_like(each, place, text, attempt):
                self._own.account(each.id, attempt)
                return each.id
        return ""

    async def _candidates(self, place: Thread, attempt: Attempt) -> list[Posted]:
        if place.is_direct:
            found = await self._webex.posted_in(place.space_id, place.thread_id)
            return [each for each in found if self._own.may_be_of(attempt, each.id)]
        uuids = self._own.candidates(attempt, place.space_id, place.thread_id)[:MOST_LOOKED_AT]
        return [each for uuid in uuids if (each := await self._webex.posted(uuid, place.space_id)) is not None]


def _is_like(posted: Posted, place: Thread, text: str, attempt: Attempt) -> bool:
    """A card tells which event it answers; of a text, it is told by where it stands and since when."""
    if posted.mark:
        is_answer = posted.mark == attempt.event_id
    else:
        is_answer = posted.thread_id == place.thread_id and posted.created >= attempt.asked_at
    return is_answer and _first_line(posted.text) == _first_line(text)


def _placed(place: Thread, *, in_thread: bool) -> Thread:
    return place if in_thread else Thread(place.space_id, "", place.is_direct)


def _first_line(text: str) -> str:
    # Further lines may tell times, which pass.
    return text.strip().partition("\n")[0].strip()
