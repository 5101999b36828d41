"""A workbook is read like a CSV; one that is broken, huge inside or made to hurt is refused in words, quickly."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from helpdesk.bulk import MOST_BYTES as LARGEST_FILE
from helpdesk.bulk.decoding import NotText
from helpdesk.bulk.reading import NoAddresses, TooManyLines
from helpdesk.bulk.sheet import read_file
from helpdesk.bulk.workbook import MOST_BYTES, MOST_PARTS, BadWorkbook

A, B = "a@acme.example", "b@acme.example"


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    other = book.create_sheet("Others")
    other.append(["Mail"])
    other.append(["other@acme.example"])
    return saved(book)


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def changed(content: bytes, name: str, text: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
    return made.getvalue()


def test_the_first_sheet_is_read_by_its_column_of_addresses() -> None:
    head = ["Name", "Manager", "E-mail", "Since", "Seats"]
    rows = [["Ana", "boss@acme.example", A, date(2026, 1, 1), 1], [], ["Bo", "boss@acme.example", B, None, 2.5]]
    found = read_file(workbook(head, *rows))
    assert ([each.address for each in found.lines], found.heading) == ([A, B], "E-mail")
    assert [each.number for each in found.lines] == [2, 4]


def test_a_cell_far_away_costs_nothing() -> None:
    book = Workbook()
    book.active["A1"] = A
    book.active["XFD1048576"] = B
    assert [each.address for each in read_file(saved(book)).lines] == [A]


def test_a_workbook_without_an_address_or_with_too_many_is_refused() -> None:
    with pytest.raises(NoAddresses):
        read_file(workbook(["Name"], ["Ana"]))
    with pytest.raises(TooManyLines):
        read_file(workbook(*[[f"user{number}@acme.example"] for number in range(1_200)]))


def test_one_that_is_cut_off_is_refused() -> None:
    whole = workbook(["Mail"], [A], [B])
    for end in (5, 100, len(whole) // 2, len(whole) - 3):
        with pytest.raises((BadWorkbook, NotText)):
            read_file(whole[:end])


def test_one_that_unpacks_to_more_than_anyone_needs_is_refused() -> None:
    bomb = changed(workbook([A]), "xl/styles.xml", b" " * (MOST_BYTES + 1))
    assert len(bomb) < LARGEST_FILE
    with pytest.raises(BadWorkbook):
        read_file(bomb)


def test_one_with_entities_is_refused() -> None:
    entities = b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
    entities = b'<?xml version="1.0"?><!DOCTYPE x [' + entities + b"]><worksheet>&b;</worksheet>"
    with pytest.raises(BadWorkbook):
        read_file(changed(workbook([A]), "xl/worksheets/sheet1.xml", entities))


def test_one_of_too_many_parts_is_refused() -> None:
    made = io.BytesIO(workbook([A]))
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(MOST_PARTS):
            archive.writestr(f"part{number}", b"")
    with pytest.raises(BadWorkbook):
        read_file(made.getvalue())


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("text", [b"", b"\x00", b"<x", b"<worksheet/>"])
def test_one_with_a_broken_part_is_refused_and_never_fails(name: str, text: bytes) -> None:
    with pytest.raises((BadWorkbook, NoAddresses)):
        read_file(changed(workbook([A]), name, text))
