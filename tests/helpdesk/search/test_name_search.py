"""A search by name finds whom it should, in a stated order, on any number of pages, the same on both databases."""

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from sqlmodel import Session, select

from helpdesk.directory import people_and_organizations as search
from helpdesk.directory.lookup import find
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.text.names import name_words
from helpdesk.search import Hit, HitKind, key_ranges
from tests.databases import Databases
from tests.helpdesk.directory.partner import everything, partner, typed
from tests.helpdesk.files import bring_in, organization, person, person_key

pytestmark = pytest.mark.long

PEOPLE = 1500
TEXTS = 400


@pytest.fixture
async def filled(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr(search, "PAGE", 40)
    async with databases.fresh("empty") as url:
        store = Store(url)
        await bring_in(store, **partner(PEOPLE))
        yield store
        await store.close()


def _named(session: Session, text: str) -> set[str]:
    """By going through all names: whose words begin with every word of `text`."""
    words = [f" {word}" for word in name_words(text)]
    return {
        row.id
        for model in (Person, Organization)
        for row in session.exec(select(model))
        if all(word in row.search_name for word in words)
    }


# A window so small that every stretch is longer, and one that none is.
@pytest.mark.parametrize("window", [3, 1000])
async def test_whoever_has_every_word_is_found_once(
    filled: Store, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_ranges, "WINDOW", window)
    for text in typed(TEXTS // 4, seed=window):
        hits, _ = await everything(filled, text)
        ids = [hit.id for hit in hits]
        assert len(set(ids)) == len(ids), text
        assert set(ids) == await filled.read(_named, text), text


async def test_customers_come_first_then_names_that_start_with_the_text_and_the_active_before_the_inactive(
    filled: Store,
) -> None:
    def ranks(session: Session, hits: list[Hit], text: str) -> list[tuple[bool, bool, bool]]:
        start = "".join(f" {word}" for word in name_words(text))
        given = []
        for hit in hits:
            row = session.get_one(Organization if hit.kind is HitKind.ORGANIZATION else Person, hit.id)
            is_inactive = isinstance(row, Person) and row.login_enabled is False
            given.append((isinstance(row, Person), not row.search_name.startswith(start), is_inactive))
        return given

    for text in ("ma", "maria", "li", "m", "muller", "fernandes", "a", "anna li", "li ma"):
        hits, _ = await everything(filled, text)
        given = await filled.read(ranks, hits, text)
        assert given == sorted(given)
        assert len(set(given)) > 2, text


async def test_names_that_start_with_the_text_are_in_order(filled: Store) -> None:
    def starting(session: Session, ids: list[str]) -> list[tuple[str, str]]:
        rows = [session.get_one(Person, key) for key in ids]
        return [(row.search_name, row.id) for row in rows if row.search_name.startswith(" ma") and row.login_enabled]

    hits, _ = await everything(filled, "ma")
    people = [hit.id for hit in hits if hit.kind is HitKind.PERSON]
    given = await filled.read(starting, people)
    assert all(one < other for one, other in pairwise(given))
    assert len(given) > PEOPLE // 20


async def test_both_databases_give_the_same_pages_and_the_same_near_names(
    sqlite: Databases, postgres: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 25)
    given = []
    for databases in (sqlite, postgres):
        async with databases.fresh("empty") as url:
            store = Store(url)
            await bring_in(store, **partner(PEOPLE))
            given.append([await everything(store, text) for text in typed(TEXTS)])
            await store.close()
    assert given[0] == given[1]
    assert sum(len(hits) for hits, _ in given[0]) > TEXTS
    assert sum(len(near) for _, near in given[0]) > TEXTS // 10


async def test_a_page_stays_where_it_was_when_who_was_shown_last_goes_to_another_place(store: Store) -> None:
    people = [person(number, f"Same {letter}") for number, letter in enumerate("bdfhjlnp", 1)]
    await bring_in(store, organizations=[organization()], people=people)
    first = await store.read(find, "same")
    await bring_in(store, people=[person(5, "Same z"), person(6, "Same l", loginEnabled=False)])
    rest = await store.read(find, "same", None, first.next)
    assert [hit.name for hit in first.hits] == [f"Same {letter}" for letter in "bdfhj"]
    assert [hit.name for hit in rest.hits] == ["Same n", "Same p", "Same z", "Same l"]
    assert rest.hits[2].id == person_key(5)
