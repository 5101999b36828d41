"""An empty Webex to fill: accounts and spaces, what people do in them, and the servers bots talk to.

cloud = Cloud()
bot = cloud.add_bot("Help Desk")
ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
async with cloud.serve():
    asked = await cloud.post(ana, cloud.direct(ana, bot), "help")
    answer = await cloud.next_message(asked.space, after=asked)
"""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from html import escape

from aiohttp import web

from playground import activities, devices, markup, rest, server, writing
from playground.bell import Bell
from playground.devices import DEVICES, Devices
from playground.faults import Faults
from playground.identifiers import identifier, new_uuid
from playground.partner import Partner, ServiceApp
from playground.rest.hooks import Webhooks
from playground.rest.request import BASE_URL, FAULTS, PARTNER, ROOMS
from playground.rest.webhooks import WEBHOOKS
from playground.rooms import Account, Action, Change, File, Json, Message, Rooms, Space
from playground.server import CALLS, Call
from playground.sockets import Sockets
from playground.writing import Draft

UPLOAD_BYTES = 100 * 1024 * 1024
# What is beyond is left to the caller's kernel, which tries again after 1, 3 and 7 s.
CONNECTIONS_WAITING = 1024


class Cloud:
    """Webex's cloud on 127.0.0.1. Accounts and spaces can be added before and while it is served."""

    def __init__(self, authorization_seconds: float = 30) -> None:
        self.rooms = Rooms(listeners=[self._changed])
        self.faults = Faults()
        self.partner = Partner()
        self.calls: list[Call] = []
        self.webhooks = Webhooks(self.rooms, self.faults)
        self._devices = Devices()
        self._sockets = Sockets(self.rooms, self._devices, self.faults, authorization_seconds)
        self._bell = Bell()
        self._base_url: list[str] = []
        self._org_id = identifier("ORGANIZATION", new_uuid())

    # -- who and where --------------------------------------------------------------------------

    def add_bot(self, name: str, nickname: str | None = None, org_id: str | None = None) -> Account:
        """A bot, with an address made of its name: "Help Desk" is help.desk@webex.bot.

        It belongs to the organization of who made it, `org_id`.
        """
        email, org_id = f"{'.'.join(name.lower().split())}@webex.bot", org_id or self._org_id
        return self._add(Account(new_uuid(), email, name, nickname or name.split()[0], _token(), "bot", org_id))

    def add_person(
        self, name: str, email: str, org_id: str | None = None, *, uuid: str | None = None, about: str = ""
    ) -> Account:
        """A person; `uuid` and `org_id` tie them to a record kept elsewhere."""
        made = Account(
            uuid or new_uuid(), email, name, name.split()[0], _token(), "person", org_id or self._org_id, about
        )
        return self._add(made)

    def pass_on(self, old: Account, org_id: str | None = None) -> Account:
        """Another account with the address of `old`, as when that one was deleted and the address given anew."""
        self.rooms.free_address(old)
        return self.add_person(old.display_name, old.email, org_id)

    def add_service_app(self, name: str) -> ServiceApp:
        """One that may read all customers: its account, and what its tokens are made of."""
        email = f"{'.'.join(name.lower().split())}@serviceapp.example"
        account = Account(new_uuid(), email, name, name, _token(), "appuser", self._org_id)
        self.partner.apps.append(ServiceApp(self._add(account), _token(), _token(), _token()))
        return self.partner.apps[-1]

    def add_space(self, title: str, members: list[Account]) -> Space:
        """A group space; the first member is its creator and moderator."""
        return self.rooms.add_space(Space("group", title, members[0]), members)

    def direct(self, one: Account, other: Account) -> Space:
        """The 1:1 space of two accounts, made when missing."""
        return writing.space_for(self.rooms, one, other)

    def join(self, person: Account, space: Space) -> None:
        """`person` comes into a space, added by its creator."""
        self.rooms.join(person, space, space.creator)

    def leave(self, person: Account, space: Space) -> None:
        """`person` is out of a space from now on."""
        found = next(one for one in self.rooms.memberships(space) if one.person is person)
        self.rooms.leave(found, person)

    def block(self, person: Account, other: Account) -> None:
        """`person` wants no more 1:1 messages from `other`."""
        self.rooms.blocked.add((person, other))

    # -- what people do -------------------------------------------------------------------------

    async def post(
        self,
        person: Account,
        space: Space,
        text: str,
        mention: Account | None = None,
        parent: Message | None = None,
        html: str | None = None,
        file: File | None = None,
        files: Sequence[File] = (),
    ) -> Message:
        """`person` types a message. Raises Refusal where Webex would not take it.

        `mention` comes before the text, as a client writes it: the nickname in the plain text, an
        element in the HTML. `html` is what a client sends for rich text; it is stored as given.
        """
        if mention:
            spark = markup.spark_mention(mention.id, mention.nickname)
            html = f"<p>{spark} {html or escape(text)}</p>"
            text = f"{mention.nickname} {text}"
        draft = Draft(
            text=text,
            html=html,
            files=[file, *files] if file else [*files],
            parent_id=self._thread(parent).id if parent else None,
        )
        return writing.post(self.rooms, person, space, draft)

    async def press(self, person: Account, message_id: str, inputs: Json) -> Action:
        """`person` submits the card of a message. Raises Refusal."""
        return writing.press(self.rooms, person, message_id, inputs)

    async def edit(self, person: Account, message: Message, text: str) -> Message:
        """`person` changes an own message. Raises Refusal."""
        return writing.edit(self.rooms, person, message, Draft(text=text))

    async def delete(self, person: Account, message: Message) -> None:
        """`person` takes an own message away. Raises Refusal."""
        writing.delete(self.rooms, person, message)

    async def deliver(self, activity: Json, to: Account) -> int:
        """Send any activity to an account's websockets, true or not; how many there were."""
        return self._sockets.tell(to, activity)

    # -- what is seen ---------------------------------------------------------------------------

    def messages(self, space: Space) -> list[Message]:
        """The messages of a space, oldest first, without deleted ones."""
        return self.rooms.messages(space)

    async def next_message(
        self,
        space: Space,
        after: Message | Action | None = None,
        timeout: float = 10,  # noqa: ASYNC109 - the tests' own word
        by: Account | None = None,
        where: Callable[[Message], bool] = lambda _: True,
    ) -> Message:
        """The first message in `space` since `after` that a bot wrote (or `by`) and that fits `where`.

        Waits for it; deleted ones do not count. Raises TimeoutError, telling what is there instead.
        """
        start = after.number if after else 0

        def is_wanted(one: Message) -> bool:
            is_author = one.person is by if by else one.person.type == "bot"
            return is_author and where(one)

        try:
            return await self._bell.until(
                lambda: next(filter(is_wanted, self.rooms.since(space, start)), None), timeout
            )
        except TimeoutError:
            there = [f"{one.person.display_name}: {one.text!r}" for one in self.rooms.since(space, start)]
            raise TimeoutError(f"no such message in {timeout} s; since then: {there}") from None

    async def next_card(
        self,
        space: Space,
        after: Message | Action | None = None,
        timeout: float = 10,  # noqa: ASYNC109 - the tests' own word
    ) -> Message:
        """The first message since `after` that carries a card, whatever was said before it."""
        return await self.next_message(space, after, timeout, where=lambda one: one.card is not None)

    async def connected(self, account: Account, timeout: float = 10) -> None:  # noqa: ASYNC109 - the tests' own word
        """Wait until a websocket of this account is authorised. Raises TimeoutError."""

        def look() -> bool | None:
            return any(one.owner is account for one in self._sockets.connections) or None

        await self._sockets.bell.until(look, timeout)

    @property
    def sockets(self) -> int:
        """How many websockets are open and authorised."""
        return len(self._sockets.connections)

    async def sockets_until(self, look: Callable[[], bool], timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until something about the websockets is true: they open, end, acknowledge. Raises TimeoutError."""
        await self._sockets.bell.until(lambda: look() or None, timeout)

    def device_names(self, account: Account) -> list[str]:
        """The names an account's devices were registered with, oldest first."""
        return [one.about.get("name", "") for one in self._devices.of(account)]

    @property
    def acknowledged(self) -> list[str]:
        """The ids bots acknowledged on their websockets, in order."""
        return self._sockets.acknowledged

    # -- the server -----------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Such as `http://127.0.0.1:8000`; known while served."""
        if not self._base_url:
            raise RuntimeError("the cloud is not being served")
        return self._base_url[0]

    @property
    def url(self) -> str:
        """The base of the REST API."""
        return f"{self.base_url}/v1"

    @property
    def catalog_url(self) -> str:
        """Where a bot's websocket registration starts."""
        return f"{self.base_url}/u2c/api/v1/catalog"

    @asynccontextmanager
    async def serve(self, port: int = 0, routes: tuple[web.AbstractRouteDef, ...] = ()) -> AsyncIterator["Cloud"]:
        """Listen on 127.0.0.1; port 0 takes any free one. `routes` are served beside Webex's own.

        Raises OSError when the port is taken.
        """
        runner = web.AppRunner(self._application(routes), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port, backlog=CONNECTIONS_WAITING).start()
            self._base_url.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
            yield self
        finally:
            await self._sockets.close()
            await self.webhooks.close()
            await runner.cleanup()
            self._base_url.clear()

    def _application(self, routes: tuple[web.AbstractRouteDef, ...]) -> web.Application:
        application = web.Application(middlewares=[server.only_local, server.api], client_max_size=UPLOAD_BYTES)
        application[ROOMS] = self.rooms
        application[FAULTS] = self.faults
        application[PARTNER] = self.partner
        application[CALLS] = self.calls
        application[DEVICES] = self._devices
        application[WEBHOOKS] = self.webhooks
        application[BASE_URL] = self._base_url
        application.add_routes(
            [*rest.ROUTES, *devices.ROUTES, web.get("/socket/{uuid}", self._sockets.connect), *routes]
        )
        return application

    def _changed(self, change: Change) -> None:
        self._bell.ring()
        if not self._base_url:
            return  # nobody can be listening yet
        self.webhooks.tell(change)
        told = activities.activity(change, self.rooms, self.base_url)
        for account in activities.audience(change, self.rooms):
            self._sockets.tell(account, told)
            if told["verb"] == "share" and isinstance(change.subject, Message):
                self._sockets.tell(account, activities.scanned(change.subject, self.base_url))

    def _thread(self, message: Message) -> Message:
        """The root of the thread a message is in: what a client replies to."""
        root = self.rooms.message(message.parent_id) if message.parent_id else None
        return root or message

    def _add(self, account: Account) -> Account:
        if self.rooms.account(account.email):
            raise ValueError(f"there is an account {account.email} already")
        return self.rooms.add_account(account)


def _token() -> str:
    return secrets.token_urlsafe(24)
