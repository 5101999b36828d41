"""What SCIM says is understood in every form it is said in; what it does not say stays."""

from typing import Any

import pytest
from sqlmodel import select

from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Person
from helpdesk.sync.accounts import EXTENSION, write_accounts
from tests.helpdesk.files import ACME, bring_in, organization, person, person_key
from tests.sessions import rows


@pytest.fixture
async def filled(store: Store) -> Store:
    known = person(1, "Sam", accountStatus="pending", preferredLanguage="en_US", features={"Recording": False})
    await bring_in(store, organizations=[organization()], people=[known])
    return store


async def told(store: Store, **said: Any) -> tuple[int, Person]:
    count = await write_accounts(store, ACME, [{"id": person_key(1), **said}])
    return count, (await rows(store, select(Person)))[0]


@pytest.mark.parametrize("status", ["active", ["active"], ["active", "transient"]])
async def test_the_state_of_an_account_is_a_word_or_a_list_of_them(filled: Store, status: Any) -> None:
    count, found = await told(filled, **{EXTENSION: {"accountStatus": status}})
    assert (count, found.account_status) == (1, "active")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {EXTENSION: None},
        {EXTENSION: {"accountStatus": 7, "userSettings": "x"}},
        {"preferredLanguage": 3},
        {"preferredLanguage": "en\x00"},
    ],
)
async def test_what_is_not_said_or_makes_no_sense_stays_as_it_was(filled: Store, said: dict[str, Any]) -> None:
    count, found = await told(filled, **said)
    assert (count, found.account_status, found.preferred_language) == (0, "pending", "en_US")
    assert found.features == {"Recording": False}


@pytest.mark.parametrize("empty", [None, [], ""])
async def test_what_is_there_and_empty_empties(filled: Store, empty: Any) -> None:
    said = {EXTENSION: {"accountStatus": empty, "userSettings": empty or None}, "preferredLanguage": empty}
    count, found = await told(filled, **said)
    assert (count, found.account_status, found.preferred_language, found.features) == (1, None, None, {})


async def test_settings_that_are_on_or_off_are_features_and_others_are_left(filled: Store) -> None:
    settings = ["Recording=true", "Calls:false", "theme=dark", 7, "=true", "x"]
    _, found = await told(filled, **{EXTENSION: {"userSettings": settings}})
    assert found.features == {"Recording": True, "Calls": False}


async def test_whom_we_do_not_know_is_left_to_the_list(filled: Store) -> None:
    assert await write_accounts(filled, ACME, [{"id": person_key(2)}, {"id": "x"}, "no user", {}]) == 0
