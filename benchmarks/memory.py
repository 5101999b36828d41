"""How much memory does the process hold, at rest and after work?"""

import asyncio

from benchmarks.clients import OURS, Client, bare
from benchmarks.commands import asker
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage

LOOK_UPS = 200
PER_SECOND = 50
REST_SECONDS = 1
BUDGET_MIB = 150


async def measure(stage: Stage) -> Table:
    rows = []
    for starting in (*OURS, bare):
        async with starting(stage) as client:
            rows.append(await _row(stage, client))
    return Table(
        "Resident memory",
        ("process", "at rest MiB", f"after {LOOK_UPS} look-ups MiB", "budget MiB", ""),
        rows,
        "The process alone, as the operating system counts it (RSS).",
    )


async def _row(stage: Stage, client: Client) -> tuple[str, ...]:
    at_rest = await _mebibytes(client)
    with asker(stage) as agent:
        await agent.at_rate(client, LOOK_UPS, PER_SECOND)
    after = await _mebibytes(client)
    judged = (f"<= {BUDGET_MIB}", verdict(max(at_rest, after) <= BUDGET_MIB)) if client.is_ours else ("", "")
    return (client.name, f"{at_rest:.0f}", f"{after:.0f}", *judged)


async def _mebibytes(client: Client) -> float:
    await asyncio.sleep(REST_SECONDS)
    return float(client.process.memory_info().rss / 2**20)
