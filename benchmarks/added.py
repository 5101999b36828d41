"""What does the bot add to the two Webex calls that a look-up needs?"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median

from benchmarks.clients import OURS, Client, bare, bot
from benchmarks.commands import Asker, asker, percentile
from benchmarks.databases import SQLITE
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage

BUDGET_P50_MS, BUDGET_P99_MS = 5.0, 25.0
DELAYS_MS = (0, 50, 150)
PER_SECOND = 50
AGENTS = 50
TURN = 100  # commands at PER_SECOND before the next client's turn
TURNS = 3
WARM_UP = 40
SETTLE_SECONDS = 0.05


@dataclass
class Finding:
    """Seconds of every command, and those minus the bare client's median of the same turn."""

    times: list[float] = field(default_factory=list)
    added: list[float] = field(default_factory=list)
    calls: int = 0
    cpu_seconds: float = 0.0


async def measure(stage: Stage) -> Table:
    async with AsyncExitStack() as stack:
        agents = stack.enter_context(asker(stage, AGENTS))
        async with bot(stage, SQLITE) as sampled:
            sample = await agents.sample(sampled, WARM_UP)
        reference = await stack.enter_async_context(bare(stage, sample))
        clients = [reference, *[await stack.enter_async_context(one(stage)) for one in OURS]]
        for client in clients:
            await agents.one_at_a_time(client, WARM_UP)
        rows, says = [], []
        for delay in DELAYS_MS:
            stage.cloud.faults.latency_seconds = delay / 1000
            found = await _in_turns(stage, agents, clients)
            rows += [_row(delay, client, one) for client, one in zip(clients, found, strict=True)]
            says += [_sentence(delay, client, one) for client, one in zip(clients[1:], found[1:], strict=True)]
        stage.cloud.faults.clear()
    return Table(
        "What the bot adds to a look-up's two Webex calls",
        ("call ms", "client", "p50 ms", "p99 ms", "added p50", "added p99", "CPU ms", "calls", "budget", ""),
        rows,
        f"{PER_SECOND} look-ups a second by {AGENTS} agents, {TURNS * TURN} for each row. CPU and calls to Webex: "
        f"for a command. Budget: added p50 <= {BUDGET_P50_MS:g} ms, p99 <= {BUDGET_P99_MS:g} ms.",
        says,
    )


async def _in_turns(stage: Stage, agents: Asker, clients: Sequence[Client]) -> list[Finding]:
    """A finding for each client; the first client is what the others are compared with."""
    found = [Finding() for _ in clients]
    for _ in range(TURNS):
        reference = 0.0
        for client, finding in zip(clients, found, strict=True):
            calls, cpu = len(stage.cloud.calls), _cpu_seconds(client)
            times = await agents.at_rate(client, TURN, PER_SECOND)
            # The last answer is stored; the bot still has to hear so, and to mark its claim done.
            await asyncio.sleep(SETTLE_SECONDS + stage.cloud.faults.latency_seconds)
            finding.calls += len(stage.cloud.calls) - calls
            finding.cpu_seconds += _cpu_seconds(client) - cpu
            reference = reference or median(times)
            finding.times += times
            finding.added += [seconds - reference for seconds in times]
    return found


def _sentence(delay: int, client: Client, found: Finding) -> str:
    p50, p99 = _added(found)
    return f"{client.name}: adds {p50:.1f} ms (p50) and {p99:.1f} ms (p99) at {delay} ms a call ({_judged(found)})."


def _added(found: Finding) -> tuple[float, float]:
    # Plus 0.0: "-0.0" is no figure.
    p50, p99 = (round(percentile(found.added, share) * 1000, 1) + 0.0 for share in (0.5, 0.99))
    return p50, p99


def _judged(found: Finding) -> str:
    p50, p99 = _added(found)
    return verdict(p50 <= BUDGET_P50_MS and p99 <= BUDGET_P99_MS)


def _row(delay: int, client: Client, found: Finding) -> tuple[str, ...]:
    p50, p99 = _added(found)
    count = len(found.times)
    return (
        *(f"{delay}", client.name, *(f"{percentile(found.times, share) * 1000:.1f}" for share in (0.5, 0.99))),
        *(f"{p50:.1f}", f"{p99:.1f}", f"{found.cpu_seconds / count * 1000:.1f}", f"{found.calls / count:.2f}"),
        *((f"<= {BUDGET_P50_MS:g}, {BUDGET_P99_MS:g}", _judged(found)) if client.is_ours else ("", "")),
    )


def _cpu_seconds(client: Client) -> float:
    used = client.process.cpu_times()
    return float(used.user + used.system)
