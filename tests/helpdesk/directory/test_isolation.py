"""Who is limited to some customers finds exactly what a directory that holds only those would give."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from helpdesk.directory import NotFound
from helpdesk.platform.store import Store
from helpdesk.search import key_ranges
from tests.databases import Databases
from tests.helpdesk.directory.partner import CUSTOMERS, everything, house, partner, typed
from tests.helpdesk.files import bring_in

PEOPLE = 400
TEXTS = 60


@pytest.fixture
async def whole(databases: Databases) -> AsyncIterator[Store]:
    async with databases.fresh("empty") as url:
        store = Store(url)
        await bring_in(store, **partner(PEOPLE))
        yield store
        await store.close()


@pytest.fixture(params=[1, 5, 30])
def customers(request: pytest.FixtureRequest) -> frozenset[str]:
    random = Random(request.param)  # noqa: S311 - any of them will do
    return frozenset(house(number) for number in random.sample(range(CUSTOMERS), request.param))


# Few or many customers are looked into in different ways, and so are short and long stretches.
@pytest.mark.parametrize(("few", "window"), [(64, 1000), (3, 1000), (3, 4)])
async def test_what_is_found_is_what_a_directory_of_only_theirs_would_give(
    whole: Store,
    store: Store,
    customers: frozenset[str],
    few: int,
    window: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_ranges, "FEW", few)
    monkeypatch.setattr(key_ranges, "WINDOW", window)
    file = partner(PEOPLE)
    theirs = {
        "organizations": [each for each in file["organizations"] if each["id"] in customers],
        "people": [each for each in file["people"] if each["orgId"] in customers],
    }
    await bring_in(store, **theirs)
    found = 0
    for text in typed(TEXTS, seed=len(customers)):
        limited = await everything(whole, text, customers)
        assert limited == await everything(store, text), text
        found += sum(map(len, limited))
    assert found > TEXTS // 3


async def test_inside_a_customer_that_may_not_be_seen_there_is_nothing(whole: Store) -> None:
    for text in typed(20):
        with pytest.raises(NotFound):
            await everything(whole, text, frozenset({house(1)}), inside=house(2))


async def test_who_may_see_no_customer_finds_nothing(whole: Store) -> None:
    for text in typed(60):
        assert await everything(whole, text, frozenset()) == ([], [])
