"""What the steps of a rehearsal share, and what a step is."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.cli.doctor.finding import Check, Finding, Setup
from bot.cli.rehearse.calls import Calls
from bot.cli.rehearse.trouble import Trouble
from bot.webex.events import Arrival, EventKind, Pressed, Typed
from bot.webex.messages import Webex
from helpdesk.platform.webex.client import WebexClient

if TYPE_CHECKING:
    from bot.cli.rehearse.catching import Catcher


@dataclass
class Scene:
    """`posted` are the ids of our messages; `root` is that of the card. `differences` are those of answers' shapes."""

    setup: Setup
    email: str
    wait_seconds: float
    tell: Callable[[str], None]
    stack: AsyncExitStack
    calls: Calls
    client: WebexClient = field(init=False)
    webex: Webex = field(init=False)
    person: str = ""
    space: str = ""
    root: str = ""
    word: Typed | None = None
    customer: str = ""
    admin: WebexClient | None = None
    catcher: "Catcher | None" = None
    posted: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    arrivals: "asyncio.Queue[Arrival]" = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        settings = self.setup.settings
        token = settings.webex_access_token.get_secret_value()
        self.client = WebexClient(self.setup.session, settings.webex_url, token)
        self.webex = Webex(self.client)

    async def ask(self, words: str) -> None:
        """Ask the person for something, here and in the card's thread. What they did before counts no more."""
        body = {"roomId": self.space, "parentId": self.root, "text": words}
        while not self.arrivals.empty():
            self.arrivals.get_nowait()
        self.posted.append(str((await self.client.post("/messages", body)).get("id", "")))
        self.tell(f"         -> {words}")

    async def typed(self, *, is_edit: bool = False) -> Typed:
        """The next message of the person in this conversation. Raises Trouble."""
        while True:
            arrival = await self._arrival(EventKind.MESSAGE)
            if bool(arrival.edit) is is_edit:
                return await self.webex.typed(arrival)

    async def pressed(self) -> Pressed:
        return await self.webex.pressed(await self._arrival(EventKind.SUBMISSION))

    async def _arrival(self, kind: EventKind) -> Arrival:
        while True:
            arrival = await self.arrivals.get()
            if arrival.kind is kind and arrival.actor_id == self.person:
                return arrival

    async def waiting(self, wanted: Awaitable[Finding], nothing: str) -> Finding:
        """What comes of `wanted` while the person is waited for. Raises Trouble, in the words of `nothing`."""
        try:
            async with asyncio.timeout(self.wait_seconds):
                return await wanted
        except TimeoutError:
            raise Trouble("nothing came", f"{nothing} within {self.wait_seconds:.0f} s.", _NOTHING_CAME) from None


_NOTHING_CAME = (
    "Was it done? Then Webex did not tell us: see that no proxy or firewall holds the way in back, and that no other "
    "program uses this bot."
)


@dataclass(frozen=True, slots=True)
class Step:
    """Taken when all it `needs` worked. `advice` is for where Webex or the mail server refuses it."""

    name: str
    act: Callable[[Scene], Awaitable[Finding]]
    needs: tuple[str, ...] = ()
    advice: str = "Try again; if it stays like this, see status.webex.com."
    asks_person: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step; `kind` is for the report, empty where it did not fail."""

    name: str
    finding: Finding
    milliseconds: int
    kind: str


def of_check(check: Check, *needs: str) -> Step:
    """A check of the doctor as a step."""

    async def look(scene: Scene) -> Finding:
        return await check.look(scene.setup)

    return Step(check.name, look, needs)
