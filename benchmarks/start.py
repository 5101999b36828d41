"""How long from starting `helpdesk run` to its websocket being authorised?"""

from statistics import median

from benchmarks.report import Table, verdict
from benchmarks.stage import Stage, bare, bot

STARTS = 5
BUDGET_SECONDS = 2.0


async def measure(stage: Stage) -> Table:
    """The bot on each database and the bare client, started in turn; medians."""
    seconds: dict[str, list[float]] = {}
    for _ in range(STARTS):
        for starting in (*(bot(stage, database) for database in stage.databases), bare(stage)):
            async with starting as client:
                seconds.setdefault(client.name, []).append(client.start_seconds)
    reference = median(seconds["bare client"])
    return Table(
        "Start to ready",
        ("process", "median s", "fastest", "slowest", "x bare", "budget s", ""),
        [_row(name, found, reference) for name, found in seconds.items()],
        f"Of {STARTS} starts each, from exec to the websocket being authorised.",
    )


def _row(name: str, found: list[float], reference: float) -> tuple[str, ...]:
    middle = median(found)
    judged = ("", "") if name == "bare client" else (f"<= {BUDGET_SECONDS:g}", verdict(middle <= BUDGET_SECONDS))
    return (name, f"{middle:.2f}", f"{min(found):.2f}", f"{max(found):.2f}", f"{middle / reference:.1f}", *judged)
