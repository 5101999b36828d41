"""Agents who all ask at once, in spaces and 1:1, and the count of what each was told.

Answers are counted by thread: as many as there were questions, each its own. What is missing there was
lost, what is left over was said twice.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlmodel import col, select

from helpdesk.platform.store.tables.events import ClaimedEvent
from playground.bell import Bell
from playground.demo import demo_file
from playground.rooms import Account, Change, Message, Space
from tests.chat import Chat, Seen
from tests.sessions import rows

AGENTS, SPACES = 20, 4
CODE_SENT = "Code sent to "


@dataclass
class Thread:
    """What was asked in a thread, by the heading of its answer, and what was answered."""

    root: Message
    expected: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return f"{self.root.person.display_name}, {self.root.space.type}, {self.root.text!r}"


class Crowd:
    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.cloud = chat.cloud
        self.threads: dict[str, Thread] = {}
        self._codes: Counter[str] = Counter()
        self._codes_unsure: Counter[str] = Counter()
        self._users = users()
        self._bell = Bell()
        self.agents = [self.cloud.add_person(f"Agent {n}", f"agent.{n}@partner.example") for n in range(AGENTS)]
        self._spaces = [self.cloud.add_space(f"Desk {n}", [*self.agents[n::SPACES], chat.bot]) for n in range(SPACES)]
        admins = tuple(agent.email for agent in self.agents)
        chat.settings = chat.settings.model_copy(
            update={"partner_admins": admins, "desk_spaces": tuple(space.id for space in self._spaces)}
        )
        self.cloud.rooms.listeners.append(self._heard)

    async def ask(self) -> None:
        """Four questions of everyone: two in a space, one of them for a code, and two in one thread 1:1."""
        for number, agent in enumerate(self.agents):
            space, alone = self._spaces[number % SPACES], self.cloud.direct(agent, self.chat.bot)
            (address, _), (other_address, name) = next(self._users), next(self._users)
            await self._asks(agent, space, f"verify {address}", CODE_SENT + address)
            await self._asks(agent, space, other_address, name)
            first = await self._asks(agent, alone, "whoami", f"You are {agent.email}")
            await self._asks(agent, alone, "whoami", f"You are {agent.email}", first)
            self._codes[address] += 1

    @contextmanager
    def told_backwards(self) -> Iterator[None]:
        """What happens meanwhile is stored at once, and told to the bot afterwards: the newest first."""
        listeners, held = self.cloud.rooms.listeners[:], []
        self.cloud.rooms.listeners[:] = [held.append]
        try:
            yield
        finally:
            self.cloud.rooms.listeners[:] = listeners
        for change in reversed(held):
            self.cloud.rooms.tell(change)

    async def answers(self, count: int | None = None, seconds: float = 60) -> None:
        """Wait until that many answers are out, or as many as there are questions. Late ones are lost ones."""
        wanted = count or self._asked
        try:
            await self._bell.until(lambda: self.told >= wanted or None, seconds)
        except TimeoutError:
            pytest.fail("\n".join(await self.problems()))

    async def problems(self) -> list[str]:
        """A line for all that is wrong; to be asked when no process runs any more, so that nothing can still come."""
        mailed = Counter(mail.recipients[0] for mail in self.chat.mailbox.mails)
        open_events = select(ClaimedEvent.event_id).where(col(ClaimedEvent.done_at).is_(None))
        threads = self.threads.values()
        return [
            *(f"lost: {each}: {dict(lost)}" for each in threads if (lost := each.expected - each.told)),
            *(f"too much: {each}: {dict(more)}" for each in threads if (more := each.told - each.expected)),
            *(f"code lost: {address}" for address in self._codes - self._codes_unsure - mailed),
            *(f"code sent twice: {address}" for address in mailed - self._codes),
            *(f"left open: {event}" for event in await rows(self.chat.store, open_events)),
        ]

    def excuse(self, heading: str) -> int:
        """Take what begins like this for an answer to a question of its thread; how often it was said.

        Where the question was for a code, none need have gone out.
        """
        excused = 0
        for thread in self.threads.values():
            for said in [each for each in thread.told if each.startswith(heading)]:
                times = thread.told.pop(said)
                missing = [*(thread.expected - thread.told).elements()][:times]
                thread.told.update([*missing, *[said] * (times - len(missing))])
                self._codes_unsure.update(each.removeprefix(CODE_SENT) for each in missing)
                excused += times
        return excused

    def pardon(self, threads: list[Thread]) -> None:
        """In these, each answer may have been given twice."""
        for thread in threads:
            thread.told -= thread.told - thread.expected & thread.expected

    async def busiest(self) -> int:
        """The process that holds the most open events; there must be one."""
        held = select(ClaimedEvent.claimed_by).where(col(ClaimedEvent.done_at).is_(None))
        names = [name for name in await rows(self.chat.store, held) if name]
        return int(Counter(names).most_common(1)[0][0].split(":")[1])

    async def retaken(self) -> list[Thread]:
        """Whose question was taken up again after its holder was gone."""
        again = await rows(self.chat.store, select(ClaimedEvent.event_id).where(ClaimedEvent.attempts > 1))
        return [each for each in self.threads.values() if f"message:{each.root.uuid}" in again]

    async def _asks(
        self, agent: Account, space: Space, text: str, heading: str, thread: Thread | None = None
    ) -> Thread:
        mention = self.chat.bot if space.type == "group" else None
        asked = await self.cloud.post(agent, space, text, mention=mention, parent=thread.root if thread else None)
        thread = thread or self.threads.setdefault(asked.id, Thread(asked))
        thread.expected[heading] += 1
        return thread

    def _heard(self, change: Change) -> None:
        said = change.subject
        if isinstance(said, Message) and said.person is self.chat.bot and (thread := self.threads.get(said.parent_id)):
            thread.told[Seen(said).heading] += 1
            self._bell.ring()

    @property
    def told(self) -> int:
        return sum(each.told.total() for each in self.threads.values())

    @property
    def _asked(self) -> int:
        return sum(each.expected.total() for each in self.threads.values())


def users() -> Iterator[tuple[str, str]]:
    """Addresses and names of the demo's users whom mail reaches."""
    made = demo_file()
    held = {each["address"] for each in made["suppressions"]}
    people = ((each["emails"][0], each["displayName"]) for each in made["people"])
    return ((address, name) for address, name in people if address not in held and "<" not in name)
