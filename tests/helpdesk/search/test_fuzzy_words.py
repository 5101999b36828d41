"""A slip of the finger leaves a word near to what was meant, and the two share a key."""

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.fuzzy_words import close_keys, distance, near_keys, nearest

LETTERS = st.sampled_from("abcdeilmnorst")
WORDS = st.text(LETTERS, min_size=4, max_size=12)


def plain_distance(one: str, other: str) -> int:
    """As the books have it, without anything that makes it quick."""
    rows = [[max(i, j) if not min(i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            is_other = one[i - 1] != other[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + is_other)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with a letter wrong, missing, too many, or swapped with the next."""
    word, letter = draw(WORDS), draw(LETTERS)
    place = draw(st.integers(0, len(word) - 1))
    before, rest = word[:place], word[place:]
    return word, draw(
        st.sampled_from([before + letter + rest[1:], before + rest[1:], before + letter + rest])
        | st.just(before + rest[1:2] + rest[:1] + rest[2:])
    )


@given(pair=slips())
def test_one_slip_shares_a_close_key(pair: tuple[str, str]) -> None:
    word, typed = pair
    assert set(close_keys(word)) & set(close_keys(typed))
    assert distance(typed, word, 2) <= 1


@given(one=WORDS, other=WORDS)
def test_the_distance_is_that_of_the_books_as_far_as_it_goes(one: str, other: str) -> None:
    assert distance(one, other, 2) == min(plain_distance(one, other), 3)


@given(pair=slips())
def test_the_distance_of_slips_is_that_of_the_books(pair: tuple[str, str]) -> None:
    assert distance(*pair, 2) == min(plain_distance(*pair), 3) == distance(*reversed(pair), 2)


def test_two_letters_wrong_share_a_key_where_the_ends_the_tail_or_the_consonants_are_right() -> None:
    for typed in ("lintkvist", "limdkvist", "lyndqvyst", "landqvost", "kimdqvist"):
        assert set(near_keys(typed)) & set(near_keys("lindqvist")), typed


def test_words_too_short_to_tell_have_no_keys() -> None:
    assert near_keys("li") == near_keys("") == []


def test_the_nearest_come_first_and_the_far_not_at_all() -> None:
    candidates = ["fernandes", "fernandez", "hernandez", "ferrari", "fernando"]
    assert nearest("fernades", candidates) == [(1, "fernandes"), (2, "fernandez")]
    assert nearest("marai", ["maria", "mario", "anna"]) == [(1, "maria"), (2, "mario")]
