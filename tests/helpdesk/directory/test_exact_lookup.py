"""Devices, numbers, orders and subscriptions are found by what is printed on them or dialled, on both databases."""

from typing import Any

import pytest

from helpdesk.directory import Found
from helpdesk.directory.exact_lookup import key_of
from helpdesk.directory.lookup import find
from helpdesk.directory.people_and_organizations import PAGE
from helpdesk.directory.reading import QueryKind
from helpdesk.platform.store import Store
from helpdesk.search import HitKind
from playground.identifiers import identifier
from tests.helpdesk.files import ACME, MUELLER, bring_in, organization, person, person_key

DEVICE = "e0000000-0000-4000-8000-000000000001"
MAIN, DIRECT = "+12125550100", "+12125550112"


async def bring_in_things(store: Store) -> None:
    await bring_in(
        store,
        organizations=[organization(orders=["W2048110"]), organization(MUELLER, "Müller", orders=["W3182004"])],
        licenses=[
            {"id": f"c0000000-0000-4000-8000-{n:012}", "orgId": ACME, "name": f"L{n}", "subscriptionId": "Sub204811"}
            for n in (1, 2)
        ],
        people=[
            person(1, "Pat", extension="112", phoneNumbers=[{"value": "+1 212 555 0112"}, {"value": "4711"}]),
            person(2, "Sam", extension="113", phoneNumbers=[{"value": "+1 (212) 555-0199"}]),
            person(3, "Kim", org=MUELLER, extension="112"),
        ],
        devices=[
            {
                **{"id": DEVICE, "orgId": ACME, "personId": person_key(1), "displayName": "Pat's phone"},
                **{"serial": "foc2145n0ab", "mac": "00005e005311", "primarySipUrl": "sip:Desk.1@acme.rooms.example"},
            }
        ],
        numbers=[
            {"phoneNumber": "+1 212-555-0100", "orgId": ACME, "ownerName": "Front desk", "ownerType": "HUNT_GROUP"},
            {"phoneNumber": DIRECT, "orgId": ACME, "ownerId": person_key(1), "extension": "112"},
            {"extension": "900", "orgId": MUELLER, "phoneNumber": ""},
        ],
    )


def names(found: Found) -> list[tuple[str, str]]:
    return [(hit.kind.value, hit.name) for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("FOC2145N0AB", QueryKind.SERIAL),
        ("s/n: foc2145n0ab", QueryKind.SERIAL),
        ("00:00:5E:00:53:11", QueryKind.MAC),
        ("0000.5e00.5311", QueryKind.MAC),
        ("00-00-5e-00-53-11", QueryKind.MAC),
        ("00005e005311", QueryKind.MAC),
        ("sip:desk.1@acme.rooms.example", QueryKind.SIP),
        ("Desk.1@ACME.rooms.example", QueryKind.SIP),
        (DEVICE, QueryKind.ID),
        (identifier("DEVICE", DEVICE), QueryKind.ID),
    ],
)
async def test_a_device_is_found_by_all_that_names_it(store: Store, text: str, kind: QueryKind) -> None:
    await bring_in_things(store)
    found = await store.read(find, text)
    assert (names(found), found.kind) == ([("device", "Pat's phone")], kind)
    assert (found.hits[0].id, found.hits[0].organization_name) == (DEVICE, "Acme Corporation")


@pytest.mark.parametrize("text", [DIRECT, "(212) 555-0112", "212.555.0112", "001 212 5550112", "tel:+1-212-555-0112"])
async def test_a_number_is_found_once_however_it_is_spelt(store: Store, text: str) -> None:
    await bring_in_things(store)
    found = await store.read(find, text)
    assert (names(found), found.kind) == ([("number", "+1 212-555-0112")], QueryKind.PHONE)
    assert (found.hits[0].id, found.hits[0].detail) == (key_of(ACME, DIRECT), "Pat")


async def test_a_number_that_only_a_user_names_leads_to_the_user(store: Store) -> None:
    await bring_in_things(store)
    assert names(await store.read(find, "212 555 0199")) == [("person", "Sam")]


async def test_a_number_of_no_person_says_whose_it_is(store: Store) -> None:
    await bring_in_things(store)
    (hit,) = (await store.read(find, MAIN)).hits
    assert hit.detail == "Front desk"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{MAIN} ext. 112", [("number", "+1 212-555-0112")]),
        (f"{MAIN} x113", [("person", "Sam")]),
        (f"{MAIN} x999", [("number", "+1 212-555-0100")]),
        ("ext 112", [("number", "+1 212-555-0112"), ("person", "Kim")]),
        ("900", [("number", "900")]),
    ],
)
async def test_an_extension_leads_to_who_has_it_in_that_house(
    store: Store, text: str, expected: list[tuple[str, str]]
) -> None:
    await bring_in_things(store)
    assert names(await store.read(find, text)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("W2048110", HitKind.ORDER, "W2048110"),
        ("order w2048110", HitKind.ORDER, "W2048110"),
        ("sub204811", HitKind.SUBSCRIPTION, "Sub204811"),
        ("SUB204811", HitKind.SUBSCRIPTION, "Sub204811"),
    ],
)
async def test_an_order_and_a_subscription_lead_to_their_customer(
    store: Store, text: str, kind: HitKind, name: str
) -> None:
    await bring_in_things(store)
    (hit,) = (await store.read(find, text)).hits
    assert (hit.kind, hit.name, hit.organization_name) == (kind, name, "Acme Corporation")


TEXTS = ["FOC2145N0AB", "00005e005311", "sip:desk.1@acme.rooms.example", DEVICE, DIRECT, "W2048110", "Sub204811"]


@pytest.mark.parametrize("text", TEXTS)
async def test_nothing_of_a_customer_that_may_not_be_seen_is_found(store: Store, text: str) -> None:
    await bring_in_things(store)
    assert (await store.read(find, text, customers=frozenset({ACME}))).hits
    outside = await store.read(find, text, customers=frozenset({MUELLER}))
    absent = await store.read(find, text, customers=frozenset())
    assert (outside.hits, outside.near, outside.others) == (absent.hits, absent.near, absent.others) == ([], [], ())


@pytest.mark.parametrize("text", TEXTS)
async def test_a_search_inside_a_customer_finds_nothing_of_another(store: Store, text: str) -> None:
    await bring_in_things(store)
    assert (await store.read(find, text, ACME)).hits
    assert (await store.read(find, text, MUELLER)).hits == []


async def test_the_country_of_a_customer_is_how_its_numbers_are_read(store: Store) -> None:
    twice = [
        {"phoneNumber": number, "orgId": key} for number, key in (("+493023125100", ACME), ("+443023125100", MUELLER))
    ]
    await bring_in(
        store, organizations=[organization(country="de"), organization(MUELLER, "M", country="GB")], numbers=twice
    )
    found = await store.read(find, "030 23125100", ACME)
    assert [hit.name for hit in found.hits] == ["+49 30 23125100"]
    assert len((await store.read(find, "030 23125100")).hits) == 2


async def test_one_device_has_many_lives_and_each_kind_that_finds_something_is_offered(store: Store) -> None:
    device: dict[str, Any] = {"id": DEVICE, "orgId": ACME, "displayName": "Desk", "serial": "W2048110"}
    await bring_in(store, organizations=[organization(orders=["W2048110"])], devices=[device])
    found = await store.read(find, "W2048110")
    assert (found.kind, found.others, found.tried) == (QueryKind.ORDER, (QueryKind.SERIAL,), (QueryKind.ORDER,))
    again = await store.read(find, found.text, kind=QueryKind.SERIAL)
    assert names(again) == [("device", "Desk")]
    assert again.others == ()


async def test_nothing_found_says_all_that_was_tried(store: Store) -> None:
    await bring_in(store, organizations=[organization()])
    found = await store.read(find, "FOC2145N0AB")
    assert found.tried == (QueryKind.SERIAL, QueryKind.ORDER, QueryKind.SUBSCRIPTION, QueryKind.NAME)


async def test_pages_of_an_extension_that_many_customers_have_hold_each_once(store: Store) -> None:
    keys = [f"a0000000-0000-4000-8000-{n:012}" for n in range(2 * PAGE + 1)]
    await bring_in(
        store,
        organizations=[organization(key, f"Customer {place % 3}") for place, key in enumerate(keys)],
        numbers=[{"phoneNumber": "", "extension": "900", "orgId": key} for key in keys],
        people=[person(place, "Pat", org=key, extension="900") for place, key in enumerate(keys, 1)],
    )
    found = await store.read(find, "900")
    seen = [(hit.kind, hit.id) for hit in found.hits]
    while found.next:
        found = await store.read(find, "900", after=found.next, kind=QueryKind.EXTENSION)
        seen += [(hit.kind, hit.id) for hit in found.hits]
    assert len(seen) == len(set(seen)) == 2 * len(keys)
