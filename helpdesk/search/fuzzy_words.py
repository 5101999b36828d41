"""Words spelled a little differently: keys they share, and how far they are from each other. No I/O."""

from collections.abc import Iterable

# Letters at the beginning of a word, one of which may be wrong, missing or too many.
_BEGINNING = 6
_SHORTEST = 3
# Of a word with its ends intact.
_ENDS = 2
_TAIL = 4
_VOWELS = str.maketrans("", "", "aeiouy")


def near_keys(word: str) -> list[str]:
    """All keys of `word`; none for one too short to tell. Each begins with a sign of its sort: only those may meet."""
    return [*close_keys(word), *far_keys(word)]


def close_keys(word: str) -> list[str]:
    """Words with one slip of the finger between them share at least one of these, and few others do."""
    if len(word) < _SHORTEST:
        return []
    beginning = word[:_BEGINNING]
    without_one = (beginning[:place] + beginning[place + 1 :] for place in range(len(beginning)))
    return [f"-{each}" for each in dict.fromkeys((beginning, *without_one))]


def far_keys(word: str) -> list[str]:
    """Words with more slips between them share at least one of these, mostly: the ends, the tail or the consonants."""
    if len(word) <= _TAIL:
        return []
    return [f"~{word[:_ENDS]}~{word[-_ENDS:]}", f"+{word[-_TAIL:]}", f".{word[0]}{word[1:].translate(_VOWELS)}"]


def most_wrong(word: str) -> int:
    """How many letters may be wrong before it is another word."""
    return 2 if len(word) > 4 else 1


def distance(one: str, other: str, most: int) -> int:
    """Letters wrong, missing, too many, or swapped with their neighbour; `most` + 1 for anything above it."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    one, other = _without_same_ends(one, other)
    if not one or not other:
        return len(one) + len(other)
    if len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = before[j - 1]
            if letter != wanted:
                cost = 1 + min(cost, before[j], row[-1])
                if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                    cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _without_same_ends(one: str, other: str) -> tuple[str, str]:
    """What is left to compare, mostly very little."""
    end = min(len(one), len(other))
    start = 0
    while start < end and one[start] == other[start]:
        start += 1
    tail = 0
    while tail < end - start and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return one[start : len(one) - tail], other[start : len(other) - tail]


def nearest(word: str, candidates: Iterable[str]) -> list[tuple[int, str]]:
    """The candidates close enough to `word`, with how far they are; closest first."""
    most = most_wrong(word)
    measured = ((distance(word, candidate, most), candidate) for candidate in candidates)
    return sorted(pair for pair in measured if pair[0] <= most)
