"""A text of any length goes out in pieces that Webex takes, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing.pieces import LONGEST_TEXT, split_text

TEXTS = st.text("aé漢👩 \n", max_size=200) | st.text(st.characters(codec="utf-8"), max_size=200)
LIMITS = st.integers(4, 40)


@given(TEXTS, LIMITS)
def test_every_piece_fits_and_none_is_blank(text: str, longest: int) -> None:
    pieces = split_text(text, longest)
    assert max((len(piece.encode()) for piece in pieces), default=0) <= longest
    assert all(piece.strip() for piece in pieces)


@given(TEXTS, LIMITS)
def test_nothing_but_blanks_at_the_cuts_is_lost_and_the_order_stays(text: str, longest: int) -> None:
    assert "".join("".join(split_text(text, longest)).split()) == "".join(text.split())


@given(st.lists(st.text("ab", min_size=1, max_size=20), min_size=1, max_size=20))
def test_lines_that_fit_are_never_torn(lines: list[str]) -> None:
    pieces = split_text("\n".join(lines), 20)
    assert [line for piece in pieces for line in piece.split("\n")] == lines


@given(st.lists(st.text("aé", min_size=1, max_size=8), min_size=1, max_size=30))
def test_words_that_fit_are_never_torn(words: list[str]) -> None:
    pieces = split_text(" ".join(words), 20)
    assert [word for piece in pieces for word in piece.split()] == words


@given(st.text("ab \n", min_size=1, max_size=40).filter(str.strip))
def test_a_text_that_fits_stays_as_it_is(text: str) -> None:
    assert split_text(text, 40) == [text]


@pytest.mark.parametrize("text", ["", " ", "\n\n", " " * 8_000])
def test_of_nothing_there_is_no_piece(text: str) -> None:
    assert split_text(text) == []


@pytest.mark.parametrize("letter", ["a", "é", "漢", "👩"])
def test_the_limit_is_webexs_and_counts_bytes(letter: str) -> None:
    count = LONGEST_TEXT // len(letter.encode())
    assert split_text(letter * count) == [letter * count]
    assert len(split_text(letter * (count + 1))) == 2
