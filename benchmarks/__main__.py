"""`python -m benchmarks`: ask every question, print the answers, write them to RESULTS.md.

Exit status 0 whether budgets are met or not, since this measures; 1 when a process did not start or a
command was not answered.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks import added, machine, memory, report, start
from benchmarks.commands import Unanswered
from benchmarks.report import Table
from benchmarks.stage import NotStarted, Stage, set_up
from playground.processes import BotFailed

RESULTS = Path(__file__).with_name("RESULTS.md")

# To ask another question: write its file, list it here.
BENCHMARKS: tuple[Callable[[Stage], Awaitable[Table]], ...] = (start.measure, memory.measure, added.measure)


def main() -> int:
    try:
        tables = asyncio.run(_measured())
    except (BotFailed, NotStarted, Unanswered) as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    RESULTS.write_text(report.document(machine.described(), tables), encoding="utf-8")
    return 0


async def _measured() -> list[Table]:
    tables = []
    async with set_up() as stage:
        for measure in BENCHMARKS:
            tables.append(await measure(stage))
            print(report.plain(tables[-1]), flush=True)
    return tables


if __name__ == "__main__":
    sys.exit(main())
