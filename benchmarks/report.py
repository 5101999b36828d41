"""How findings look: lines for a terminal, Markdown for RESULTS.md."""

from collections.abc import Sequence
from dataclasses import dataclass

METHOD = """\
- The playground (a Webex of its own on 127.0.0.1) runs in the measuring process; every client is its own process.
  Clients take turns within one run, so that a busy minute strikes all of them: ratios say more than figures.
- The bare client hears of messages over the same kind of websocket and does only what no bot can do without: it
  fetches the message and posts an answer with a card of the same size. It is the limit of machine and playground.
- Stock webex-bot runs as it comes; its command looks the address up in the same SQLite database and fills a card of
  the same size. It is started anew for each load, since one whose link broke may not come back.
- Times go from the moment a message is stored to the moment its answer is. What the bot adds is each command's time
  minus the median of the bare client's in the same turn, so that noise counts against the bot. The delay of a REST
  call is slept before it is carried out. At a rate: sent on a fixed schedule, however late the answers are.
- Memory is what the operating system counts for the process (RSS); CPU likewise.
- Limits: one machine, no TLS and no network between the processes, a small directory (the demo's); the playground and
  PostgreSQL share the cores with the bot; a percentile is left out where there are too few commands to tell."""


@dataclass(frozen=True)
class Table:
    """`says`: what was judged, a sentence each."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    says: Sequence[str] = ()


def verdict(is_met: bool) -> str:
    return "met" if is_met else "NOT MET"


def plain(table: Table) -> str:
    """For a terminal: columns aligned, a blank line at the end."""
    widths = [max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (table.columns, ["-" * width for width in widths], *table.rows)
    ]
    return "\n".join([table.title, *lines, *([table.note] if table.note else []), *table.says, ""])


def document(machine: str, tables: Sequence[Table]) -> str:
    """RESULTS.md."""
    says = "\n".join(f"- {sentence}" for table in tables for sentence in table.says)
    parts = ["# What was measured", "Written by `make bench`.", machine, "## What the figures say", says]
    return "\n\n".join([*parts, *map(_markdown, tables), "## How", METHOD]) + "\n"


def _markdown(table: Table) -> str:
    rows = [table.columns, ["---"] * len(table.columns), *table.rows]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join([f"## {table.title}", lines, *([table.note] if table.note else [])])
