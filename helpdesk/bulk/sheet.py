"""A file of addresses: CSV as any spreadsheet program writes it, or plain lines."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from helpdesk.address import read_address
from helpdesk.bulk import MOST_LINES
from helpdesk.bulk.decoding import decode
from helpdesk.bulk.reading import LONGEST_TEXT, Listing, NoAddresses, TooMany, line, listing
from helpdesk.errors import BadInput
from helpdesk.language import Text
from helpdesk.pasted import clean

DELIMITERS = ",;\t|"
# By these rows it is seen how the file is built.
_SAMPLE = 100
_MOST_COLUMNS = 100
_HEADINGS = ("mail", "courriel", "address", "adresse")

Row = tuple[int, list[str]]


class BrokenSheet(BadInput):
    def __init__(self, number: int) -> None:
        super().__init__(
            Text("The file cannot be read from line {number} on.", number=number),
            Text("A quotation mark that is opened there may never be closed. Correct it and send the file again."),
        )


def read_file(content: bytes) -> Listing:
    """The lines of its column of addresses; without its heading, and without empty rows.

    Raises NotText, BrokenSheet, TooMany or NoAddresses.
    """
    text = decode(content)
    rows = _rows(text, _delimiter(text))
    column = _column(rows[:_SAMPLE])
    has_heading = len(rows) > 1 and "@" not in "".join(rows[0][1])
    heading = clean(_cell(rows[0][1], column))[:LONGEST_TEXT] if has_heading else ""
    return listing([line(number, _cell(row, column)) for number, row in rows[has_heading:]], heading)


def _delimiter(text: str) -> str:
    """The one that sets most addresses apart. Excel may name it, in a first line of its own."""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS and text[5:6] in "\r\n":
        return text[4]
    return max(DELIMITERS, key=lambda each: sum(_sample(text, each).values()))


def _sample(text: str, delimiter: str) -> Counter[int]:
    try:
        return _addresses(list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SAMPLE)))
    except csv.Error:
        return Counter()


def _rows(text: str, delimiter: str) -> list[Row]:
    """The rows that hold anything, with the numbers of the lines they end on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    count = 0
    try:
        for cells in reader:
            if not any(map(str.strip, cells)) or _names_delimiter(cells, reader.line_num):
                continue
            count += 1
            if count <= MOST_LINES + 1:  # of what is refused in any case, only the number is wanted
                rows.append((reader.line_num, cells))
    except csv.Error:
        raise BrokenSheet(reader.line_num) from None
    if count > MOST_LINES + 1:
        raise TooMany(count)
    if not rows:
        raise NoAddresses
    return rows


def _names_delimiter(cells: Sequence[str], number: int) -> bool:
    return number == 1 and cells[0].lower().startswith("sep=")


def _column(rows: Sequence[Row]) -> int:
    """The one with most addresses; of several with about as many, the one headed as such. Raises NoAddresses."""
    found = _addresses([cells for _, cells in rows])
    if not found:
        raise NoAddresses
    many = max(found.values()) / 2
    heads = rows[0][1]
    return max(
        (column for column in sorted(found) if found[column] >= many),
        key=lambda column: (_is_headed(_cell(heads, column)), found[column]),
    )


def _is_headed(cell: str) -> bool:
    return "@" not in cell and any(word in cell.lower() for word in _HEADINGS)


def _addresses(rows: Sequence[Sequence[str]]) -> Counter[int]:
    """How many addresses stand in each column."""
    first = ((column, cell) for cells in rows for column, cell in enumerate(cells[:_MOST_COLUMNS]))
    return Counter(column for column, cell in first if read_address(cell))


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""
