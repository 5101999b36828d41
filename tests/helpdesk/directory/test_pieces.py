"""Several things pasted at once are told apart; one thing stays whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.pieces import pieces
from tests.chat import PAT, SAM


@pytest.mark.parametrize(
    "text",
    [
        f"{PAT}\n{SAM}",
        f"{PAT} {SAM}",
        f"{PAT},{SAM}",
        f"<{PAT}>; <{SAM}>",
        f"Pat <{PAT}>, Sam <{SAM}>",
        f"{PAT}, {SAM}.",
    ],
)
def test_addresses_one_after_the_other_are_each_one_thing(text: str) -> None:
    assert [PAT in piece for piece in pieces(text)] == [True, False]
    assert [SAM in piece for piece in pieces(text)] == [False, True]


def test_each_line_is_one_thing_and_comes_once() -> None:
    assert pieces("Pat Lindqvist\r\n\n  Sam Okafor \nPat Lindqvist\n") == ["Pat Lindqvist", "Sam Okafor"]


@pytest.mark.parametrize(
    "text", ["Lindqvist, Pat", "Pat Lindqvist", f"Pat <{PAT}>", "+1 212 555 0112", "00 00 5e 00 53 11"]
)
def test_one_line_is_one_thing(text: str) -> None:
    assert pieces(text) == [text]


@given(st.text())
def test_no_piece_is_empty(text: str) -> None:
    assert all(piece.strip() for piece in pieces(text))


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("+1 212 555 0110, +1 212 555 0111", ["+1 212 555 0110", "+1 212 555 0111"]),
        ("W2048110; W2048127;W2048110", ["W2048110", "W2048127"]),
        ("00:00:5E:00:53:11, pat@acme.example", ["00:00:5E:00:53:11", "pat@acme.example"]),
    ],
)
def test_numbers_with_commas_between_them_are_several_things(text: str, apart: list[str]) -> None:
    assert pieces(text) == apart


@pytest.mark.parametrize(
    "text",
    ["Lindqvist, Pat", "+1 212 555 0110, ext 12", "+12125550110;ext=0110", "W2048110,", "Room 4711, Building 12", ","],
)
def test_a_comma_within_one_thing_takes_it_not_apart(text: str) -> None:
    assert len(pieces(text)) <= 1
