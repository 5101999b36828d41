"""Names meet whatever accents, case, script or punctuation they are typed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.platform.text.names import name_words, search_name
from helpdesk.platform.text.pasted import clean
from tests.helpdesk.platform.text.texts import SPELLINGS


def starts_a_word(word: str, name: str) -> bool:
    """What the search asks of the database."""
    return f" {word}" in search_name([name])


@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name, spelt in SPELLINGS for typed in spelt])
def test_every_spelling_meets_the_name(name: str, typed: str) -> None:
    words = name_words(typed)
    assert words
    assert [word for word in words if not starts_a_word(word, name)] == []


@given(name=st.text())
def test_a_name_copied_from_a_card_meets_itself(name: str) -> None:
    assert name_words(clean(name)) == name_words(name)


@given(name=st.text())
def test_words_are_folded_once_and_for_all(name: str) -> None:
    words = name_words(name)
    assert name_words(" ".join(words)) == words


@given(name=st.text())
def test_no_word_holds_what_means_something_to_the_database(name: str) -> None:
    assert not set("".join(name_words(name))) & set("%_\\*\"' \x00")


def test_each_word_stands_once_with_a_blank_before_it() -> None:
    assert search_name(["Zoë Łuk", None, "", "Zoë", "Łuk"]) == " zoe luk"
    assert search_name([]) == search_name([None, "…"]) == ""
