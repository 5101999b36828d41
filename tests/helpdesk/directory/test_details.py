"""Everything about one user and one customer, and the word for a user's status."""

from datetime import UTC, datetime
from itertools import product

import pytest
from sqlmodel import select

from helpdesk.directory import NotFound, UserStatus
from helpdesk.directory.details import organization_details, person_details, user_status
from helpdesk.directory.index import Directory
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from tests.chat import PAT
from tests.databases import Databases
from tests.helpdesk.files import ACME, MUELLER, bring_in, organization, person, person_key
from tests.sessions import reading

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LICENSES = [f"c0000000-0000-4000-8000-{number:012}" for number in range(1, 5)]
ROLES = [f"d0000000-0000-4000-8000-{number:012}" for number in range(1, 4)]


def user(
    login: bool | None = True, invited: bool | None = False, account: str | None = None, seen: bool = False
) -> Person:
    return Person(
        id="p",
        webex_id="p",
        organization_id="o",
        email="p@acme.example",
        display_name="P",
        search_name=" p",
        login_enabled=login,
        invite_pending=invited,
        account_status=account,
        last_activity=NOW if seen else None,
    )


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (user(seen=True), UserStatus.ACTIVE),
        (user(account="active"), UserStatus.ACTIVE),
        (user(), UserStatus.VERIFIED),
        (user(login=None, invited=None), UserStatus.VERIFIED),
        (user(invited=True), UserStatus.PENDING),
        (user(invited=True, account="active", seen=True), UserStatus.PENDING),
        (user(account="pending"), UserStatus.NOT_VERIFIED),
        (user(account="pending", invited=True), UserStatus.NOT_VERIFIED),
        (user(account="transient"), UserStatus.DELAYED_CLAIM),
        (user(account="TRANSIENT", seen=True), UserStatus.DELAYED_CLAIM),
        (user(account="disabled", seen=True), UserStatus.INACTIVE),
        (user(login=False, account="active", seen=True), UserStatus.INACTIVE),
        (user(login=False, invited=True, account="transient"), UserStatus.INACTIVE),
        (user(account="something new"), UserStatus.VERIFIED),
    ],
)
def test_a_status_is_the_tools_word_for_what_webex_says(person: Person, status: UserStatus) -> None:
    assert user_status(person) is status


def test_who_cannot_sign_in_is_never_called_active_and_every_status_can_come() -> None:
    accounts = [None, "active", "pending", "transient", "disabled"]
    cases = list(product([True, False, None], [True, False, None], accounts, [True, False]))
    assert {user_status(user(*case)) for case in cases} == set(UserStatus)
    assert {user_status(user(*case)) for case in cases if case[0] is False} == {UserStatus.INACTIVE}


async def bring_in_acme(store: Store) -> None:
    await bring_in(
        store,
        organizations=[
            organization(sites=["b.example", "a.example"], orders=["W2", "W1"], settings={"allowReadOnlyAccess": True}),
            organization(MUELLER, "Müller"),
        ],
        licenses=[
            {"id": key, "orgId": ACME, "name": name, "subscriptionId": subscription}
            for key, name, subscription in zip(
                LICENSES, ["webex", "Calling", "calls", "Zoom"], [None, "Sub2", "Sub1", "Sub1"], strict=True
            )
        ],
        roles=[
            {"id": key, "name": name}
            for key, name in zip(ROLES, ["user admin", "Full Administrator", "read only"], strict=True)
        ],
        people=[
            person(1, "Zoë", roles=[ROLES[1], ROLES[0]], licenses=LICENSES[:2]),
            person(2, "Ana", roles=[ROLES[1]]),
            person(3, "Bo"),
            person(4, "Kim", org=MUELLER, roles=[ROLES[1]]),
        ],
        devices=[
            {"id": f"e0000000-0000-4000-8000-{n:012}", "orgId": ACME, "personId": person_key(1), "displayName": name}
            for n, name in enumerate(["desk", "Board", "äquator"], 1)
        ],
        numbers=[
            {"phoneNumber": "+12125550112", "orgId": ACME, "ownerId": person_key(1)},
            {"phoneNumber": "+12125550111", "orgId": ACME, "ownerId": person_key(1)},
            {"phoneNumber": "+12125550113", "orgId": ACME},
        ],
    )


async def test_a_user_comes_with_all_that_is_theirs(store: Store) -> None:
    await bring_in_acme(store)
    details = await store.read(person_details, person_key(1))
    assert details.organization.display_name == "Acme Corporation"
    assert {each.name for each in details.licenses} == {"webex", "Calling"}
    assert set(details.roles) == {"Full Administrator", "user admin"}
    assert {each.display_name for each in details.devices} == {"desk", "Board", "äquator"}
    assert [each.phone_number for each in details.numbers] == ["+12125550111", "+12125550112"]
    assert (details.emails, details.status) == (["person1@acme.example"], UserStatus.VERIFIED)


async def test_a_customer_comes_with_all_that_is_theirs_and_nothing_else(store: Store) -> None:
    await bring_in_acme(store)
    details = await store.read(organization_details, ACME)
    assert (details.sites, details.orders) == (["a.example", "b.example"], ["W1", "W2"])
    assert (details.people_count, details.device_count, details.number_count) == (3, 3, 3)
    assert details.organization.settings == {"allowReadOnlyAccess": True}
    assert {(each.name, each.role) for each in details.administrators} == {
        ("Ana", "Full Administrator"),
        ("Zoë", "Full Administrator"),
        ("Zoë", "user admin"),
    }
    assert [each.subscription_id for each in details.licenses] == ["Sub1", "Sub1", "Sub2", None]


async def test_a_customer_of_nothing_is_empty(store: Store) -> None:
    await bring_in(store, organizations=[organization()])
    details = await store.read(organization_details, ACME)
    assert (details.domains, details.sites, details.licenses, details.administrators) == ([], [], [], [])
    assert (details.people_count, details.device_count, details.number_count) == (0, 0, 0)


async def test_both_databases_list_in_the_same_order(sqlite: Databases, postgres: Databases) -> None:
    given = []
    for databases in (sqlite, postgres):
        async with databases.fresh("demo") as url:
            store = Store(url)
            await bring_in_acme(store)
            async with reading(store) as session:
                everyone = (await session.exec(select(Person.id).order_by(Person.id))).all()
                customers = (await session.exec(select(Organization.id).order_by(Organization.id))).all()
            found = [await store.read(person_details, key) for key in everyone]
            given.append((found, [await store.read(organization_details, key) for key in customers]))
            await store.close()
    assert given[0] == given[1]


@pytest.mark.parametrize("key", ["", "nobody", ACME])
async def test_what_is_not_there_is_not_found(store: Store, key: str) -> None:
    for ask in (person_details, organization_details):
        with pytest.raises(NotFound):
            await store.read(ask, key)


async def test_the_directory_asks_its_store(demo_store: Store) -> None:
    directory = Directory(demo_store)
    details = await directory.person_with(PAT)
    assert details is not None
    assert await directory.person(details.person.id) == details
    assert (await directory.organization(details.organization.id)).organization == details.organization
    assert (await directory.find(PAT)).hits[0].id == details.person.id
    assert await directory.person_with("nobody@acme.example") is None
