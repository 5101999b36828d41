"""Under which keys a name is found, and what a typed text asks for: no I/O.

Keys stand on shelves, in order, as in a library; a search walks along a few shelves and stops when its page is
full. A name stands under each of its words, and under the first letters of each two of them: were two common
words looked for under one of them, all who have that one would be walked past.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from helpdesk.platform.text.names import name_words

# Of each word of a pair.
PAIR_LETTERS = 3
# Behind everything that begins like the text before it, on both databases.
END = "\U0010ffff"


class Group(IntEnum):
    ORGANIZATION = 0
    ACTIVE = 1
    INACTIVE = 2


class KeyPart(IntEnum):
    """What of a name a key is made of."""

    FIRST_WORD = 0
    OTHER_WORD = 1
    PAIR = 2


class IndexPlace(NamedTuple):
    """Where a row stands on its shelf."""

    key: str
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a shelf: from behind `low` to before `high`; of names that do not begin with `start`.

    `words` begin words of the name, all of them. `passed` is where an earlier walk came to. `mirror` is where the
    same names stand by their words the other way round, from one key to another.
    """

    shelf: int
    low: IndexPlace
    high: IndexPlace
    start: str = ""
    words: tuple[str, ...] = ()
    passed: IndexPlace | None = None
    mirror: tuple[str, str] | None = None

    def behind(self, place: IndexPlace) -> "Stretch":
        return replace(self, passed=place)

    def is_first(self, place: IndexPlace) -> bool:
        """Whether this is the first place in the stretch of whoever it is; they may stand here several times."""
        words = place.name.split()
        if self.shelf % 3 == KeyPart.OTHER_WORD:
            return place.key == min(word for word in words[1:] if self.low.key <= word < self.high.key)
        return self.shelf % 3 != KeyPart.PAIR or place == self.first_place(place.name, place.id)

    def first_place(self, name: str, key: str) -> IndexPlace:
        """Of a name with all the words, among pairs."""
        return IndexPlace(min(key for key in _pairs(name.split()) if self.low.key <= key < self.high.key), name, key)


def shelf(group: Group, part: KeyPart) -> int:
    return 3 * group + part


def group_of(shelf: int) -> Group:
    return Group(shelf // 3)


WORD_SHELVES = [shelf(group, part) for group in Group for part in (KeyPart.FIRST_WORD, KeyPart.OTHER_WORD)]


def keys_of(group: Group, name: str) -> set[tuple[int, str]]:
    """The shelves a normalised `name` stands on, with its key there."""
    words = name.split()
    keys = {(shelf(group, KeyPart.FIRST_WORD), word) for word in words[:1]}
    keys |= {(shelf(group, KeyPart.OTHER_WORD), word) for word in words[1:]}
    return keys | {(shelf(group, KeyPart.PAIR), key) for key in _pairs(words)}


def stretches(text: str) -> list[Stretch]:
    """Where to look for names with every word of `text` in them, begun at least, in the order of hits."""
    words = list(dict.fromkeys(name_words(text)))
    # Whoever has "maria" has "mar": asking for both is asking for the first.
    telling = [word for word in words if not any(other != word and other.startswith(word) for other in words)]
    if not telling:
        return []
    if len(telling) == 1:
        return _of_a_word(telling[0])
    return _of_words(words, telling)


def _of_a_word(word: str) -> list[Stretch]:
    def along(group: Group, part: KeyPart) -> Stretch:
        start = f" {word}" if part is KeyPart.OTHER_WORD else ""
        return Stretch(shelf(group, part), IndexPlace(word, "", ""), IndexPlace(word + END, "", ""), start)

    return _in_order(along, KeyPart.OTHER_WORD)


def _of_words(words: Sequence[str], telling: Sequence[str]) -> list[Stretch]:
    start = "".join(f" {word}" for word in words)
    anchor, second, *_ = sorted(telling, key=len, reverse=True)
    low, high = _pair_range(anchor, second)
    # Where both are longer than a key holds, nobody but who has both stands there.
    mirror = _pair_range(second, anchor) if min(len(anchor), len(second)) < PAIR_LETTERS else None

    def along(group: Group, part: KeyPart) -> Stretch:
        if part is KeyPart.FIRST_WORD:
            return Stretch(shelf(group, part), IndexPlace(words[0], start, ""), IndexPlace(words[0], start + END, ""))
        return Stretch(
            shelf(group, part), IndexPlace(low, "", ""), IndexPlace(high, "", ""), start, tuple(telling), mirror=mirror
        )

    return _in_order(along, KeyPart.PAIR)


def exactly(word: str) -> list[Stretch]:
    """Where names stand that have just this word."""
    shelves = [shelf(group, part) for group in Group for part in (KeyPart.FIRST_WORD, KeyPart.OTHER_WORD)]
    return [Stretch(each, IndexPlace(word, "", ""), IndexPlace(word + " ", "", "")) for each in shelves]


def together(word: str, other: str) -> list[Stretch]:
    """Where names stand that have both words, begun at least."""
    anchor, second = sorted((word, other), key=len, reverse=True)
    low, high = _pair_range(anchor, second)
    return [
        Stretch(shelf(group, KeyPart.PAIR), IndexPlace(low, "", ""), IndexPlace(high, "", ""), words=(word, other))
        for group in Group
    ]


def _in_order(along: Callable[[Group, KeyPart], Stretch], rest: KeyPart) -> list[Stretch]:
    """Organizations before people, names that start with the text before others, active before inactive."""
    people = [(group, part) for part in (KeyPart.FIRST_WORD, rest) for group in (Group.ACTIVE, Group.INACTIVE)]
    return [
        along(group, part)
        for group, part in [(Group.ORGANIZATION, KeyPart.FIRST_WORD), (Group.ORGANIZATION, rest), *people]
    ]


def _pair_range(anchor: str, second: str) -> tuple[str, str]:
    first, second = anchor[:PAIR_LETTERS], second[:PAIR_LETTERS]
    # What is shorter than a key holds must be the beginning of it.
    if len(first) < PAIR_LETTERS:
        return first, first + END
    low = f"{first} {second}"
    return low, low + (END if len(second) < PAIR_LETTERS else " ")


def _pairs(words: Sequence[str]) -> Iterator[str]:
    starts = [word[:PAIR_LETTERS] for word in words]
    for place, first in enumerate(starts):
        for other, second in enumerate(starts):
            if place != other:
                yield f"{first} {second}"
