"""An agent who types and presses straight into the dispatch of a desk, with real mail and a clock of its own."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from pydantic import SecretStr

from bot.dispatch.audience import Privacy
from bot.dispatch.buttons import Buttons, Thread
from bot.dispatch.dispatch import Dispatch, DispatchAnswer
from bot.outgoing.notifier import Announcer
from bot.outgoing.outbox import Outbox
from bot.outgoing.sent_messages import OwnMessages
from bot.services import build
from bot.settings import Settings
from bot.webex.events import Pressed, Typed
from bot.webex.messages import Me, Webex
from cards.elements import Card
from commands import COMMANDS
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Database, Store
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.services import Helpdesk
from playground.cloud import Cloud
from playground.mailbox import Mailbox
from playground.rooms import Account, Space
from tests.chat import SECRET
from tests.nodes import nodes

Json = dict[str, Any]
SPACE = "5f0c9a1e-2b54-4c07-9f0e-6d1c3a7b8e21"  # a desk space
PLACE = Thread(SPACE, "the thread", is_direct=False)
LEE = "lee.novak@partner.example"


class Counted:
    """A database that counts the units of work done on it."""

    def __init__(self, database: Database) -> None:
        self.reads = self.writes = 0
        self._database = database

    async def read(self, work: Any) -> Any:
        self.reads += 1
        return await self._database.read(work)

    async def write(self, work: Any) -> Any:
        self.writes += 1
        return await self._database.write(work)

    async def close(self) -> None:
        await self._database.close()


@dataclass
class Agent:
    """Lee, unless somebody else is named. `store` is for the test; the work that the desk has is counted.

    Answers are returned; what jobs say goes to Webex, with the announcer.
    """

    desk: Helpdesk
    buttons: Buttons
    dispatch: Dispatch
    announcer: Announcer
    cloud: Cloud
    bot: Account
    mailbox: Mailbox
    store: Store
    work: Counted
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    _events: Iterator[int] = field(default_factory=count)

    async def types(self, text: str, who: str = LEE) -> DispatchAnswer:
        typed = Typed("the thread", SPACE, "the thread", who, who, text, "", is_direct=False)
        return await self.dispatch.message(typed, f"message {next(self._events)}")

    async def presses(self, button: Json, inputs: Mapping[str, str] | None = None, who: str = LEE) -> DispatchAnswer:
        data = button["data"]
        pressed = Pressed("the press", SPACE, "the card", who, data["action"], data["token"], dict(inputs or {}))
        return await self.dispatch.submission(pressed, who, f"press {next(self._events)}")

    def on(self, answer: DispatchAnswer) -> list[Json]:
        """The buttons of an answer, signed."""
        return [node for out in answer.outgoing for node in nodes(self.buttons.seal(out.card.json, PLACE)) if _is(node)]

    def later(self, **how: float) -> None:
        self.now += timedelta(**how)


@asynccontextmanager
async def open_agent(url: str, services: Mapping[str, Any] | None = None, **settings: Any) -> AsyncIterator[Agent]:
    """`url` is that of a migrated database; `services` stand in for those of the desk."""
    store, desks_own, cloud, mailbox = Store(url), Store(url), Cloud(), Mailbox()
    desks_own.database = work = Counted(desks_own.database)
    async with cloud.serve(), mailbox.serve(), open_session() as session:
        bot = cloud.add_bot("Help Desk")
        cloud.rooms.add_space(Space("group", "Support desk", bot, SPACE), [bot])
        client = WebexClient(session, cloud.url, bot.token)
        webex = Webex(client)
        chosen = Settings(
            smtp_url=SecretStr(mailbox.url), mail_from="desk@partner.example", desk_spaces=(SPACE,), **settings
        )
        agent: Agent
        desk = replace(build(chosen, desks_own, client, webex, SECRET, lambda: agent.now), **(services or {}))
        buttons = Buttons(SECRET, desks_own, lambda: agent.now)
        privacy = Privacy(desk.access, webex)
        dispatch = Dispatch(desk, COMMANDS, buttons, privacy, Me("the bot", ("Help Desk",)))
        outbox = Outbox(webex, buttons, OwnMessages(), await webex.me(), Metrics(), privacy)
        announcer = Announcer(outbox, desk.access)
        agent = Agent(desk, buttons, dispatch, announcer, cloud, bot, mailbox, store, work)
        yield agent
    await store.close()
    await desks_own.close()


_MADE_UP = re.compile(r'("verification": )"[^"]+"')


def shown(answer: DispatchAnswer) -> str:
    """All there is to see of an answer, and all its buttons know, but for ids made up on the way."""
    cards: list[Card] = [out.card for out in answer.outgoing]
    text = json.dumps([answer.outcome, *(each.json for each in cards)], ensure_ascii=False, indent=0)
    return _MADE_UP.sub(r"\1…", text)


def _is(node: Json) -> bool:
    return node.get("type") == "Action.Submit"
