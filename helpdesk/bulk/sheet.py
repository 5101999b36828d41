"""A file of addresses: CSV as any program writes it, a workbook, JSON, or plain lines; and a paste of any of them."""

import csv
import io
from collections.abc import Sequence
from itertools import islice

from helpdesk.bulk import MOST_LINES
from helpdesk.bulk.decoding import decode
from helpdesk.bulk.objects import is_json, read_objects
from helpdesk.bulk.reading import Listing, NoAddresses, TooManyLines, read_text
from helpdesk.bulk.table import (
    SAMPLE,
    BrokenTable,
    Row,
    Table,
    addresses_by_column,
    cell,
    is_answer,
    is_headed,
    read_table,
)
from helpdesk.bulk.workbook import is_workbook, rows_of
from helpdesk.platform.errors import BadInput

DELIMITERS = ",;\t|"


def read_file(content: bytes) -> Listing:
    """The lines of its column of addresses; without its heading, and without empty rows.

    Raises NotText, BrokenTable, BadWorkbook, TooMany or NoAddresses.
    """
    return read_table(table_of(content))


def table_of(content: bytes, most: int = MOST_LINES) -> Table:
    """The table in a file of whatever form, of `most` rows at most. Raises as `read_file` does."""
    if is_workbook(content):
        return _with_heads(_few(rows_of(content), most))
    text = decode(content)
    if is_json(text):
        table = read_objects(text)
        return Table(table.heads, _few(table.rows, most))
    return _with_heads(_rows(text, _delimiter(text), most))


def read_paste(text: str) -> Listing:
    """The same for what was pasted: a table is read by its column, all else line by line. Raises the same."""
    table = pasted_table(text)
    return read_table(table) if table else read_text(text)


def pasted_table(text: str) -> Table | None:
    """The table that a paste is; None for plain lines, which are read for all the addresses in them."""
    text = text.removeprefix("\ufeff")
    if is_json(text):
        return read_objects(text)
    if named := _named_delimiter(text):
        return _with_heads(_rows(text, named, MOST_LINES))
    sample = "".join(islice(io.StringIO(text), SAMPLE))
    for delimiter in DELIMITERS:
        try:
            cells = [each for each in _cells(sample, delimiter) if any(map(str.strip, each))]
        except csv.Error:
            continue
        if _is_table(cells):
            return _with_heads(_rows(text, delimiter, MOST_LINES))
    return None


def addresses_of_table(text: str) -> list[str]:
    """The addresses of a pasted table, each once; none where it is no table, or cannot be read."""
    try:
        table = pasted_table(text)
        lines = read_table(table).lines if table else ()
    except BadInput:
        return []
    return list(dict.fromkeys(each.address for each in lines if each.address))


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Rows of one width with addresses in one column and in no other cell; or headed by a word for addresses."""
    if not rows or len(rows[0]) < 2:
        return False
    found = addresses_by_column(rows)
    if len(rows) > 1 and "@" not in "".join(rows[0]) and any(is_headed(cell(rows[0], place)) for place in found):
        return True
    widths = {len(row) for row in rows}
    full = [place for place, count in found.items() if count * 2 > len(rows)]
    if not (len(widths) == len(full) == len(found) == 1):
        return False
    # An address in any other cell would be lost without a word, unless a mail server's answer quotes it.
    others = (each for row in rows for place, each in enumerate(row) if place not in found and "@" in each)
    return all(map(is_answer, others))


def _cells(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _with_heads(rows: Sequence[Row]) -> Table:
    has_heading = len(rows) > 1 and "@" not in "".join(rows[0][1])
    return Table(rows[0][1] if has_heading else [], rows[has_heading:])


def _few(rows: Sequence[Row], most: int) -> Sequence[Row]:
    if not rows:
        raise NoAddresses
    if len(rows) > most + 1:
        raise TooManyLines(len(rows))
    return rows


def _delimiter(text: str) -> str:
    """The one that sets most addresses apart, unless it is named."""
    return _named_delimiter(text) or max(DELIMITERS, key=lambda each: sum(_sample(text, each)))


def _named_delimiter(text: str) -> str:
    """What Excel names in a first line of its own, `sep=;`; empty for none."""
    is_named = text[:4].lower() == "sep=" and text[4:5] in DELIMITERS and text[5:6] in ("\r", "\n")
    return text[4:5] if is_named else ""


def _sample(text: str, delimiter: str) -> Sequence[int]:
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE))
    except csv.Error:
        return []
    return list(addresses_by_column(rows).values())


def _rows(text: str, delimiter: str, most: int) -> list[Row]:
    """The rows that hold anything, with the numbers of the lines they end on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    count = 0
    try:
        for cells in reader:
            if not any(map(str.strip, cells)) or _names_delimiter(cells, reader.line_num):
                continue
            count += 1
            if count <= most + 1:  # of what is refused in any case, only the number is wanted
                rows.append((reader.line_num, cells))
    except csv.Error:
        raise BrokenTable(reader.line_num) from None
    if count > most + 1:
        raise TooManyLines(count)
    if not rows:
        raise NoAddresses
    return rows


def _names_delimiter(cells: Sequence[str], number: int) -> bool:
    return number == 1 and cells[0].lower().startswith("sep=")
