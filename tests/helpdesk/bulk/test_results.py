"""The result file opens in spreadsheet programs as text: letters as they are, and nothing that is calculated."""

import csv
import io

import pytest

from helpdesk.bulk.results import csv_file


def back(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_it_is_utf_8_with_its_mark_and_keeps_every_letter() -> None:
    rows = [["Adresse", 'a "b", c'], ["é ü", "a;b"]]
    content = csv_file(rows, "en")
    assert content.startswith(b"\xef\xbb\xbf")
    assert back(content) == rows
    assert back(csv_file(rows, "fr"), ";") == rows


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_a_program_would_calculate_is_text(cell: str) -> None:
    assert back(csv_file([[cell]], "en")) == [[f"'{cell.strip()}"]]
