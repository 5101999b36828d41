"""Names that are nearly what was typed: a letter wrong or two, swapped, missing or too many."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from heapq import nsmallest
from itertools import product
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlmodel import Session, col

from helpdesk.directory import Hit
from helpdesk.directory.keys import WORD_SHELVES, Stretch, exactly, group_of, together
from helpdesk.directory.named import hits_of
from helpdesk.directory.names import name_words
from helpdesk.directory.near_words import near_keys, nearest
from helpdesk.directory.shelves import Customers, values_of, walk
from helpdesk.store.tables import NameKey, NearWord

# Spellings of a word, and of two words together, that are looked up.
MOST_SPELLINGS = 12
MOST_TOGETHER = 16
# Words that share a key with what was typed are compared with it up to this many: keys of a word are told apart
# by their letters, so that more share one only where a directory is made up.
MOST_COMPARED = 3000
# For more customers than this, it is quicker to go through the names with a word than through the customers.
_FEW = 8

_ALIKE: Select[*tuple[Any, ...]] = (
    select(col(NearWord.word)).where(col(NearWord.key).in_(bindparam("keys", expanding=True))).limit(MOST_COMPARED)
)


def find(session: Session, text: str, size: int, customers: Customers = None) -> list[Hit]:
    """The nearest `size` names; nearest first, then as a search puts them in order."""
    words = sorted(dict.fromkeys(name_words(text)), key=len, reverse=True)[:2]
    spellings = [_spellings(session, word, customers) for word in words]
    if len(words) == 1:
        along = (stretch for _, word in spellings[0] for stretch in exactly(word))
    else:
        along = (stretch for pair in _together(words, spellings) for stretch in together(*pair))
    hits: dict[str, Hit] = {}
    for stretch in along:
        hits |= _on(session, stretch, size, customers)
        if len(hits) >= size:
            break
    return list(hits.values())[:size]


def _on(session: Session, stretch: Stretch, size: int, customers: Customers) -> dict[str, Hit]:
    ids = [place.id for place in walk(session, stretch, size, customers)]
    found = hits_of(session, group_of(stretch.shelf), ids, customers)
    return {key: found[key] for key in ids if key in found}


def _spellings(session: Session, word: str, customers: Customers) -> list[tuple[int, str]]:
    """Words that are nearly `word` and in a name that may be seen, nearest first, with how far they are."""
    if not (keys := near_keys(word)):
        return []
    alike = dict.fromkeys(session.connection().scalars(_ALIKE, {"keys": sorted(keys)}))
    near = nearest(word, alike)
    if customers is not None and near:
        query = _seen(session.connection().dialect.name, len(customers) <= _FEW)
        values = {"words": json.dumps([each for _, each in near]), "customers": json.dumps(sorted(customers))}
        seen = set(session.connection().scalars(query, values))
        near = [pair for pair in near if pair[1] in seen]
    return near[:MOST_SPELLINGS]


def _together(words: Sequence[str], spellings: Sequence[Sequence[tuple[int, str]]]) -> Iterator[tuple[str, str]]:
    """The likeliest of what both words may stand for; what was typed, as the beginning of a word, among it."""
    choices = [[(0, word), *(pair for pair in near if pair[0])] for word, near in zip(words, spellings, strict=True)]
    pairs = nsmallest(MOST_TOGETHER + 1, product(*choices), key=lambda pair: sum(distance for distance, _ in pair))
    # The first is what was typed, and was not found.
    return ((first, second) for (_, first), (_, second) in pairs[1:])


@cache
def _seen(dialect: str, is_few: bool) -> Select[*tuple[Any, ...]]:
    """Those of the given words that are in a name of the given customers."""
    words = values_of(dialect, "words")
    customers = select(values_of(dialect, "customers").c.value)
    # With something put behind it, the column is in no index.
    organization = col(NameKey.organization_id) if is_few else col(NameKey.organization_id).concat("")
    return select(words.c.value).where(
        exists().where(
            col(NameKey.shelf).in_(WORD_SHELVES), col(NameKey.key) == words.c.value, organization.in_(customers)
        )
    )
