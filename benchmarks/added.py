"""What does the bot add to the two Webex calls that a look-up needs?"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median

from benchmarks.commands import Asker, asker, percentile
from benchmarks.report import Table, verdict
from benchmarks.stage import Client, Stage, bare, bot

BUDGET_P50_MS, BUDGET_P99_MS = 5.0, 25.0
PER_SECOND = 50
TURN = 100  # commands at PER_SECOND before the next client's turn
TURNS = 3
# Delay of a REST call in ms -> commands one at a time; fewer where each takes long.
ONE_AT_A_TIME = {0: 200, 50: 60, 150: 30}
ENOUGH_FOR_P99 = 200
WARM_UP = 40

Turn = Callable[[Client], Awaitable[list[float]]]


@dataclass
class Finding:
    """Seconds of every command, and those minus the bare client's median of the same turn."""

    times: list[float] = field(default_factory=list)
    added: list[float] = field(default_factory=list)
    calls: int = 0
    cpu_seconds: float = 0.0


async def measure(stage: Stage) -> Table:
    async with AsyncExitStack() as stack:
        agent = stack.enter_context(asker(stage))
        clients = [await stack.enter_async_context(bot(stage, database)) for database in stage.databases]
        samples = [await agent.sample(each, WARM_UP) for each in clients]
        clients.insert(0, await stack.enter_async_context(bare(stage, samples[0])))
        await agent.one_at_a_time(clients[0], WARM_UP)
        rows = []
        for delay in ONE_AT_A_TIME:
            stage.cloud.faults.latency_seconds = delay / 1000
            rows += await _at_rate(stage, agent, clients, delay)
            rows += await _one_at_a_time(stage, agent, clients, delay)
        stage.cloud.faults.clear()
    return Table(
        "What the bot adds to a look-up's two Webex calls",
        (
            *("call ms", "sent", "client", "commands", "p50 ms", "p99 ms", "added p50", "added p95", "added p99"),
            *("x bare", "CPU ms", "calls", "budget", ""),
        ),
        rows,
        f"Look-up of a user by address, in a desk space of an agent named in the database. Budget: added p50 <= "
        f"{BUDGET_P50_MS:g} ms, and p99 <= {BUDGET_P99_MS:g} ms at {PER_SECOND} commands a second.",
    )


async def _at_rate(stage: Stage, agent: Asker, clients: list[Client], delay: int) -> list[tuple[str, ...]]:
    found = await _in_turns(stage, clients, TURNS, lambda client: agent.at_rate(client, TURN, PER_SECOND))
    return [_row(delay, f"{PER_SECOND}/s", client, found) for client in clients]


async def _one_at_a_time(stage: Stage, agent: Asker, clients: list[Client], delay: int) -> list[tuple[str, ...]]:
    found = await _in_turns(stage, clients, 10, lambda client: agent.one_at_a_time(client, ONE_AT_A_TIME[delay] // 10))
    return [_row(delay, "singly", client, found) for client in clients]


async def _in_turns(stage: Stage, clients: list[Client], turns: int, turn: Turn) -> dict[str, Finding]:
    """Findings by client; the first client is what the others are compared with."""
    found = {client.name: Finding() for client in clients}
    for _ in range(turns):
        reference = 0.0
        for client in clients:
            finding = found[client.name]
            calls, cpu = len(stage.cloud.calls), _cpu_seconds(client)
            times = await turn(client)
            # The last answer is stored; the bot still has to hear so, and to mark its claim done.
            await asyncio.sleep(0.05 + stage.cloud.faults.latency_seconds)
            finding.calls += len(stage.cloud.calls) - calls
            finding.cpu_seconds += _cpu_seconds(client) - cpu
            reference = reference or median(times)
            finding.times += times
            finding.added += [seconds - reference for seconds in times]
    return found


def _row(delay: int, sent: str, client: Client, found: dict[str, Finding]) -> tuple[str, ...]:
    finding, bare_median = found[client.name], median(next(iter(found.values())).times)
    middle, count = median(finding.times), len(finding.times)
    return (
        *(f"{delay}", sent, client.name, f"{count}", f"{middle * 1000:.1f}"),
        f"{percentile(finding.times, 0.99) * 1000:.1f}" if count >= ENOUGH_FOR_P99 else "–",
        *(_added(finding, share) for share in (0.5, 0.95, 0.99)),
        *(f"{middle / bare_median:.2f}", f"{finding.cpu_seconds / count * 1000:.1f}", f"{finding.calls / count:.2f}"),
        *(_judged(finding, sent) if client.knows else ("", "")),
    )


def _added(finding: Finding, share: float) -> str:
    is_told = share < 0.99 or len(finding.added) >= ENOUGH_FOR_P99
    # Rounded first: "-0.0" is no figure.
    return f"{round(percentile(finding.added, share) * 1000, 1) + 0.0:.1f}" if is_told else "–"


def _judged(finding: Finding, sent: str) -> tuple[str, str]:
    p50, p99 = (percentile(finding.added, share) * 1000 for share in (0.5, 0.99))
    if sent == "singly":
        return f"p50 <= {BUDGET_P50_MS:g}", verdict(p50 <= BUDGET_P50_MS)
    return f"<= {BUDGET_P50_MS:g}, {BUDGET_P99_MS:g}", verdict(p50 <= BUDGET_P50_MS and p99 <= BUDGET_P99_MS)


def _cpu_seconds(client: Client) -> float:
    used = client.process.cpu_times()
    return float(used.user + used.system)
