"""How many commands a second does one process sustain, against webex-bot and against the bare client?"""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

from benchmarks.clients import OURS, Client, bare, bot, stock
from benchmarks.commands import Asker, asker
from benchmarks.databases import SQLITE
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage

DELAYS_MS = (0, 50, 150)
JUDGED_MS = 150
BUDGET_X_STOCK, BUDGET_OF_BARE = 40, 0.7
WARM_UP_SECONDS = 1.5
WINDOW_SECONDS = 4.0
PATIENCE_SECONDS = 15.0
SAMPLES = 40
OUTSTANDING = 500
# webex-bot has 6 threads on two cores, and loses more the more is asked at once: the best of these counts.
STOCK_OUTSTANDING = (1, 6)
# Longer, and its few agents would wait for what it lost until the window is over.
STOCK_PATIENCE_SECONDS = 3.0


@dataclass
class Sustained:
    """What was answered within the window; `lost` are those of `asked` that were not answered in good time."""

    client: Client
    outstanding: int
    answered: int = 0
    asked: int = 0
    lost: int = 0

    @property
    def per_second(self) -> float:
        return self.answered / WINDOW_SECONDS


async def measure(stage: Stage) -> Table:
    async with AsyncExitStack() as stack:
        agents = stack.enter_context(asker(stage))
        async with bot(stage, SQLITE) as sampled:
            sample = await agents.sample(sampled, SAMPLES)
        reference = await stack.enter_async_context(bare(stage, sample))
        clients = [await stack.enter_async_context(one(stage)) for one in OURS]
        rows, says = [], []
        for delay in DELAYS_MS:
            stage.cloud.faults.latency_seconds = delay / 1000
            by_stock = await _stock(stage, agents, sample)
            by_bare, *by_us = [await sustained(stage, agents, one, OUTSTANDING) for one in (reference, *clients)]
            found = [by_stock, by_bare, *by_us]
            rows += [_row(delay, one, by_stock, by_bare) for one in found]
            if delay == JUDGED_MS:
                says = [_sentence(one, by_stock, by_bare) for one in by_us]
        stage.cloud.faults.clear()
    return Table(
        "Commands a second",
        ("call ms", "client", "open at once", "answered/s", "asked", "lost", "x stock", "of bare", "budget", ""),
        rows,
        f"Look-ups; as many agents as `open at once` tells have a question open at any time. Counted for "
        f"{WINDOW_SECONDS:g} s after {WARM_UP_SECONDS:g} s of warm-up; lost: of all asked, without an answer for "
        f"{PATIENCE_SECONDS:g} s ({STOCK_PATIENCE_SECONDS:g} s for webex-bot). webex-bot is given the load it does "
        f"best with. Budget at {JUDGED_MS} ms: {BUDGET_X_STOCK} x stock, {BUDGET_OF_BARE:.0%} of bare.",
        says,
    )


async def _stock(stage: Stage, agents: Asker, sample: str) -> Sustained:
    """The best it does; a process for each load, since one that lost its link may not come back."""
    tries = []
    for load in STOCK_OUTSTANDING:
        async with stock(stage, sample) as client:
            tries.append(await sustained(stage, agents, client, load, STOCK_PATIENCE_SECONDS))
    return max(tries, key=lambda one: one.answered)


def _sentence(found: Sustained, by_stock: Sustained, by_bare: Sustained) -> str:
    x_stock, of_bare = found.per_second / by_stock.per_second, found.per_second / by_bare.per_second
    return (
        f"{found.client.name}: {found.per_second:.0f} commands a second at {JUDGED_MS} ms a call: "
        f"{x_stock:.0f} x stock ({verdict(x_stock >= BUDGET_X_STOCK)}), "
        f"{of_bare:.0%} of bare ({verdict(of_bare >= BUDGET_OF_BARE)})."
    )


def _row(delay: int, found: Sustained, by_stock: Sustained, by_bare: Sustained) -> tuple[str, ...]:
    x_stock, of_bare = found.per_second / by_stock.per_second, found.per_second / by_bare.per_second
    is_judged = delay == JUDGED_MS and found.client.is_ours
    is_met = x_stock >= BUDGET_X_STOCK and of_bare >= BUDGET_OF_BARE
    return (
        *(f"{delay}", found.client.name, f"{found.outstanding}", f"{found.per_second:.0f}", f"{found.asked}"),
        *(f"{found.lost}", f"{x_stock:.1f}", f"{of_bare:.0%}"),
        *((f">= {BUDGET_X_STOCK}, {BUDGET_OF_BARE:.0%}", verdict(is_met)) if is_judged else ("", "")),
    )


async def sustained(
    stage: Stage, agents: Asker, client: Client, outstanding: int, patience: float = PATIENCE_SECONDS
) -> Sustained:
    """`outstanding` agents have a question open at any time: whoever is answered makes room for the next."""
    found = Sustained(client, outstanding)
    began = time.perf_counter()
    counted, ended = began + WARM_UP_SECONDS, began + WARM_UP_SECONDS + WINDOW_SECONDS

    async def one_after_another(wait_seconds: float) -> None:
        await asyncio.sleep(wait_seconds)
        while time.perf_counter() < ended:
            seconds = await agents.time(client, patience)
            found.asked += 1
            found.lost += seconds is None
            found.answered += seconds is not None and counted <= time.perf_counter() < ended

    # Spread, as people are: all at once would ask, and wait, in step for ever.
    spread = WARM_UP_SECONDS / 4 / outstanding
    await asyncio.gather(*(one_after_another(number * spread) for number in range(outstanding)))
    client.forget(stage.cloud.rooms)
    return found
