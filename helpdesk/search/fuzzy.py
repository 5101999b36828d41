"""Names that are nearly what was typed: a letter wrong or two, swapped, missing or too many."""

from collections.abc import Iterator, Sequence
from functools import cache
from heapq import nsmallest
from itertools import groupby, product
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, true
from sqlmodel import Session, col

from helpdesk.platform.store.tables.search import NameKey, NearWord
from helpdesk.platform.text.names import name_words
from helpdesk.search import Hit
from helpdesk.search.fuzzy_words import close_keys, far_keys, most_wrong, nearest
from helpdesk.search.key_ranges import HAS_WORD_SHELF, is_among, values_for, values_of, walk_all
from helpdesk.search.keys import Group, Stretch, exactly, group_of, together
from helpdesk.search.limited import Customers
from helpdesk.search.name_search import hits_of

# Spellings of a word, and of two words together, that are looked up.
MOST_SPELLINGS = 12
MOST_TOGETHER = 8
# The nearest words that are looked for in names of somebody's customers.
MOST_ALIKE = 60
# For more customers than this, it is quicker to go through the names with a word than through the customers.
_FEW = 8
# Names with a word that are looked at before the customers are.
_GLANCE = 100


def find(session: Session, text: str, size: int, customers: Customers = None) -> list[Hit]:
    """The nearest `size` names; nearest first, then as a search puts them in order."""
    words = sorted(dict.fromkeys(name_words(text)), key=len, reverse=True)[:2]
    spellings = [_spellings(session, word, customers) for word in words]
    if len(words) == 1:
        places = (exactly(word) for _, word in spellings[0])
    else:
        places = (together(*pair) for pair in _together(words, spellings))
    hits: dict[str, Hit] = {}
    for stretches in places:
        hits |= _on(session, stretches, size, customers)
        if len(hits) >= size:
            break
    return list(hits.values())[:size]


def _on(session: Session, stretches: Sequence[Stretch], size: int, customers: Customers) -> dict[str, Hit]:
    """The first hits on these stretches."""
    places = [
        (group_of(stretches[number].shelf), place.id) for number, place in walk_all(session, stretches, size, customers)
    ]
    hits: dict[str, Hit] = {}
    for is_house, some in groupby(places, key=lambda one: one[0] is Group.ORGANIZATION):
        ids = [key for _, key in some]
        found = hits_of(session, Group.ORGANIZATION if is_house else Group.ACTIVE, ids, customers)
        hits |= {key: found[key] for key in ids if key in found}
    return hits


def _spellings(session: Session, word: str, customers: Customers) -> list[tuple[int, str]]:
    """Words that are nearly `word` and in a name that may be seen, nearest first, with how far they are."""
    near = _alike(session, word, close_keys(word), customers)
    return (near or _alike(session, word, far_keys(word), customers))[:MOST_SPELLINGS]


def _alike(session: Session, word: str, keys: Sequence[str], customers: Customers) -> list[tuple[int, str]]:
    if not keys:
        return []
    most = most_wrong(word)
    values = {"keys": values_for(session, keys), "shortest": len(word) - most, "longest": len(word) + most}
    sharing = session.connection().scalars(_sharing(session.connection().dialect.name), values)
    near = [pair for pair in nearest(word, set(sharing)) if pair[0]][:MOST_ALIKE]
    if customers is None or not near:
        return near
    seen = _seen(session, [each for _, each in near], customers)
    return [pair for pair in near if pair[1] in seen]


def _seen(session: Session, words: Sequence[str], customers: frozenset[str]) -> set[str]:
    """Those of `words` that are in a name of `customers`."""
    dialect = session.connection().dialect.name
    given = {"customers": values_for(session, customers)}
    seen: set[str] = set()
    if len(customers) > _FEW:
        counted = session.connection().execute(_glance(dialect), {"words": values_for(session, words), **given}).all()
        seen = {word for word, theirs, _ in counted if theirs}
        words = [word for word, theirs, all_of_it in counted if not theirs and all_of_it == _GLANCE]
    if words:
        seen |= set(session.connection().scalars(_within(dialect), {"words": values_for(session, words), **given}))
    return seen


def _together(words: Sequence[str], spellings: Sequence[Sequence[tuple[int, str]]]) -> Iterator[tuple[str, str]]:
    """The likeliest of what both words may stand for; what was typed, as the beginning of a word, among it."""
    choices = [[(0, word), *near] for word, near in zip(words, spellings, strict=True)]
    pairs = nsmallest(MOST_TOGETHER + 1, product(*choices), key=lambda pair: sum(distance for distance, _ in pair))
    # The first is what was typed, and was not found.
    return ((first, second) for (_, first), (_, second) in pairs[1:])


@cache
def _sharing(dialect: str) -> Select[*tuple[Any, ...]]:
    """Words that have one of the given keys, of a given length."""
    keys = values_of(dialect, "keys")
    length = func.length(col(NearWord.word)).between(bindparam("shortest"), bindparam("longest"))
    return select(col(NearWord.word)).select_from(keys).join(NearWord, col(NearWord.key) == keys.c.value).where(length)


@cache
def _glance(dialect: str) -> Select[*tuple[Any, ...]]:
    """Of each of the given words, how many of the first names with it are of the given customers, and how many are."""
    words = values_of(dialect, "words")
    order = (col(NameKey.shelf), col(NameKey.key), col(NameKey.name), col(NameKey.id))
    names = select(col(NameKey.organization_id)).where(*_has(words)).order_by(*order).limit(_GLANCE)
    first = names.correlate(words).subquery()
    theirs = is_among(first.c.organization_id, dialect, "customers")
    counts = (select(func.count()).select_from(first).where(*some) for some in ([theirs], []))
    return select(words.c.value, *(count.scalar_subquery() for count in counts))


@cache
def _within(dialect: str) -> Select[*tuple[Any, ...]]:
    """Those of the given words that are in a name of the given customers, looked for in one after the other."""
    words, customers = values_of(dialect, "words"), values_of(dialect, "customers")
    theirs = select(col(NameKey.shelf)).where(*_has(words), col(NameKey.organization_id) == customers.c.value)
    one = theirs.limit(1).correlate(words, customers).scalar_subquery()
    return select(words.c.value).distinct().select_from(words).join(customers, true()).where(one.is_not(None))


def _has(words: Any) -> tuple[ColumnElement[bool], ...]:
    return HAS_WORD_SHELF, col(NameKey.key) == words.c.value
