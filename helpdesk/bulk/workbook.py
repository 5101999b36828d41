"""The first sheet of an Excel workbook (.xlsx), as a table. A workbook is a ZIP of XML: bounded before it is opened."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from helpdesk.bulk.table import Row
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text

START = b"PK\x03\x04"
MOST_PARTS = 500
MOST_BYTES = 32 * 1024 * 1024
MOST_COLUMNS = 100
# Rows that are looked at, empty ones with them.
MOST_ROWS = 20_000
_PIECE = 64 * 1024
_ENTITY = (b"<!ENTITY", b"<!DOCTYPE")


class BadWorkbook(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("This workbook cannot be read: it is broken, locked with a password, or too large."),
            Text("In the spreadsheet program, save it as CSV (UTF-8), and send that file."),
        )


def is_workbook(content: bytes) -> bool:
    """A ZIP with a workbook in it; any other archive is none."""
    if not content.startswith(START):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()[:MOST_PARTS]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return b"xl/" in content[:4096]  # cut off: it was one


def rows_of(content: bytes) -> list[Row]:
    """The rows that hold anything, with their numbers. Raises BadWorkbook."""
    try:
        _require_small(content)
        return list(_rows(content))
    except BadWorkbook:
        raise
    # A broken workbook fails in its reader in more ways than are written down.
    except Exception:
        raise BadWorkbook from None


def _require_small(content: bytes) -> None:
    """What its parts unpack to is counted while they are unpacked: what the archive says of it may be untrue."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise BadWorkbook
        size = 0
        for part in parts:
            with archive.open(part) as opened:
                first = True
                while piece := opened.read(_PIECE):
                    size += len(piece)
                    if size > MOST_BYTES or (first and any(mark in piece for mark in _ENTITY)):
                        raise BadWorkbook
                    first = False


def _rows(content: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook  # takes a tenth of a second, and is rarely needed

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        found = book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(found, 1):
            texts = [_text(each) for each in cells]
            if any(texts):
                yield number, texts
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
