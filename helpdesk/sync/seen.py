"""Which keys came by, in eight bytes each: what is stored and did not come by is gone at Webex.

Two keys that share a hash keep a record that is gone until the next sync; one that is there is never taken for gone.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

PILES = 256


class Seen:
    def __init__(self) -> None:
        # In many small piles: sorting one big one would hold up the loop.
        self._piles = [array("q") for _ in range(PILES)]
        self._is_sorted = False

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            mark = hash(key)
            self._piles[mark % PILES].append(mark)
        self._is_sorted = False

    def count(self) -> int:
        """How many different ones."""
        self._sort()
        return sum(map(len, self._piles))

    def __contains__(self, key: str) -> bool:
        self._sort()
        mark = hash(key)
        pile = self._piles[mark % PILES]
        place = bisect_left(pile, mark)
        return place < len(pile) and pile[place] == mark

    def _sort(self) -> None:
        if not self._is_sorted:
            self._piles = [array("q", sorted(set(pile))) for pile in self._piles]
            self._is_sorted = True
