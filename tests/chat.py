"""A conversation as people have it: somebody says something in a space, a card answers, somebody presses."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.app import serve
from bot.settings import Settings
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store
from playground.chat import Chat as ChatPage
from playground.cloud import Cloud
from playground.demo import demo_file
from playground.mailbox import Mailbox
from playground.partner import ServiceApp
from playground.rooms import Account, File, Message, Space
from tests.nodes import nodes
from tests.vouching import vouch_for

WEBHOOKS = 5  # that the bot asks Webex for
SECRET = "a secret of the tests, long enough"
PAT = "pat.lindqvist@acme.example"  # mail to this user bounced and is held back
SAM = "sam.okafor@acme.example"  # mail to this user flows


@dataclass
class Clock:
    """The bot's clock; `passes` lets time pass."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead

    def passes(self, **length: float) -> None:
        self.ahead += timedelta(**length)


@dataclass
class Seen:
    """One message of the bot, as a person sees it."""

    message: Message

    @property
    def text(self) -> str:
        """All that can be read on the card, a line each; the message's own text when it has no card."""
        return "\n".join(_readable(self.message.card)) if self.message.card else self.message.text

    @property
    def heading(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def fallback(self) -> str:
        """What a client that shows no cards shows."""
        return self.message.text

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """Title -> the button's data."""
        return {node["title"]: node["data"] for node in nodes(self.message.card) if node.get("type") == "Action.Submit"}

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        return {node["id"]: node for node in nodes(self.message.card) if str(node.get("type")).startswith("Input.")}


@dataclass
class Chat:
    """The bot running against the playground, with its people, spaces, mailbox and clock.

    `space` is the desk space, of agents only; in the `lobby` there is a stranger too.
    """

    cloud: Cloud
    mailbox: Mailbox
    store: Store
    settings: Settings
    clock: Clock
    bot: Account
    ana: Account
    bo: Account
    kim: Account
    space: Space
    lobby: Space
    _running: asyncio.Task[bool] | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def direct(self, who: Account) -> Space:
        return self.cloud.direct(who, self.bot)

    async def says(
        self,
        text: str,
        *,
        who: Account | None = None,
        to: Space | None = None,
        reply_to: Seen | None = None,
        file: File | None = None,
        files: Sequence[File] = (),
    ) -> Seen:
        """Ana (or `who`) types in the desk space (or `to`), with a mention where one is needed, and a file or none."""
        who, to = who or self.ana, to or self.space
        mention = self.bot if to.type == "group" else None
        parent = reply_to.message if reply_to else None
        asked = await self.cloud.post(who, to, text, mention=mention, parent=parent, file=file, files=files)
        return await self.answer_to(asked)

    async def later(self, seen: Seen, beginning: str, seconds: float = 20) -> Seen:
        """What the bot says behind `seen`, by itself: the first message whose first line begins so."""
        found = await self.cloud.next_message(
            seen.message.space, seen.message, seconds, self.bot, where=lambda one: one.text.startswith(beginning)
        )
        return Seen(found)

    async def answer_to(self, asked: Any) -> Seen:
        return Seen(await self.cloud.next_message(asked.space, after=asked, by=self.bot, timeout=20))

    async def presses(self, seen: Seen, title: str, *, who: Account | None = None, **inputs: str) -> Seen:
        """Ana (or `who`) presses a button of a card, with the fields filled in."""
        return await self.posts(seen, {**inputs, **seen.buttons[title]}, who=who)

    async def posts(self, seen: Seen, inputs: dict[str, Any], *, who: Account | None = None) -> Seen:
        """Any inputs at all, as anyone can post them through Webex's API."""
        action = await self.cloud.press(who or self.ana, seen.message.id, inputs)
        return Seen(await self.cloud.next_message(seen.message.space, after=action, by=self.bot, timeout=20))

    async def vouched(self, address: str, who: Account | None = None) -> None:
        """Ana (or `who`) may go on with this caller: somebody has vouched for them."""
        await vouch_for(address, (who or self.ana).uuid, self.store, self.clock)

    async def code_mailed_to(self, address: str) -> str:
        mail = await self.mailbox.next_mail(to=address)
        return code_in(mail.text)

    async def start(self) -> None:
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(serve(self.settings, self._stop, self.clock))
        connected = asyncio.create_task(self._connected())
        await asyncio.wait({self._running, connected}, return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            self._running.result()
        await connected

    async def _connected(self) -> None:
        if self.settings.transport == "websocket":
            await self.cloud.connected(self.bot)
            return
        async with asyncio.timeout(20):
            while len(self.cloud.webhooks.all) < WEBHOOKS:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        self._stop.set()
        if self._running is not None:
            await self._running

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            # A test that fails must not leave a bot behind: the jobs of the next one could not begin.
            await self.stop()

    def hears_by_webhook(self) -> None:
        """From its next start on."""
        self.open_to_browsers()
        self.settings = self.settings.model_copy(update={"transport": "webhook"})

    def open_to_browsers(self) -> None:
        """From its next start on, the bot has a web address of its own."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.settings = self.settings.model_copy(update={"port": port, "public_url": f"http://127.0.0.1:{port}"})

    def reads_customers(self) -> ServiceApp:
        """From its next start on, the bot may ask Webex's admin APIs about the demo's customers, as this app."""
        self.cloud.partner.fill(demo_file())
        app = self.cloud.add_service_app("Help desk reader")
        reading = {
            "webex_client_id": SecretStr(app.client_id),
            "webex_client_secret": SecretStr(app.client_secret),
            "webex_refresh_token": SecretStr(app.refresh_token),
        }
        self.settings = self.settings.model_copy(update=reading)
        return app


@asynccontextmanager
async def open_stage(database_url: str) -> AsyncIterator[Chat]:
    """All that a bot needs, with none running yet."""
    cloud, mailbox = Cloud(), Mailbox()
    bot = cloud.add_bot("Help Desk", nickname="Help")
    ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    bo = cloud.add_person("Bo Larsen", "bo.larsen@partner.example")
    kim = cloud.add_person("Kim Stranger", "kim.stranger@elsewhere.example")
    space = cloud.add_space("Support desk", [ana, bo, bot])
    lobby = cloud.add_space("Lobby", [ana, bo, kim, bot])
    async with cloud.serve(routes=ChatPage(cloud, mailbox).routes), mailbox.serve():
        settings = Settings(
            webex_access_token=SecretStr(bot.token),
            webex_url=cloud.url,
            webex_catalog_url=cloud.catalog_url,
            secret_key=SecretStr(SECRET),
            database_url=SecretStr(database_url),
            partner_admins=(ana.email, bo.email),
            desk_spaces=(space.id,),
            smtp_url=SecretStr(mailbox.url),
            mail_from="desk@partner.example",
            port=0,
        )
        store = Store(database_url)
        try:
            yield Chat(cloud, mailbox, store, settings, Clock(), bot, ana, bo, kim, space, lobby)
        finally:
            await store.close()


@asynccontextmanager
async def open_chat(database_url: str) -> AsyncIterator[Chat]:
    async with open_stage(database_url) as chat, chat.running():
        yield chat


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", text)
    assert found, text
    return found[1] + found[2]


def another_code(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _readable(card: Any) -> Iterator[str]:
    for node in nodes(card):
        match node.get("type"):
            case "TextBlock" | "TextRun":
                yield _unescaped(node["text"])
            case "FactSet":
                yield from (f"{_unescaped(fact['title'])}: {_unescaped(fact['value'])}" for fact in node["facts"])


def _unescaped(markdown: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", markdown)
