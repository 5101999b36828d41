"""The audit as a file: a line a row, as CSV for people and spreadsheet programs or as JSON for programs.

CSV cells are harmless where they are shown (helpdesk.platform.text.showing). JSON is the row as it stands, and what
cannot be seen in it is written as an escape.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from helpdesk.audit.reading import Row, Selection, stream
from helpdesk.platform.store import Store
from helpdesk.platform.text.showing import csv_cell, json_text

COLUMNS = (
    "id",
    "at",
    "actor",
    "action",
    "subject",
    "organization_id",
    "reason",
    "outcome",
    "event_id",
    "hash",
    "key_id",
    "pseudonyms",
)


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


async def export(store: Store, selection: Selection, as_: Format) -> AsyncIterator[str]:
    """The file, in pieces; it takes no more memory, however large it is."""
    if as_ is Format.CSV:
        yield _csv([COLUMNS])
    async for rows in stream(store, selection):
        yield _WRITE[as_](rows)


def cells(row: Row) -> list[str]:
    """A row as a table shows it."""
    return [_cell(row[name]) for name in COLUMNS]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([csv_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _jsonl(rows: Iterable[Row]) -> str:
    lines = (json.dumps({name: _plain(row[name]) for name in COLUMNS}, ensure_ascii=False) for row in rows)
    return json_text("".join(f"{line}\n" for line in lines))


def _cell(value: object) -> str:
    return str(_plain("" if value is None else value))


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


_WRITE: Mapping[Format, Callable[[Sequence[Row]], str]] = {
    Format.CSV: lambda rows: _csv(map(cells, rows)),
    Format.JSONL: _jsonl,
}
