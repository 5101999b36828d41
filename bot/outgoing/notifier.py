"""What a job says to who asked for it, with nobody there who asked just now.

Where it may be read is asked when it is said, as it is for an answer: since the job began, a stranger may have come
into the space, or the asker may be no agent any more. Then it goes 1:1, and the space gets one line, or to nobody.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

import structlog

from bot.dispatch.audience import Route, Withheld
from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import Outgoing
from bot.outgoing.outbox import Outbox
from bot.outgoing.sent_messages import Attempt
from cards.elements import Card
from commands.command import Shows
from helpdesk.people.access import Access, Permission
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.language import language
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

# The space is no more, we are not in it any longer, or its other person has blocked us.
GONE = (403, 404)


@dataclass(frozen=True, slots=True)
class JobRequester:
    """Who asked for a job, and where."""

    person_id: str
    email: str
    place: Thread


@dataclass(frozen=True, slots=True)
class Announcer:
    outbox: Outbox
    access: Access
    # A step may be done again, and nobody counts how often: each is taken for a later attempt than all before it.
    _attempts: Iterator[int] = field(default_factory=lambda: count(2))

    async def say(self, card: Card, to: JobRequester, key: str) -> None:
        """Post `card`, unless it is there already; `key` is the same when the same is said. Raises WebexError."""
        if route := await self._route(to, Shows.PRIVATE):
            await self._send(card, route, key)

    async def write(
        self, text: str, to: JobRequester, key: str, file: Attachment | None = None, shows: Shows = Shows.PRIVATE
    ) -> str:
        """Post a text, and a file with it, unless it is there already: no other has its first line.

        Gives the id of the message; empty where nobody may be told. Raises WebexError.
        """
        route = await self._route(to, shows)
        try:
            return await self.outbox.say(text, route, self._attempt(key), file) if route else ""
        except Withheld as error:
            log.info("job_result_withheld", why=type(error).__name__)
            return ""

    async def edit(self, message_id: str, text: str, to: JobRequester, shows: Shows = Shows.PRIVATE) -> None:
        """Other words for a text that was written; Webex takes ten edits. Where it takes none, the old ones stay.

        So they do where it stands in another space than it would be written to by now.
        """
        route = await self._route(to, shows)
        if message_id and route:
            with suppress(Withheld):
                await self.outbox.edit(message_id, text, route)

    async def say_alone(self, card: Card, email: str, key: str) -> None:
        """Post `card` 1:1 to somebody who need be no agent, if we ever talked. Raises WebexError."""
        if place := await self.outbox.conversation_with(email):
            # They alone are there, and it was made for them.
            await self._send(card, Route(place, Shows.NOTHING_PRIVATE, is_asked_now=False), key)

    async def begin_alone(self, card: Card, email: str, key: str, welcome: str, person_id: str) -> None:
        """As say_alone, to who may never have written to us: then `welcome` begins the conversation.

        Nobody is told where the address belongs to another account than that of `person_id`, if one is named.
        """
        if person_id and await self.outbox.holder_of(email) != person_id:
            log.warning("address_of_another_account")
            return
        place = await self.outbox.conversation_begun_with(email, welcome)
        await self._send(card, Route(place, Shows.NOTHING_PRIVATE, is_asked_now=False), key)

    async def _send(self, card: Card, route: Route, key: str) -> None:
        try:
            await self.outbox.send(Outgoing(card, route), self._attempt(key))
        except Withheld as error:
            log.info("job_result_withheld", why=type(error).__name__)
        except WebexError as error:
            if error.status not in GONE:
                raise
            # Nobody is there to be told, however often it is tried; the job has others to see to.
            log.info("job_result_refused", status=error.status)

    async def _route(self, to: JobRequester, shows: Shows) -> Route | None:
        """None where nobody may be told."""
        if shows is Shows.NOTHING_PRIVATE:
            return Route(to.place, shows, is_asked_now=False)
        sender, chosen = await self.access.recognise(to.person_id, to.email)
        if not sender.may(Permission.USE_DESK):
            log.info("job_result_without_reader")
            return None
        # What is for the asker alone was never to be said in their space, and is not missed there.
        is_told = shows is Shows.FOR_ASKER_ALONE
        return Route(to.place, shows, sender, language(chosen), is_asked_now=False, is_told=is_told)

    def _attempt(self, key: str) -> Attempt:
        return Attempt(key, "", next(self._attempts))
