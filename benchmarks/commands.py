"""Asking: look-ups typed in a desk space, each timed until its answer is in the thread."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from benchmarks.stage import Client, Stage
from playground.rooms import Change, Message

ANSWER_SECONDS = 15


class Unanswered(Exception):
    """A command got no answer, or one that does not show what was asked for."""


Answers = dict[str, asyncio.Future[tuple[float, Message]]]  # by id of the question


class Asker:
    """The agent at the keyboard. Addresses are taken in turn, so that no answer is the one before."""

    def __init__(self, stage: Stage, awaited: Answers) -> None:
        self._stage = stage
        self._awaited = awaited
        self._asked = 0

    async def ask(self, client: Client) -> tuple[float, Message]:
        """Look one user up by address: seconds until the answer is stored, and the answer. Raises Unanswered."""
        address = self._stage.addresses[self._asked % len(self._stage.addresses)]
        self._asked += 1
        began = time.perf_counter()
        typed = await self._stage.cloud.post(self._stage.agent, client.desk, address, mention=client.account)
        answered = self._awaited.setdefault(typed.id, asyncio.get_running_loop().create_future())
        try:
            moment, answer = await asyncio.wait_for(answered, ANSWER_SECONDS)
        except TimeoutError:
            raise Unanswered(f"{client.name} did not answer within {ANSWER_SECONDS} s: {address}") from None
        finally:
            del self._awaited[typed.id]
        if client.knows and (answer.card is None or address not in answer.text):
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

    async def sample(self, client: Client, count: int) -> str:
        """Of `count` answers the one of middle size, as the JSON body of a message."""
        bodies = [_body((await self.ask(client))[1]) for _ in range(count)]
        return sorted(bodies, key=len)[count // 2]


@contextmanager
def asker(stage: Stage) -> Iterator[Asker]:
    """An Asker that hears of answers at the moment they are stored."""
    awaited: Answers = {}
    listener = _listener(awaited)
    stage.cloud.rooms.listeners.insert(0, listener)
    try:
        yield Asker(stage, awaited)
    finally:
        stage.cloud.rooms.listeners.remove(listener)


def _listener(awaited: Answers) -> Callable[[Change], None]:
    def hear(change: Change) -> None:
        message = change.subject
        if not isinstance(message, Message) or change.actor.type != "bot" or not message.parent_id:
            return
        answered = awaited.get(message.parent_id)
        if answered and not answered.done():
            answered.set_result((time.perf_counter(), message))

    return hear


def _body(answer: Message) -> str:
    return json.dumps({"text": answer.text, "attachments": answer.attachments})


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    return sorted(values)[max(0, -int(-len(values) * share // 1) - 1)]
