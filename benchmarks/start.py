"""How long from starting `helpdesk run` to hearing of events?"""

from statistics import median

from benchmarks.clients import OURS, Kind, bare
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage

STARTS = 3
BUDGET_SECONDS = 2.0


async def measure(stage: Stage) -> Table:
    """The bot in each shape and the bare client, started in turn; medians."""
    seconds: dict[str, list[float]] = {}
    for _ in range(STARTS):
        for starting in (*OURS, bare):
            async with starting(stage) as client:
                seconds.setdefault(client.name, []).append(client.start_seconds)
    reference = median(seconds[Kind.BARE.value])
    return Table(
        "Start to ready",
        ("process", "median s", "fastest", "slowest", "x bare", "budget s", ""),
        [_row(name, found, reference) for name, found in seconds.items()],
        f"Of {STARTS} starts each, from exec to the websocket being authorised, or the webhooks registered.",
    )


def _row(name: str, found: list[float], reference: float) -> tuple[str, ...]:
    middle = median(found)
    judged = ("", "") if name == Kind.BARE.value else (f"<= {BUDGET_SECONDS:g}", verdict(middle <= BUDGET_SECONDS))
    return (name, f"{middle:.2f}", f"{min(found):.2f}", f"{max(found):.2f}", f"{middle / reference:.1f}", *judged)
