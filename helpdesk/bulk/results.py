"""The file that says what became of each line, safe to open in a spreadsheet program."""

import csv
import io
from collections.abc import Iterable, Sequence

# What a program takes for the beginning of a formula, or skips before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Where a comma stands in numbers, spreadsheet programs expect semicolons between cells.
_DELIMITER = {"fr": ";"}


def csv_file(rows: Iterable[Sequence[str]], language_code: str) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=_DELIMITER.get(language_code, ","))
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """`cell` as no program takes it for a formula."""
    # The apostrophe is the programs' own sign for "this is text"; they do not show it.
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
