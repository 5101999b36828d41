"""The file that says what became of each line, safe to open in a spreadsheet program."""

import csv
import io
from collections.abc import Iterable, Sequence

from helpdesk.platform.text.showing import csv_cell

# Where a comma stands in numbers, spreadsheet programs expect semicolons between cells.
_DELIMITER = {"fr": ";"}


def csv_file(rows: Iterable[Sequence[str]], language_code: str) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=_DELIMITER.get(language_code, ","))
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")
