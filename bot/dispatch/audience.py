"""Where something may be read: in the space it was asked for in, or 1:1 by who asked. Asked right before each send.

Personal data is shown in a desk space only, and only while everyone there may see what the asker may. Where Webex
does not tell who is there, the asker alone may. What once went 1:1 goes on there, whoever comes or goes.
"""

import time
from dataclasses import dataclass, field

import structlog

from bot.dispatch.buttons import Thread
from bot.webex.messages import Webex
from cards.privacy import WELCOME
from commands.command import Elsewhere, Shows
from helpdesk.people.access import PERMISSIONS, Access, Permission, Sender
from helpdesk.platform.errors import Refused, Unavailable
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.language import ENGLISH, Language, Text, language
from helpdesk.platform.webex.client import WebexError

log = structlog.get_logger()

# The person has blocked this bot, is none of Webex's any more, or may not be written to.
REFUSED = (400, 403, 404)
# Who somebody is, is asked again where what is for them took longer than this.
RECOGNISED_SECONDS = 1.0


class Withheld(Refused):
    """Nobody may read it, or nobody can be written to: nothing of it was sent."""


class CannotWrite(Withheld):
    def __init__(self) -> None:
        super().__init__(
            Text("Not everyone here may see the answer, and I cannot write to you directly."),
            Text("Nothing was done. Write to me directly, and ask there."),
        )


class ForNobody(Withheld):
    """Not everyone in the space may see it, and there is nobody to send it to instead."""

    def __init__(self) -> None:
        super().__init__(Text("Nobody else was told"))


class NoAgentAnyMore(Withheld):
    """Who asked was removed since."""

    def __init__(self) -> None:
        super().__init__(Text("This desk is for support agents"))


class SeesLess(Withheld):
    """Who asked was limited since, or has a lower role."""

    def __init__(self) -> None:
        super().__init__(
            Text("What you may see was changed while the answer was being prepared."),
            Text("Ask again to see it as it is now."),
        )


class Moved(Exception):
    """It is to go elsewhere by now."""


@dataclass(slots=True, eq=False)
class Route:
    """Where something was asked, where what is said of it goes by now, for whom it is and what it shows.

    One for all that is said of an event. Who does not know yet who asked says that it shows NOTHING_PRIVATE.
    `began_in` is the space that codes of this event are bound to: they stay so where its card has to go 1:1.
    """

    asked: Thread
    shows: Shows
    sender: Sender | None = None
    say: Language = ENGLISH
    began_in: str = ""
    place: Thread = field(init=False)
    is_asked_now: bool = True  # else it is a job's word
    was_used: bool = False  # something was sent to `place`
    is_told: bool = False  # in the space, that it went 1:1
    recognised_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.place = self.asked

    @property
    def is_aside(self) -> bool:
        return id_key(self.place.space_id) != id_key(self.asked.space_id)

    def open_to_all(self) -> "Route":
        """The same way for what names nobody."""
        made = Route(self.asked, Shows.NOTHING_PRIVATE, self.sender, self.say, self.began_in)
        made.place, made.is_told, made.is_asked_now = self.place, self.is_told, self.is_asked_now
        return made

    def under(self, root: str) -> None:
        """What goes where it was asked goes under this message."""
        is_aside = self.is_aside
        self.asked = Thread(self.asked.space_id, root, self.asked.is_direct)
        if not is_aside:
            self.place = self.asked


@dataclass(slots=True, eq=False)
class RouteElsewhere(Route):
    """Into a space where nobody asked; 1:1 it goes to the agent with the address `to`, if any."""

    to: str = ""


class Privacy:
    def __init__(self, access: Access, webex: Webex) -> None:
        self._access = access
        self._webex = webex
        # Key of a person -> id of our conversation with them; an address can pass to somebody else.
        self._direct: dict[str, str] = {}

    async def begin(self, route: Route, sender: Sender, shows: Shows, say: Language) -> Thread:
        """Where an answer to `sender` goes as things are. Raises Withheld, WebexError or StoreUnavailable.

        Then it is still the way of what names nobody.
        """
        if route.asked.is_direct:
            self._direct[sender.person_id] = route.asked.space_id
        route.sender, route.say, route.recognised_at = sender, say, time.monotonic()
        route.place = await self._place(route, shows)
        route.shows = shows
        route.began_in = route.began_in or route.place.space_id
        return route.place

    @staticmethod
    def elsewhere(reply: Elsewhere, route: Route) -> Route:
        """The way of a card that who asked by `route` has caused in another space."""
        there = Thread(reply.space_id, "", is_direct=False)
        return RouteElsewhere(there, Shows.PRIVATE, route.sender, route.say, to=reply.to)

    async def settle(self, route: Route) -> Thread:
        """Where it goes now. Raises Withheld, WebexError or StoreUnavailable, and then nothing may be said."""
        if route.shows is not Shows.NOTHING_PRIVATE:
            await self._recognise_again(route)
            # Without the database it goes 1:1, where it may be read in any case.
            route.place = await self._place(route, route.shows, Unavailable)
        return route.place

    async def go_aside(self, route: Route) -> None:
        """Webex does not let us write where it goes: from now on it goes 1:1. Raises Withheld or WebexError."""
        if isinstance(route, RouteElsewhere):
            route.place = await self._with_reader(route.to)
        elif route.sender is None:
            raise CannotWrite
        else:
            route.place = await self._alone(route.sender, route.say)
        route.is_told = True  # there is no telling the space

    async def hold_to(self, route: Route, place: Thread) -> None:
        """Right before it is sent to `place`. Raises Moved where that is not its place any more, else as `settle`."""
        if await self.settle(route) != place:
            log.info("answer_moved", to="direct")
            raise Moved

    async def _place(self, route: Route, shows: Shows, borne: type[Unavailable] = WebexError) -> Thread:
        if route.place.is_direct or shows is Shows.NOTHING_PRIVATE:
            return route.place
        if route.sender is None:
            raise ForNobody
        if shows is Shows.PRIVATE and await self._may_all_see(route.place.space_id, route.sender, borne):
            return route.place
        if isinstance(route, RouteElsewhere):
            return await self._with_reader(route.to)
        return await self._alone(route.sender, route.say)

    async def _recognise_again(self, route: Route) -> None:
        """Whether who asked may still see what they asked for. Not asked where that was known a moment ago."""
        known, began = route.sender, time.monotonic()
        if known is None or began - route.recognised_at < RECOGNISED_SECONDS:
            return
        sender, _ = await self._access.recognise(known.person_id, known.email)
        if not sender.may(Permission.USE_DESK):
            raise NoAgentAnyMore
        if _sees_less(sender, known):
            raise SeesLess
        route.recognised_at = began

    async def _with_reader(self, email: str) -> Thread:
        if not email:
            raise ForNobody
        reader, chosen = await self._access.recognise("", email)
        if not reader.may(Permission.USE_DESK):
            raise ForNobody
        try:
            return await self._alone(reader, language(chosen))
        except (WebexError, CannotWrite):
            raise ForNobody from None

    async def _may_all_see(self, space_id: str, sender: Sender, borne: type[Unavailable]) -> bool:
        try:
            return await self._access.may_all_see(space_id, sender)
        except borne as error:
            log.warning("space_members_unknown", error=type(error).__name__)
            return False

    async def _alone(self, reader: Sender, say: Language) -> Thread:
        """Where we talk 1:1 with who has their address now; remembered where we know who that is."""
        space = self._direct.get(reader.person_id)
        if not space:
            email = reader.email
            try:
                space = await self._webex.direct_space(email) or await self._webex.write_to(email, say(WELCOME))
            except WebexError as error:
                if error.status not in REFUSED:
                    raise
                log.info("person_not_reachable", status=error.status)
                raise CannotWrite from None
            if reader.person_id:
                self._direct[reader.person_id] = space
        return Thread(space, "", is_direct=True)


def _sees_less(now: Sender, then: Sender) -> bool:
    is_narrower = now.customers is not None and (then.customers is None or not then.customers <= now.customers)
    may_less = then.role is not None and (now.role is None or not PERMISSIONS[then.role] <= PERMISSIONS[now.role])
    return is_narrower or may_less
