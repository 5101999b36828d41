"""Words spelled a little differently: keys they share, and how far they are from each other. No I/O."""

from collections.abc import Iterable

# Letters at the beginning of a word, one of which may be wrong, missing or too many.
_BEGINNING = 6
_SHORTEST = 3
# Of a word with its ends intact.
_ENDS = 2
_TAIL = 4
_VOWELS = str.maketrans("", "", "aeiouy")


def near_keys(word: str) -> set[str]:
    """Keys of `word`; words with a slip of the finger between them share at least one.

    Each begins with a sign of its own, so that only keys of one sort meet. None for a word too short to tell.
    """
    if len(word) < _SHORTEST:
        return set()
    beginning = word[:_BEGINNING]
    keys = {f"-{beginning[:place]}{beginning[place + 1 :]}" for place in range(len(beginning))} | {f"-{beginning}"}
    if len(word) > _TAIL:
        keys |= {
            f"~{word[:_ENDS]}~{word[-_ENDS:]}",
            f"+{word[-_TAIL:]}",
            f".{word[0]}{word[1:].translate(_VOWELS)}",
        }
    return keys


def most_wrong(word: str) -> int:
    """How many letters may be wrong before it is another word."""
    return 2 if len(word) > 4 else 1


def distance(one: str, other: str, most: int) -> int:
    """Letters wrong, missing, too many, or swapped with their neighbour; `most` + 1 for anything above it."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def nearest(word: str, candidates: Iterable[str]) -> list[tuple[int, str]]:
    """The candidates close enough to `word`, with how far they are; closest first."""
    most = most_wrong(word)
    measured = ((distance(word, candidate, most), candidate) for candidate in candidates)
    return sorted(pair for pair in measured if pair[0] <= most)
