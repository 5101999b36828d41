"""Processes of the message path over one database and one Webex, told of events by the test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import aiohttp
from sqlalchemy import update
from sqlmodel import Session

from bot.dispatch.audience import Privacy
from bot.dispatch.buttons import Buttons
from bot.dispatch.dispatch import Dispatch
from bot.events.edits import Edits
from bot.events.handler import Answering
from bot.events.inbox import Inbox
from bot.events.worker import Worker
from bot.outgoing.outbox import Outbox
from bot.outgoing.sent_messages import OwnMessages
from bot.services import build
from bot.settings import Settings
from bot.webex import events
from bot.webex.events import Arrival
from bot.webex.messages import Webex
from cards.elements import Card, button, card, heading
from commands.command import Action as CommandAction
from commands.command import Command, Elsewhere, Message, Owner, Renewable, Reply, Shows, Submission
from helpdesk.people.access import Access, Permission
from helpdesk.platform.clock import utc_now
from helpdesk.platform.language import Text
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Database, Store
from helpdesk.platform.store.tables.events import ClaimedEvent
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.services import Helpdesk
from playground import activities
from playground.bell import Bell
from playground.cloud import Cloud
from playground.rest import answers
from playground.rooms import Account, Action, Change, Membership, Space
from playground.rooms import Message as Posted
from tests.chat import SECRET
from tests.databases import Databases
from tests.sessions import reading, writing

T = TypeVar("T")


class Outage:
    """A database, and what lies between it and us: it can be away, or carry out a write and lose the answer."""

    def __init__(self, database: Database) -> None:
        self.is_away = False
        self.lose_answers = 0
        self.refused = 0
        self.bell = Bell()
        self._database = database

    async def read(self, work: Callable[[Session], T]) -> T:
        self._check()
        return await self._database.read(work)

    async def write(self, work: Callable[[Session], T]) -> T:
        self._check()
        result = await self._database.write(work)
        if self.lose_answers:
            self.lose_answers -= 1
            raise ConnectionResetError
        return result

    async def close(self) -> None:
        await self._database.close()

    async def refuses(self, times: int) -> None:
        """Wait until it was asked so many times in vain."""
        await self.bell.until(lambda: self.refused >= times or None, 20)

    def _check(self) -> None:
        if self.is_away:
            self.refused += 1
            self.bell.ring()
            raise ConnectionRefusedError


@dataclass
class Handlers:
    """`say <words>` answers "said <words>", once the gate of these words is open, if they have one.

    `say a > b` answers "said a", and then "said b", as what is newer.
    """

    began: list[str] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    pressed: list[str] = field(default_factory=list)
    elsewhere: Elsewhere | None = None  # what is answered with "here", besides
    shows: Shows = Shows.NOTHING_PRIVATE
    bell: Bell = field(default_factory=Bell)

    def command(self) -> Command:
        return Command(
            keyword="say",
            usage=Text("whoami"),
            help=Text("whoami"),
            permission=Permission.USE_DESK,
            on_message=self._say,
            on_submit={"say.again": CommandAction(self._again, Owner.ANYONE_IN_SCOPE)},
            shows=self.shows,
        )

    def closed(self, words: str) -> asyncio.Event:
        """A new gate for these words; whoever comes waits until it is set."""
        return self.gates.setdefault(words, asyncio.Event())

    async def in_work(self, count: int) -> None:
        """Wait until so many have begun."""
        await self.bell.until(lambda: len(self.began) >= count or None, 20)

    async def _say(self, message: Message, _: Helpdesk) -> Reply:
        self.began.append(message.text)
        self.bell.ring()
        if gate := self.gates.get(message.text):
            await gate.wait()
        known, _, newer = message.text.partition(" > ")
        if newer:
            return Renewable(card(heading(f"said {known}")), partial(self._newer, newer))
        if message.text == "here" and self.elsewhere:
            return [card(heading("said here")), self.elsewhere]
        pages = message.text.split(" / ")
        return [card(heading(f"said {page}"), buttons=[button("Again", "say.again", {})]) for page in pages]

    async def _again(self, submission: Submission, _: Helpdesk) -> Reply:
        self.pressed.append(submission.event_id)
        return card(heading("said again"))

    async def _newer(self, words: str) -> Card:
        if gate := self.gates.get(words):
            await gate.wait()
        return card(heading(f"said {words}"))


@dataclass
class Process:
    """`hears_own` is whether its transport tells it of the bot's own messages."""

    inbox: Inbox
    own: OwnMessages
    outbox: Outbox
    answering: Answering
    worker: Worker
    webex: Webex
    metrics: Metrics
    database: Outage
    access: Access
    hears_own: bool = True
    chores: list[asyncio.Task[None]] = field(default_factory=list)

    def keeps_going(self) -> None:
        self.chores.append(asyncio.create_task(self.worker.keep_going()))

    async def dies(self) -> None:
        """What is in work stops where it is, and nothing is handed back."""
        self.database.is_away = True
        await self.worker.drain(0)
        await self.stops()

    async def stops(self) -> None:
        for each in self.chores:
            each.cancel()
        await asyncio.gather(*self.chores, return_exceptions=True)

    async def has_counted(self, line: str, value: float) -> bool:
        return self.counted(line) == value

    def counted(self, line: str) -> float:
        """The value of a metric, named as Prometheus shows it."""
        shown = self.metrics.render().decode().splitlines()
        return float(next(each for each in shown if each.startswith(f"{line} ")).rpartition(" ")[2])


@dataclass
class Desk:
    cloud: Cloud
    url: str
    store: Store
    handlers: Handlers
    bot: Account
    ana: Account
    bo: Account
    kim: Account
    space: Space
    group: Space
    stack: AsyncExitStack
    desk_spaces: tuple[str, ...] = ()
    processes: list[Process] = field(default_factory=list)

    async def process(self, name: str = "one") -> Process:
        store, session = Store(self.url), await self.stack.enter_async_context(open_session())
        self.stack.push_async_callback(store.close)
        store.database = database = Outage(store.database)
        webex, inbox, own, metrics = Webex(self._client(session)), Inbox(store, name), OwnMessages(), Metrics()
        me, buttons = await webex.me(), Buttons(SECRET, store)
        settings = Settings(partner_admins=self.admins, desk_spaces=self.desk_spaces)
        services = build(settings, store, self._client(session), webex, SECRET, utc_now)
        privacy = Privacy(services.access, webex)
        outbox = Outbox(webex, buttons, own, me, metrics, privacy)
        dispatch = Dispatch(services, [self.handlers.command()], buttons, privacy, me)
        answering = Answering(webex, dispatch, outbox, me, Edits(store))
        worker = Worker(inbox, answering, metrics)
        made = Process(inbox, own, outbox, answering, worker, webex, metrics, database, services.access)
        self.stack.push_async_callback(made.stops)
        self.processes.append(made)
        return made

    def _client(self, session: aiohttp.ClientSession) -> WebexClient:
        return WebexClient(session, self.cloud.url, self.bot.token)

    @property
    def admins(self) -> tuple[str, str]:
        return self.ana.email, self.bo.email

    # -- what happens -----------------------------------------------------------------------------

    async def asks(self, words: str = "hello", who: Account | None = None, to: Space | None = None) -> Posted:
        who = who or self.ana
        to = to or self.cloud.direct(who, self.bot)
        mention = self.bot if to.type == "group" else None
        return await self.cloud.post(who, to, f"say {words}", mention=mention)

    def arrival(self, what: Posted | Action) -> Arrival:
        found = events.arrival(self._frame(what))
        assert found
        return found

    def by_webhook(self, message: Posted) -> Arrival:
        """As webhooks tell it, which do not say who is a bot."""
        (_, found), *_ = events.arrivals_of_message(answers.message(message, self.cloud.base_url), "")
        return found

    async def works(self, process: Process, *told: Posted | Action) -> list[bool]:
        """The process is told, and everything it has in work is waited for."""
        stored = [process.worker.take(self.arrival(each)) for each in told]
        await process.worker.rest()
        return [each.result() for each in stored]

    def _frame(self, what: Posted | Action) -> dict[str, Any]:
        resource = "messages" if isinstance(what, Posted) else "attachmentActions"
        change = Change(resource, "created", what, what.person)
        activity = activities.activity(change, self.cloud.rooms, self.cloud.base_url)
        return {"id": "x", "data": {"eventType": "conversation.activity", "activity": activity}}

    def told(self, change: Change) -> None:
        """Webex tells every process of the bot's own messages, and who came and went."""
        if isinstance(change.subject, Membership):
            for process in self.processes:
                process.access.members_changed(change.subject.space.uuid)
        if change.event == "created" and isinstance(change.subject, Posted) and change.actor is self.bot:
            own = events.own_message(self._frame(change.subject), self.bot.uuid)
            for process in self.processes:
                if own and process.hears_own:
                    process.own.heard(*own)

    # -- what is seen -------------------------------------------------------------------------------

    def answers(self, space: Space | None = None) -> list[str]:
        """What the bot said, oldest first: a line each."""
        return [one.text.partition("\n")[0] for one in self.posted(space)]

    def posted(self, space: Space | None = None) -> list[Posted]:
        return [one for one in self.cloud.messages(space or self.space) if one.person is self.bot]

    async def answer_to(self, asked: Posted) -> Posted:
        return await self.cloud.next_message(
            asked.space, asked, 20, self.bot, where=lambda one: one.parent_id == asked.id
        )

    # -- what the store says --------------------------------------------------------------------------

    async def row(self, what: Posted | Action) -> ClaimedEvent | None:
        async with reading(self.store) as session:
            found: ClaimedEvent | None = await session.get(ClaimedEvent, self.arrival(what).event_id)
        return found

    async def outcome(self, what: Posted | Action) -> str | None:
        found = await self.row(what)
        return found.outcome if found else "never stored"

    async def lapses(self, **also: Any) -> None:
        """Every lease ran out a second ago."""
        async with writing(self.store) as session:
            lapsed = {"lease_until": datetime.now(UTC) - timedelta(seconds=1), **also}
            await session.exec(update(ClaimedEvent).values(lapsed))


async def until(look: Callable[[], Awaitable[object]]) -> None:
    """Wait for what rings no bell: what only the store knows, and what is counted."""
    async with asyncio.timeout(20):
        while not await look():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def open_desk(databases: Databases) -> AsyncIterator[Desk]:
    cloud = Cloud()
    bot = cloud.add_bot("Help Desk")
    ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    bo = cloud.add_person("Bo Larsen", "bo.larsen@partner.example")
    kim = cloud.add_person("Kim Stranger", "kim.stranger@elsewhere.example")
    group = cloud.add_space("Support desk", [ana, bo, kim, bot])
    async with databases.fresh("empty") as url, cloud.serve(), AsyncExitStack() as stack:
        store = Store(url)
        stack.push_async_callback(store.close)
        direct = cloud.direct(ana, bot)
        desk = Desk(cloud, url, store, Handlers(), bot, ana, bo, kim, direct, group, stack)
        cloud.rooms.listeners.append(desk.told)
        yield desk
