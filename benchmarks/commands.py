"""Asking: look-ups typed in desk spaces, each timed until its answer is in the thread."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle

from benchmarks.clients import Client, Kind
from benchmarks.stage import AGENTS, Stage
from playground.rooms import Change, Message

ANSWER_SECONDS = 15
# Stands for the user's address in a sample.
USER = "user@customer.example"


class Unanswered(Exception):
    """A command got no answer, or one that does not show what was asked for."""


class Asker:
    """Agents at their keyboards. Agents and addresses are taken in turn, so that no answer is the one before."""

    def __init__(self, stage: Stage, agents: int) -> None:
        self.answers: Counter[str] = Counter()  # by id of the question
        self._stage = stage
        self._addresses = cycle(stage.addresses)
        self._agents = cycle(range(agents))
        self._awaited: dict[str, asyncio.Future[tuple[float, Message]]] = {}

    async def ask(self, client: Client, seconds: float = ANSWER_SECONDS) -> tuple[float, Message]:
        """Look one user up by address: seconds until the answer is stored, and the answer. Raises Unanswered."""
        number, address = next(self._agents), next(self._addresses)
        agent, space = self._stage.agents[number], client.spaces[number % len(client.spaces)]
        began = time.perf_counter()
        typed = await self._stage.cloud.post(agent, space, address, mention=client.account)
        answered = self._awaited[typed.id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                moment, answer = await answered
        except TimeoutError:
            raise Unanswered(f"{client.name} did not answer within {seconds} s: {address}") from None
        finally:
            del self._awaited[typed.id]
        if client.kind is not Kind.BARE and (answer.card is None or address not in answer.text):
            raise Unanswered(f"{client.name} did not show the user: {answer.text[:200]}")
        return moment - began, answer

    async def one_at_a_time(self, client: Client, count: int) -> list[float]:
        return [(await self.ask(client))[0] for _ in range(count)]

    async def at_rate(self, client: Client, count: int, per_second: float) -> list[float]:
        """`count` commands on a fixed schedule, however slow the answers are."""
        began = time.perf_counter()
        tasks = []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            tasks.append(asyncio.create_task(self.ask(client)))
        return [seconds for seconds, _ in await asyncio.gather(*tasks)]

    async def at_once(self, client: Client, count: int, seconds: float = ANSWER_SECONDS) -> list[float]:
        """`count` agents ask at the same moment: the times of those who were answered within `seconds`."""
        times = await asyncio.gather(*(self.time(client, seconds) for _ in range(count)))
        return [one for one in times if one is not None]

    async def time(self, client: Client, seconds: float) -> float | None:
        """What `ask` took; None when there was no answer to it."""
        try:
            return (await self.ask(client, seconds))[0]
        except Unanswered:
            return None

    async def sample(self, client: Client, count: int) -> str:
        """Of `count` answers the one of middle size, as the JSON body of a message, about USER."""
        bodies = [self._body((await self.ask(client))[1]) for _ in range(count)]
        return sorted(bodies, key=len)[count // 2]

    def hear(self, change: Change) -> None:
        message = change.subject
        if not isinstance(message, Message) or change.actor.type != "bot" or not message.parent_id:
            return
        self.answers[message.parent_id] += 1
        answered = self._awaited.get(message.parent_id)
        if answered and not answered.done():
            answered.set_result((time.perf_counter(), message))

    def _body(self, answer: Message) -> str:
        address = next(one for one in self._stage.addresses if one in answer.text)
        return json.dumps({"text": answer.text, "attachments": answer.attachments}).replace(address, USER)


@contextmanager
def asker(stage: Stage, count: int = AGENTS) -> Iterator[Asker]:
    """`count` agents who hear of answers at the moment they are stored."""
    agents = Asker(stage, count)
    stage.cloud.rooms.listeners.insert(0, agents.hear)
    try:
        yield agents
    finally:
        stage.cloud.rooms.listeners.remove(agents.hear)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    return sorted(values)[max(0, -int(-len(values) * share // 1) - 1)]
