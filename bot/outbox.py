"""Answers on their way out: each once, as far as Webex lets us find out.

Webex has no idempotency key. Where a call broke after it was sent, or a process died between sending and
noting so, the message is looked for before it is sent again: in a conversation of two by listing it, in a
space among the messages of our own that Webex told us of, since a bot may not list what it wrote there.
Where it is not found it is sent again: an answer twice is better than none. docs/decisions.md has the rule.
"""

import asyncio
from typing import Any

import structlog

from bot.buttons import Buttons, Place
from bot.dispatch import Outgoing
from bot.own import Attempt, OwnMessages
from bot.replies import split_text
from bot.webex import Me, Posted, Webex, marked
from cards.elements import pages
from helpdesk.attachments import Attachment
from helpdesk.metrics import Metrics
from helpdesk.webex import ATTEMPTS, OutcomeUnknown, WebexError, backoff

log = structlog.get_logger()

# Webex tells of a message within a moment of storing it.
TOLD_SECONDS = (0.3, 1.2)
MOST_LOOKED_AT = 5
Json = dict[str, Any]
Attached = Json | Attachment | None  # a card, or a file


class Outbox:
    def __init__(self, webex: Webex, buttons: Buttons, own: OwnMessages, me: Me, metrics: Metrics) -> None:
        self._webex = webex
        self._buttons = buttons
        self._own = own
        self._me = me
        self._metrics = metrics

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> None:
        """Post a card, in as many messages as it takes, less those that an earlier attempt sent. Raises WebexError."""
        place = outgoing.place
        for page in pages(outgoing.card):
            if attempt.number > 1 and await self._find(place, page.plain, attempt):
                continue
            sealed = self._buttons.seal(page.json, place)
            try:
                await self._send(place, page.plain, marked(sealed, attempt.event_id), attempt)
            except WebexError as error:
                if error.status != 400:
                    raise
                log.error("card refused by Webex, sending its text", tracking_id=error.tracking_id)
                await self._send(place, page.plain, None, attempt)

    async def say(self, text: str, place: Place, attempt: Attempt, file: Attachment | None = None) -> str:
        """Post a text, and a file with it, unless an earlier attempt did; its first line tells it from others.

        Gives the id of the message. Raises WebexError.
        """
        there = await self._find(place, text, attempt) if attempt.number > 1 else ""
        return there or await self._post_near(place, text, file, attempt)

    async def edit(self, message_id: str, text: str, place: Place) -> None:
        """Other words for a text of ours. That they do not come about is borne: nothing is asked of them."""
        try:
            await self._webex.edit(message_id, place.space_id, text)
        except WebexError as error:
            log.warning("a message could not be edited", status=error.status, tracking_id=error.tracking_id)

    async def conversation_with(self, email: str) -> Place | None:
        """Where we talk 1:1 with this person, if we ever did. Raises WebexError."""
        space = await self._webex.direct_space(email)
        return Place(space, "", is_direct=True) if space else None

    async def conversation_begun_with(self, email: str, words: str) -> Place:
        """Where we talk 1:1 with this person; where we never did, `words` are the first that are said there.

        Raises WebexError.
        """
        known = await self.conversation_with(email)
        return known or Place(await self._webex.write_to(email, words), "", is_direct=True)

    async def _send(self, place: Place, text: str, card: Json | None, attempt: Attempt) -> None:
        for index, piece in enumerate(split_text(text) or ["…"]):
            await self._post_near(place, piece, card if index == 0 else None, attempt)

    async def _post_near(self, place: Place, text: str, attached: Attached, attempt: Attempt) -> str:
        try:
            return await self._post(place, text, attached, attempt)
        except WebexError as error:
            if error.status not in (400, 404) or not place.thread_id:
                raise
            # The thread's root is gone: outside of it rather than not at all.
            log.warning("thread refused, answering outside of it", tracking_id=error.tracking_id)
            return await self._post(Place(place.space_id, "", place.is_direct), text, attached, attempt)

    async def _post(self, place: Place, text: str, attached: Attached, attempt: Attempt) -> str:
        for tried in range(ATTEMPTS):
            if tried:
                self._metrics.retries.inc()
            try:
                posted = await self._call(place, text, attached)
                self._own.account(posted, attempt)
                return posted
            except OutcomeUnknown as error:
                failure = error
            for wait in (backoff(tried),) if failure.status else TOLD_SECONDS:
                await asyncio.sleep(wait)
                if there := await self._find(place, text, attempt):
                    log.info("found the message whose call broke")
                    return there
        raise failure

    async def _call(self, place: Place, text: str, attached: Attached) -> str:
        if isinstance(attached, Attachment):
            return await self._webex.post_file(place.space_id, text, attached, place.thread_id)
        return await self._webex.post(place.space_id, text, attached, place.thread_id)

    async def _find(self, place: Place, text: str, attempt: Attempt) -> str:
        """The id of a message of ours like this one that is there already; empty when there is none."""
        try:
            found = await self._candidates(place, attempt)
        except WebexError as error:
            log.warning("could not look for a message", status=error.status)
            return ""
        for each in found:
            if each.actor_id == self._me.id and _is_like(each, place, text, attempt):
                self._own.account(each.id, attempt)
                return each.id
        return ""

    async def _candidates(self, place: Place, attempt: Attempt) -> list[Posted]:
        if place.is_direct:
            found = await self._webex.posted_in(place.space_id, place.thread_id)
            return [each for each in found if self._own.may_be_of(attempt, each.id)]
        uuids = self._own.candidates(attempt, place.space_id, place.thread_id)[:MOST_LOOKED_AT]
        return [each for uuid in uuids if (each := await self._webex.posted(uuid, place.space_id)) is not None]


def _is_like(posted: Posted, place: Place, text: str, attempt: Attempt) -> bool:
    """A card tells which event it answers; of a text, it is told by where it stands and since when."""
    if posted.mark:
        is_answer = posted.mark == attempt.event_id
    else:
        is_answer = posted.thread_id == place.thread_id and posted.created >= attempt.asked_at
    return is_answer and _first_line(posted.text) == _first_line(text)


def _first_line(text: str) -> str:
    # Further lines may tell times, which pass.
    return text.strip().partition("\n")[0].strip()
