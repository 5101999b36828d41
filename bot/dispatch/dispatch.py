"""From what was typed or pressed to the cards that answer it.

Here, and nowhere else, the person is checked, the command found, the gate asked, what they may see handed to it,
and every failure turned into a card. Where the answer may be read is asked before the handler runs: what it
begins, a code or a job, belongs to the space that the answer is to go to. It is asked again when the answer is sent
(bot/outgoing/outbox.py); where it goes 1:1 by then, its buttons still name the space that the code belongs to.
"""

import secrets
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.dispatch import buttons as button_errors
from bot.dispatch.audience import Privacy, Route
from bot.dispatch.buttons import Buttons, Thread
from bot.dispatch.mention import without_mention
from bot.webex.events import Pressed, Typed
from bot.webex.messages import Me
from cards import gate as gate_card
from cards import problem
from cards.elements import Card
from commands.command import Command, Elsewhere, Gate, Later, Message, Owner, Renewable, Reply, Shows, Submission
from helpdesk.audit.refused import RefusedKind
from helpdesk.people.access import Permission, Sender, preferred_language
from helpdesk.platform.errors import HelpdeskError, Unavailable
from helpdesk.platform.language import ENGLISH, Language, language
from helpdesk.platform.store import StoreUnavailable
from helpdesk.proof.gate import CallerNotProven
from helpdesk.proof.gate.asking import require
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk

log = structlog.get_logger()

LOOK_UP = "find"
HELP = "help"
BULK = "bulk"  # what a file without a word is for
_BAD_BUTTON: Mapping[type[Exception], RefusedKind] = {
    button_errors.Forged: RefusedKind.FORGED,
    button_errors.Stale: RefusedKind.STALE,
    button_errors.SomeoneElses: RefusedKind.SOMEONE_ELSES,
}
_AROUND_WORD = "!?.,:;/\"'“”‘’«»()"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A card and its way, which says who may read it."""

    card: Card
    route: Route

    @property
    def place(self) -> Thread:
        """Where it goes as far as that is known by now."""
        return self.route.place


@dataclass(frozen=True, slots=True)
class DispatchAnswer:
    """What goes out for one event, and how it ended: answered, refused or failed.

    `later` gives what is to be said once that is sent, if anything.
    """

    outgoing: Sequence[Outgoing]
    outcome: str
    route: Route
    later: Callable[[], Awaitable[Sequence[Outgoing]]] | None = None


class Dispatch:
    def __init__(self, desk: Helpdesk, commands: Sequence[Command], buttons: Buttons, privacy: Privacy, me: Me) -> None:
        self._desk = desk
        self._buttons = buttons
        self._privacy = privacy
        self._me = me
        self._by_keyword = {folded(word): each for each in commands for word in (each.keyword, *each.aliases)}
        self._by_action = {action: each for each in commands for action in each.on_submit}

    async def message(self, typed: Typed, event_id: str) -> DispatchAnswer:
        """The answer to a typed line, in its thread."""
        route = Route(Thread(typed.space_id, typed.thread_id, typed.is_direct), Shows.NOTHING_PRIVATE)
        return await self._answered(self._on_message(typed, event_id, route), typed.actor_id, route)

    async def submission(self, pressed: Pressed, email: str, event_id: str) -> DispatchAnswer:
        """The answer to a pressed button, in the thread of the card. `email` is the presser's."""
        try:
            button = self._buttons.open(
                pressed.action, pressed.token, presser_id=pressed.actor_id, space_id=pressed.space_id
            )
        except (button_errors.Forged, button_errors.Stale, button_errors.SomeoneElses) as error:
            route = Route(Thread(pressed.space_id, pressed.message_id, is_direct=False), Shows.NOTHING_PRIVATE)
            return await self._answered(self._on_bad_button(error, pressed, email, route), pressed.actor_id, route)
        place = Thread(pressed.space_id, button.place.thread_id or pressed.message_id, button.place.is_direct)
        route = Route(place, Shows.NOTHING_PRIVATE, began_in=button.began_in)
        work = self._on_submission(pressed, button, email, event_id, route)
        return await self._answered(work, pressed.actor_id, route)

    async def patience(
        self, person_id: str, email: str, place: Thread, card: Callable[[Language], Card]
    ) -> DispatchAnswer:
        """For an agent who has to wait, and `card` says why; others are told nothing."""
        sender, say = await self._who(person_id, email)
        is_agent = sender.may(Permission.USE_DESK)
        route = Route(place, Shows.NOTHING_PRIVATE, sender if is_agent else None, say)
        return DispatchAnswer([Outgoing(card(say), route)] if is_agent else [], "answered", route)

    async def _on_message(self, typed: Typed, event_id: str, route: Route) -> tuple[Reply, str]:
        sender, say = await self._who(typed.actor_id, typed.actor_email)
        if not sender.may(Permission.USE_DESK):
            self._desk.audit.refused.count(RefusedKind.STRANGER, typed.actor_email)
            return problem.not_an_agent(say), "refused"
        route.sender, route.say = sender, say
        text = without_mention(typed.text, typed.html, self._me.id, self._me.names, is_direct=typed.is_direct)
        command, rest = self._command_for(text, sender if typed.files else None)
        if not sender.may(command.permission):
            return problem.not_allowed(say), "refused"
        to = await self._routed(route, sender, command, say)
        message = Message(event_id, sender, to.space_id, to.is_direct, rest, say, to.thread_id, typed.files)
        async with scoped_to(sender, self._desk, event_id, command.keyword) as desk:
            return await command.on_message(message, desk), "answered"

    async def _on_submission(
        self, pressed: Pressed, button: button_errors.Button, email: str, event_id: str, route: Route
    ) -> tuple[Reply, str]:
        sender, say = await self._who(pressed.actor_id, email)
        if not sender.may(Permission.USE_DESK):
            self._desk.audit.refused.count(RefusedKind.STRANGER, email)
            return problem.not_an_agent(say), "refused"
        route.sender, route.say = sender, say
        command = self._by_action.get(pressed.action)
        if command is None:  # a button of an earlier release
            self._desk.audit.refused.count(RefusedKind.STALE, email)
            return problem.stale_button(say), "refused"
        if not sender.may(command.permission_for(pressed.action)):
            return problem.not_allowed(say), "refused"
        action = command.on_submit[pressed.action]
        # For another person it was refused when its token was opened; one made for nobody is nobody's.
        if action.owner is Owner.ASKER and button.only_for != sender.person_id:
            return problem.someone_elses_button(say), "refused"
        to = await self._routed(route, sender, command, say)
        try:
            await self._buttons.spend(button, event_id)
        except button_errors.Used:
            return problem.used_button(say), "refused"
        submission = Submission(
            event_id, sender, to.space_id, to.is_direct, button.about, pressed.inputs, say, to.thread_id, route.began_in
        )
        try:
            async with scoped_to(sender, self._desk, event_id, pressed.action) as desk:
                if isinstance(action.guard, Gate):
                    await require(action.guard.act, action.guard.whom(submission), sender, desk, event_id)
                return await action.handler(submission, desk), "answered"
        except HelpdeskError:
            # Nothing came about: the person may correct what was wrong and press again.
            await self._buttons.give_back(button)
            raise

    async def _on_bad_button(self, error: Exception, pressed: Pressed, email: str, route: Route) -> tuple[Reply, str]:
        sender, say = await self._who(pressed.actor_id, email)
        self._desk.audit.refused.count(_BAD_BUTTON[type(error)], email)
        if not sender.may(Permission.USE_DESK):
            return problem.not_an_agent(say), "refused"
        route.sender, route.say = sender, say
        match error:
            case button_errors.Stale():
                return problem.stale_button(say), "refused"
            case button_errors.SomeoneElses():
                return problem.someone_elses_button(say), "refused"
        return problem.forged_button(say), "refused"

    async def _routed(self, route: Route, sender: Sender, command: Command, say: Language) -> Thread:
        return await self._privacy.begin(route, sender, command.shows, say)

    async def _answered(self, work: Awaitable[tuple[Reply, str]], person_id: str, route: Route) -> DispatchAnswer:
        """The one place where a failure becomes a card."""
        try:
            reply, outcome = await work
        except Exception as error:
            return await self._failed(error, person_id, route)
        if isinstance(reply, Renewable):
            later = partial(self._later, reply.later, person_id, route)
            return DispatchAnswer([Outgoing(reply.card, route)], outcome, route, later)
        replies = [reply] if isinstance(reply, Card) else reply
        return DispatchAnswer([self._outgoing(each, route) for each in replies], outcome, route)

    async def _failed(self, error: Exception, person_id: str, route: Route) -> DispatchAnswer:
        reference = secrets.token_hex(4).upper()
        say = ENGLISH if isinstance(error, StoreUnavailable) else await self._language_of(person_id)
        if isinstance(error, StoreUnavailable):
            # Who may read it cannot be asked now, and it names nobody.
            route = route.open_to_all()
        if isinstance(error, Unavailable):
            log.warning("command_unavailable", reference=reference, exc_info=error)
            return DispatchAnswer([Outgoing(problem.refused(error, say, reference), route)], "failed", route)
        if isinstance(error, CallerNotProven):
            return DispatchAnswer([Outgoing(gate_card.not_proven(error, say), route)], "refused", route)
        if isinstance(error, HelpdeskError):
            return DispatchAnswer([Outgoing(problem.refused(error, say), route)], "refused", route)
        log.error("command_failed", reference=reference, exc_info=error)
        return DispatchAnswer([Outgoing(problem.failed(reference, say), route.open_to_all())], "failed", route)

    def _outgoing(self, reply: Card | Elsewhere, route: Route) -> Outgoing:
        if isinstance(reply, Card):
            return Outgoing(reply, route)
        return Outgoing(reply.card, self._privacy.elsewhere(reply, route))

    async def _later(self, work: Later, person_id: str, route: Route) -> Sequence[Outgoing]:
        async def reply() -> tuple[Reply, str]:
            newer = await work()
            return (newer,) if newer else (), "answered"

        return (await self._answered(reply(), person_id, route)).outgoing

    async def _who(self, person_id: str, email: str) -> tuple[Sender, Language]:
        sender, chosen = await self._desk.access.recognise(person_id, email, is_here=True)
        return sender, language(chosen)

    async def _language_of(self, person_id: str) -> Language:
        try:
            return language(await preferred_language(self._desk.store, person_id))
        except HelpdeskError:
            return ENGLISH

    def _command_for(self, text: str, attaches: Sender | None) -> tuple[Command, str]:
        """The command that the first word names, with the rest; a text that names none is looked up whole.

        `attaches` is who sent files: without a word, these are a list to clear for who may clear one, else to look up.
        """
        words = text.split(maxsplit=1)
        if not words:
            return self._by_keyword[HELP if attaches is None else self._for_files(attaches)], ""
        named = self._by_keyword.get(folded(words[0]))
        return (named, words[1] if len(words) > 1 else "") if named else (self._by_keyword[LOOK_UP], text)

    def _for_files(self, sender: Sender) -> str:
        return BULK if sender.may(self._by_keyword[BULK].permission) else LOOK_UP


def folded(word: str) -> str:
    """`Aide!` and `AÏDE` -> `aide`: without case, accents and the punctuation around it."""
    bare = word.strip(_AROUND_WORD) or word
    letters = unicodedata.normalize("NFKD", bare).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
