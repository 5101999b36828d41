"""`python -m benchmarks [NAME...]`: ask every question, or those named; print the answers.

All of them together are written to RESULTS.md. Exit status 0 whether budgets are met or not, since this
measures; 1 when a process did not start or a command was not answered.
"""

import argparse
import gc
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import uvloop

from benchmarks import added, audit, growth, machine, memory, report, search, start, sync, throughput, view
from benchmarks.clients import NotStarted
from benchmarks.commands import Unanswered
from benchmarks.report import Table
from benchmarks.stage import Stage, set_up
from playground.processes import BotFailed

RESULTS = Path(__file__).with_name("RESULTS.md")

# To ask another question: write its file, list it here.
QUESTIONS: dict[str, Callable[[Stage], Awaitable[Table]]] = {
    "start": start.measure,
    "memory": memory.measure,
    "added": added.measure,
    "throughput": throughput.measure,
    "growth": growth.measure,
    "search": search.measure,
    "sync": sync.measure,
    "audit": audit.measure,
    "view": view.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(QUESTIONS)}")
    names = parser.parse_args().names
    if unknown := set(names) - set(QUESTIONS):
        parser.error(f"no such question: {', '.join(sorted(unknown))}")
    # Looking for garbage in all that the playground remembers would stop it in the middle of a turn.
    gc.disable()
    try:
        tables = uvloop.run(_measured(names or list(QUESTIONS)))
    except (BotFailed, NotStarted, Unanswered) as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    if not names:
        RESULTS.write_text(report.document(machine.described(), tables), encoding="utf-8")
    return 0


async def _measured(names: Sequence[str]) -> list[Table]:
    tables = []
    async with set_up() as stage:
        for name in names:
            tables.append(await QUESTIONS[name](stage))
            print(report.plain(tables[-1]), flush=True)
    return tables


if __name__ == "__main__":
    sys.exit(main())
