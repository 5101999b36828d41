"""What happens when 1, 10, 100, 1 000 agents ask at the same moment?"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from benchmarks.clients import OURS, Client, Kind, bare, bot, stock
from benchmarks.commands import Asker, asker, percentile
from benchmarks.databases import SQLITE
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage

DELAY_MS = 150
SAMPLES = 40
WARM_UP = 5
# Agents at once -> rounds.
ROUNDS = {1: 10, 10: 5, 100: 5, 1000: 3}
STOCK_ROUNDS = {1: 10, 200: 1}
PATIENCE_SECONDS = 20.0
# What is answered twice is so within this time of the last answer.
SETTLE_SECONDS = 1.0
ENOUGH_FOR_P99 = 100


@dataclass
class Asked:
    """Seconds of what was answered; the rest of `count` was lost. Memory in MiB, before and after."""

    count: int
    times: list[float] = field(default_factory=list)
    twice: int = 0
    calls: int = 0
    before: float = 0.0
    after: float = 0.0


async def measure(stage: Stage) -> Table:
    rows, says = [], []
    async with AsyncExitStack() as stack:
        agents = stack.enter_context(asker(stage))
        async with bot(stage, SQLITE) as sampled:
            sample = await agents.sample(sampled, SAMPLES)
        stage.cloud.faults.latency_seconds = DELAY_MS / 1000
        for starting in (lambda stage: stock(stage, sample), lambda stage: bare(stage, sample), *OURS):
            async with starting(stage) as client:
                found = await _found(stage, agents, client)
                rows += [_row(client, size, one) for size, one in found.items()]
                says += [_sentence(client, size, one) for size, one in found.items() if size == max(found)]
        stage.cloud.faults.clear()
    return Table(
        "Many agents at once",
        (
            *("client", "agents at once", "asked", "p50 ms", "p95 ms", "p99 ms"),
            *("lost", "twice", "calls", "MiB before", "MiB after", "budget", ""),
        ),
        rows,
        f"Each agent asks once, all at the same moment, {DELAY_MS} ms a call; some rounds of that. Lost: without an "
        f"answer for {PATIENCE_SECONDS:g} s. Calls: to Webex, for a command. Budget: none lost, none twice.",
        says,
    )


async def _found(stage: Stage, agents: Asker, client: Client) -> dict[int, Asked]:
    """By how many agents asked at once."""
    await agents.one_at_a_time(client, WARM_UP)
    rounds = STOCK_ROUNDS if client.kind is Kind.STOCK else ROUNDS
    return {size: await _asked(stage, agents, client, size, rounds[size]) for size in rounds}


async def _asked(stage: Stage, agents: Asker, client: Client, size: int, rounds: int) -> Asked:
    found = Asked(size * rounds, before=_mebibytes(client))
    agents.answers.clear()
    calls = len(stage.cloud.calls)
    for _ in range(rounds):
        found.times += await agents.at_once(client, size, PATIENCE_SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    found.twice = sum(answers > 1 for answers in agents.answers.values())
    found.calls = len(stage.cloud.calls) - calls
    found.after = _mebibytes(client)
    client.forget(stage.cloud.rooms)
    return found


def _sentence(client: Client, size: int, found: Asked) -> str:
    lost = found.count - len(found.times)
    judged = f" ({verdict(lost == found.twice == 0)})" if client.is_ours else ""
    return (
        f"{client.name}: of {found.count} commands, {size} at the same moment, {lost} lost and {found.twice} "
        f"answered twice{judged}."
    )


def _row(client: Client, size: int, found: Asked) -> tuple[str, ...]:
    lost = found.count - len(found.times)
    judged = ("0, 0", verdict(lost == found.twice == 0)) if client.is_ours else ("", "")
    return (
        *(
            client.name,
            f"{size}",
            f"{found.count}",
            *(_milliseconds(found.times, share) for share in (0.5, 0.95, 0.99)),
        ),
        *(f"{lost}", f"{found.twice}", f"{found.calls / found.count:.2f}"),
        *(f"{found.before:.0f}", f"{found.after:.0f}", *judged),
    )


def _milliseconds(times: list[float], share: float) -> str:
    is_told = bool(times) and (share < 0.99 or len(times) >= ENOUGH_FOR_P99)
    return f"{percentile(times, share) * 1000:.0f}" if is_told else "–"


def _mebibytes(client: Client) -> float:
    return float(client.process.memory_info().rss / 2**20)
