"""Files as spreadsheet programs write them, in whatever encoding; what is none is refused in words, quickly."""

import codecs
import io
import zipfile
from contextlib import suppress

import pytest

from helpdesk.bulk import MOST_BYTES, MOST_LINES
from helpdesk.bulk.decoding import NotText
from helpdesk.bulk.reading import NoAddresses, TooManyLines
from helpdesk.bulk.results import csv_file
from helpdesk.bulk.sheet import read_file
from helpdesk.bulk.table import BrokenTable
from helpdesk.platform.errors import BadInput

A, B = "a@acme.example", "b@acme.example"
TABLE = f"Név;E-mail cím;Csapat\r\nÁgnes;{A};X\r\nBéla;{B};Y\r\n"


def addresses(content: bytes) -> list[str | None]:
    return [each.address for each in read_file(content).lines]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("utf-32"),
        TABLE.encode("cp1252", errors="replace"),
    ],
)
def test_every_usual_encoding_is_read(content: bytes) -> None:
    assert addresses(content) == [A, B]
    assert read_file(content).heading == "E-mail cím"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter: str) -> None:
    assert addresses(TABLE.replace(";", delimiter).encode()) == [A, B]


def test_a_delimiter_that_the_file_names_is_taken_at_its_word() -> None:
    assert addresses(f"sep=;\r\nmail;note\r\n{A};x, y\r\n{B};z\r\n".encode()) == [A, B]


def test_plain_lines_need_no_heading() -> None:
    assert (addresses(f"{A}\n{B}\n".encode()), read_file(f"{A}\n{B}".encode()).heading) == ([A, B], "")


def test_of_two_columns_of_addresses_the_one_headed_so_is_read() -> None:
    sheet = f"Manager;E-mail\nboss@acme.example;{A}\nboss@acme.example;{B}\nboss@acme.example;\n"
    assert addresses(sheet.encode()) == [A, B, None]


def test_cells_in_quotes_hold_delimiters_and_line_ends() -> None:
    sheet = f'name,mail\n"Ruiz, ""Ana""\nof Acme",{A}\n"Bo",{B}\n'
    assert [(each.number, each.address) for each in read_file(sheet.encode()).lines] == [(3, A), (4, B)]


def test_empty_rows_are_no_lines_and_a_missing_cell_is_one() -> None:
    assert addresses(f"name;mail\n;\n\nAna;{A}\nBo\n".encode()) == [A, None]


def test_a_formula_is_no_address() -> None:
    lines = read_file(f'mail\n{A}\n"=HYPERLINK(""http://evil.example"")"\n=1+1@x\n'.encode()).lines
    assert [each.address for each in lines] == [A, None, None]


def test_our_own_result_is_a_list_again() -> None:
    rows = [["Line", "Address", "Result"], ["1", A, "Cleared"], ["2", B, "Not done"]]
    assert addresses(csv_file(rows, "en")) == addresses(csv_file(rows, "fr")) == [A, B]


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("people.csv", f"{A}\n" * 50_000)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _zip(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        b"%PDF-1.7\n" + A.encode(),
        b"\x1f\x8b\x08" + bytes(20),
        bytes(range(256)) * 20,
        A.encode() + b"\n\x00\x01\x02\x81\x8d",
        codecs.BOM_UTF16_LE + b"odd",
    ],
)
def test_what_is_no_text_is_refused_as_that(content: bytes) -> None:
    with pytest.raises(NotText):
        read_file(content)


def test_a_hundred_thousand_lines_are_refused_by_their_number() -> None:
    with pytest.raises(TooManyLines) as refused:
        read_file(b"a@b.example\n" * 80_000)
    assert refused.value.text.values["count"] == 80_000


def test_as_many_as_go_at_once_are_read_below_a_heading() -> None:
    assert len(addresses(b"mail\n" + b"a@b.example\n" * MOST_LINES)) == MOST_LINES
    with pytest.raises(TooManyLines):
        read_file(b"mail\n" + b"a@b.example\n" * (MOST_LINES + 1))


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_line() -> None:
    with pytest.raises(BrokenTable):
        read_file(f'mail\n{A}\n"'.encode() + b"x" * 200_000)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"name;team\nAna;X\n", b"sep=;\n"])
def test_a_file_without_any_address_is_refused(content: bytes) -> None:
    with pytest.raises(NoAddresses):
        read_file(content)


@pytest.mark.parametrize("filler", [b",", b";\n", b'"', b"\n", b"a@b.example,", b"'", b"@", b"\xff\xfe", b"x"])
def test_the_largest_file_of_anything_is_read_or_refused_and_never_fails(filler: bytes) -> None:
    with suppress(BadInput):
        read_file((filler * MOST_BYTES)[:MOST_BYTES])
