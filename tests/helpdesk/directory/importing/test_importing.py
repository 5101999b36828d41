"""An import file goes in whole or not at all, twice as well as once, and bad records are named."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from helpdesk.directory.details import device_details, organization_details, person_details
from helpdesk.directory.importing import BadImportFile, ImportProblem, import_file, parse
from helpdesk.directory.people_and_organizations import person_by_address
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Domain, Number, Organization, Person
from helpdesk.platform.store.tables.mail import EmailEvent, Suppression
from playground.demo import NOW, demo_file
from playground.identifiers import identifier
from tests.databases import Databases
from tests.helpdesk.files import ACME, MUELLER, bring_in, contents, organization, person, person_key
from tests.sessions import reading

DEMO = json.loads(json.dumps(demo_file()))
LICENSE = "c0000000-0000-4000-8000-000000000001"
ROLE = "d0000000-0000-4000-8000-000000000001"
DEVICE = "e0000000-0000-4000-8000-000000000001"
DEEP = "[" * 100 + "]" * 100


def license_(key: str = LICENSE, **more: Any) -> dict[str, Any]:
    return {"id": key, "orgId": ACME, "name": "Messaging", **more}


def whole() -> dict[str, Any]:
    """One good record of each kind."""
    return {
        "organizations": [
            organization(domains=[{"domain": "acme.example", "status": "claimed"}], sites=["a.b.example"])
        ],
        "licenses": [license_(totalUnits=5)],
        "roles": [{"id": ROLE, "name": "Full Administrator"}],
        "people": [person(1, "Pat", created="2026-01-15T09:30:00Z", licenses=[LICENSE], features={"Recording": True})],
        "devices": [{"id": DEVICE, "orgId": ACME, "personId": person_key(1), "displayName": "Desk"}],
        "numbers": [{"phoneNumber": "+12125550110", "orgId": ACME, "ownerId": person_key(1)}],
        "emails": [{"address": "pat@acme.example", "sentAt": "2026-01-15T09:30:00Z", "status": "delivered"}],
        "suppressions": [{"address": "pat@acme.example", "reason": "bounce", "since": "2026-01-15T09:30:00Z"}],
    }


def problems(content: Any) -> list[str]:
    with pytest.raises(BadImportFile) as refused:
        parse(content if isinstance(content, str | bytes) else json.dumps(content))
    return [str(problem) for problem in refused.value.problems]


async def test_the_whole_demo_a_second_time_changes_nothing(demo_store: Store) -> None:
    before = await contents(demo_store)
    counts = await import_file(demo_store, parse(json.dumps(DEMO)), lambda: NOW)
    assert await contents(demo_store) == before
    assert counts["people"] == len(DEMO["people"]) == len(before["people"])


async def test_every_record_of_the_demo_arrives(demo_store: Store) -> None:
    rows = await contents(demo_store)
    tables = {"emails": "email_events"}
    for name, records in DEMO.items():
        assert len(rows[tables.get(name, name)]) == len(records), name


async def test_a_bad_record_at_the_end_keeps_all_out(store: Store) -> None:
    file = whole()
    file["numbers"].append({"phoneNumber": "+12125550111", "orgId": MUELLER})
    before = await contents(store)
    with pytest.raises(BadImportFile) as refused:
        await import_file(store, parse(json.dumps(file)))
    assert refused.value.problems == [ImportProblem("numbers[1].orgId", "names an organization that is not there")]
    assert await contents(store) == before


async def test_an_import_that_fails_on_its_way_keeps_all_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await contents(store)
    file = parse(json.dumps(whole()))
    monkeypatch.setattr(type(file.suppressions[0]), "model_dump", None)
    with pytest.raises(TypeError):
        await import_file(store, file)
    assert await contents(store) == before


@pytest.mark.parametrize(
    ("path", "value", "place", "reason"),
    [
        ("organizations.0.id", "acme", "organizations[0].id", "neither a UUID nor a Webex id"),
        ("organizations.0.id", "", "organizations[0].id", "neither"),
        ("organizations.0.id", 5, "organizations[0].id", "string"),
        ("organizations.0.displayName", "", "organizations[0].displayName", "at least 1 character"),
        ("organizations.0.displayName", "Ac\0me", "organizations[0].displayName", "NUL"),
        ("organizations.0.displayName", "Ac\ud800me", "organizations[0].displayName", "unicode"),
        ("organizations.0.settings", {"a": json.loads(DEEP)}, "organizations[0].settings", "deep"),
        ("organizations.0.settings", [], "organizations[0].settings", "dictionary"),
        ("organizations.0.domains.0.status", "owned", "organizations[0].domains[0].status", "'claimed' or 'verified'"),
        ("organizations.0.domains", "acme.example", "organizations[0].domains", "list"),
        ("licenses.0.totalUnits", 2**31, "licenses[0].totalUnits", "less than or equal"),
        ("licenses.0.totalUnits", 1.5, "licenses[0].totalUnits", "integer"),
        ("roles.0.name", None, "roles[0].name", "string"),
        ("people.0.orgId", None, "people[0].orgId", "string"),
        ("people.0.emails", [], "people[0].emails", "at least 1 item"),
        ("people.0.emails.0", "pat", "people[0].emails[0]", "not an email address"),
        ("people.0.emails.0", "pat@acme.example\nBcc: sam@acme.example", "people[0].emails[0]", "not an email"),
        ("people.0.created", "yesterday", "people[0].created", "datetime"),
        ("people.0.created", 1768469400, "people[0].created", "ISO 8601"),
        ("people.0.created", "1768469400", "people[0].created", "ISO 8601"),
        ("people.0.created", "0001-01-01T00:00:00+14:00", "people[0].created", "too far"),
        ("people.0.created", "9999-12-31T23:59:59-14:00", "people[0].created", "too far"),
        ("people.0.created", "2026-13-01T00:00:00Z", "people[0].created", "month"),
        ("people.0.displayName", 7, "people[0].displayName", "string"),
        ("people.0.loginEnabled", "perhaps", "people[0].loginEnabled", "boolean"),
        ("people.0.features", {"Recording": "sometimes"}, "people[0].features.Recording", "boolean"),
        ("people.0.features", {"Rec\0": True}, "people[0].features", "NUL"),
        ("people.0.licenses", [["x"]], "people[0].licenses[0]", "string"),
        ("people.0", None, "people[0]", "dictionary"),
        ("people", {}, "people", "list"),
        ("devices.0.personId", "nobody", "devices[0].personId", "neither"),
        ("numbers.0.phoneNumber", 12125550110, "numbers[0].phoneNumber", "string"),
        ("emails.0.status", "arrived", "emails[0].status", "'delivered'"),
        ("emails.0.sentAt", None, "emails[0].sentAt", "ISO 8601"),
        ("suppressions.0.reason", "dislike", "suppressions[0].reason", "'bounce'"),
        ("suppressions.0.address", "pat@", "suppressions[0].address", "not an email address"),
    ],
)
def test_a_bad_record_is_named_by_place_and_reason(path: str, value: Any, place: str, reason: str) -> None:
    file = whole()
    put(file, path, value)
    (problem,) = problems(file)
    assert problem.startswith(place)
    assert reason in problem


def put(file: Any, path: str, value: Any) -> None:
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in way:
        file = file[step]
    file[last] = value


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("organisations", [organization()], "did you mean organizations?"),
        ("People", [person(1)], "did you mean people?"),
        ("items", [], "is no list"),
        ("SuppressedDestinationSummaries", [{"EmailAddress": "pat@acme.example", "Reason": "BOUNCE"}], "is no list"),
        ("data", {"people": [person(1)]}, "is no list"),
        ("users", {person_key(1): person(1)}, "is no list"),
        ("x\0\u202e" * 100, [], "is no list"),
    ],
)
def test_a_whole_list_under_an_unknown_name_is_refused_by_its_name(name: str, value: Any, reason: str) -> None:
    for file in ({name: value}, {**whole(), name: value}, {name: value, "NextToken": "x"}):
        (problem,) = problems(file)
        assert problem.startswith(f"{name[:80]}: ")
        assert reason in problem


def test_a_file_without_any_list_is_refused_and_further_fields_are_not() -> None:
    assert problems({"NextToken": "x"}) == [
        "the file: has none of the lists of an import file: "
        "organizations, locations, workspaces, licenses, roles, people, devices, numbers, emails, suppressions"
    ]
    parse(json.dumps({**whole(), "$schema": "x", "version": 1, "made": {"by": "ana"}}))


def test_a_list_that_is_there_twice_is_named() -> None:
    assert problems('{"people": [], "people": []}') == ["people: is there twice"]


@pytest.mark.parametrize("missing", ["id", "orgId", "emails"])
def test_a_missing_field_is_named(missing: str) -> None:
    file = whole()
    del file["people"][0][missing]
    assert problems(file) == [f"people[0].{missing}: Field required"]


def test_every_bad_record_is_named_at_once() -> None:
    file = {"people": [{}, person(1), {"id": "x"}], "emails": [7]}
    assert len(problems(file)) == 7


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        ({"organizations": [organization(), organization(identifier("ORGANIZATION", ACME))]}, "organizations[1].id"),
        ({"people": [person(1), person(2), person(1)]}, "people[2].id: is the id of people[0] too"),
        ({"roles": [{"id": ROLE, "name": "a"}, {"id": ROLE.upper(), "name": "b"}]}, "roles[1].id"),
        (
            {"suppressions": [{"address": a, "reason": "block"} for a in ("A@b.example", "a@B.example")]},
            "suppressions[1]",
        ),
        ({"numbers": [{"phoneNumber": "+1", "orgId": ACME}] * 2}, "numbers[1]: is the same as numbers[0]"),
    ],
)
def test_of_two_records_with_one_key_the_second_is_named(lists: dict[str, Any], problem: str) -> None:
    (found,) = problems(lists)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"{}"',
        b"\xff\xfe\xfa",
        "\ufeff{}",
        "[" * 100_000,
        '{"people":' * 100_000,
        '{"a": ' + "9" * 5000 + "}",
        '{"organizations": [], "x": NaN}',
        '{"x": -Infinity}',
        '{"x": 1e999}',
    ],
    ids=range(14),
)
def test_what_is_not_one_json_object_is_said_to_be_none(content: str | bytes) -> None:
    (problem,) = problems(content)
    assert problem.startswith("the file: is not")


def test_a_file_may_be_bytes_in_any_encoding_of_json() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        file = parse(json.dumps(whole(), ensure_ascii=False).encode(encoding))
        assert file.organizations[0].display_name == "Acme Corporation"


async def test_an_empty_file_changes_nothing(demo_store: Store) -> None:
    before = await contents(demo_store)
    assert set((await bring_in(demo_store)).values()) == {0}
    assert await contents(demo_store) == before


async def test_a_later_file_may_name_an_organization_of_an_earlier_one(store: Store) -> None:
    await bring_in(store, organizations=[organization()])
    await bring_in(store, people=[person(1, "Pat")])
    assert (await store.read(person_details, person_key(1))).organization.display_name == "Acme Corporation"


async def test_ids_of_both_forms_are_one(store: Store) -> None:
    await bring_in(store, organizations=[organization(identifier("ORGANIZATION", ACME))], people=[person(1, "Pat")])
    again = {**person(1, "Patricia"), "id": identifier("PEOPLE", person_key(1).upper()), "orgId": ACME.upper()}
    await bring_in(store, people=[again])
    rows = await contents(store)
    assert len(rows["people"]) == len(rows["organizations"]) == 1
    assert (await store.read(person_details, person_key(1))).person.display_name == "Patricia"


async def test_given_lists_replace_and_left_out_lists_stay(store: Store) -> None:
    domain = {"domain": "ACME.example", "status": "claimed"}
    first = organization(domains=[domain], sites=["https://acme.webex.example/x#attendee"], orders=["W1", "W1"])
    await bring_in(store, organizations=[first])
    await bring_in(
        store, organizations=[organization(name="Acme", domains=[{"domain": "b.example", "status": "verified"}])]
    )
    found = await store.read(organization_details, ACME)
    assert [(each.domain, each.status) for each in found.domains] == [("b.example", "verified")]
    assert (found.sites, found.orders) == (["acme.webex.example"], ["W1"])
    await bring_in(store, organizations=[organization(name="Acme", sites=[], orders=[], domains=[])])
    found = await store.read(organization_details, ACME)
    assert (found.domains, found.sites, found.orders) == ([], [], [])


async def test_licenses_and_roles_replace_when_given(store: Store) -> None:
    base = {
        "organizations": [organization()],
        "licenses": [license_(), license_(DEVICE, name="Calling")],
        "roles": [{"id": ROLE, "name": "Full Administrator"}],
    }
    await bring_in(store, **base, people=[person(1, licenses=[LICENSE], roles=[ROLE])])
    await bring_in(store, people=[person(1)])
    kept = await store.read(person_details, person_key(1))
    assert ([each.name for each in kept.licenses], kept.roles) == (["Messaging"], ["Full Administrator"])
    await bring_in(store, people=[person(1, licenses=[DEVICE], roles=[])])
    replaced = await store.read(person_details, person_key(1))
    assert ([each.name for each in replaced.licenses], replaced.roles) == (["Calling"], [])


async def test_licenses_may_be_joined_in_one_string_and_unknown_ones_are_counted(store: Store) -> None:
    base = {"organizations": [organization()], "licenses": [license_(), license_(DEVICE, name="Calling")]}
    unknown = identifier("LICENSE", person_key(9))
    joined = f"{LICENSE}, {identifier('LICENSE', DEVICE)},{unknown}"
    counts = await bring_in(store, **base, people=[person(1, licenses=[joined], roles=[ROLE])])
    assert counts["unknown"] == 2
    found = await store.read(person_details, person_key(1))
    assert [each.name for each in found.licenses] == ["Calling", "Messaging"]


async def test_a_person_with_two_addresses_is_found_by_either_until_one_is_gone(store: Store) -> None:
    two = {**person(1, "Pat"), "emails": ["Pat@Acme.example", "pat@labs.acme.example", "PAT@acme.example"]}
    await bring_in(store, organizations=[organization()], people=[two])
    for address in ("pat@acme.example", "pat@labs.acme.example"):
        assert await store.read(person_by_address, address) == person_key(1)
    assert (await store.read(person_details, person_key(1))).emails == ["pat@acme.example", "pat@labs.acme.example"]
    await bring_in(store, people=[{**two, "emails": ["pat@labs.acme.example"]}])
    assert await store.read(person_by_address, "pat@acme.example") is None


async def test_a_nameless_person_is_shown_by_what_there_is(store: Store) -> None:
    people = [person(1), person(2, firstName="Ana", lastName="Ruiz"), person(3, lastName="Okafor")]
    await bring_in(store, organizations=[organization()], people=people)
    names = [(await store.read(person_details, person_key(number))).person.display_name for number in (1, 2, 3)]
    assert names == ["person1@acme.example", "Ana Ruiz", "Okafor"]


async def test_a_device_of_nobody_we_know_belongs_to_nobody(store: Store) -> None:
    file = whole()
    file["devices"][0]["personId"] = identifier("PLACE", person_key(7))
    await bring_in(store, **file)
    assert (await store.read(person_details, person_key(1))).devices == []
    assert (await store.read(organization_details, ACME)).device_count == 1


async def test_what_webex_returns_goes_in_as_it_is(store: Store) -> None:
    file = whole()
    file["locations"] = [{"id": "L1", "name": "Berlin", "orgId": ACME, "timeZone": "Europe/Berlin"}]
    file["workspaces"] = [{"id": "W1", "displayName": "Kitchen", "orgId": ACME}]
    file["people"][0]["locationId"] = "L1"
    file["devices"][0] |= {
        "workspaceId": "W1",
        "locationId": "L1",
        "primarySipUrl": "desk@acme.example",
        "sipUrls": ["desk@acme.example", "SIP:kitchen@acme.example;transport=tls"],
    }
    owner = {"id": person_key(1), "type": "PEOPLE", "firstName": "Pat", "lastName": "Lindqvist"}
    workspace = {"id": identifier("PLACE", person_key(9)), "type": "PLACE", "firstName": "Kitchen"}
    file["numbers"] = [
        {"phoneNumber": "+12125550110", "orgId": ACME, "location": {"id": "L1", "name": "Berlin"}, "owner": owner},
        {"phoneNumber": "+12125550111", "orgId": ACME, "location": {"id": "L1", "name": "Berlin"}, "owner": workspace},
    ]
    await bring_in(store, **file)
    device = await store.read(device_details, DEVICE)
    assert (device.device.location, device.device.workspace) == ("Berlin", "Kitchen")
    assert device.sip_urls == ["desk@acme.example", "kitchen@acme.example"]
    found = await store.read(person_details, person_key(1))
    assert (found.person.location, [each.location for each in found.numbers]) == ("Berlin", ["Berlin"])
    async with reading(store) as session:
        number = await session.get(Number, ("+12125550111", ACME))
    assert number
    assert (number.owner_id, number.owner_type, number.owner_name) == (None, "PLACE", "Kitchen")


async def test_a_mail_that_moved_on_is_not_a_second_mail(store: Store) -> None:
    file = whole()
    mail = {**file["emails"][0], "status": "error", "detail": "550 5.1.1", "sentAt": "2026-01-15T10:30:00+01:00"}
    await bring_in(store, **file)
    await bring_in(store, emails=[mail, mail])
    async with reading(store) as session:
        (event,) = (await session.exec(select(EmailEvent))).all()
    assert (event.status, event.detail) == ("error", "550 5.1.1")


async def test_what_is_odd_but_right_goes_in(store: Store) -> None:
    hostile = "'; DROP TABLE people; -- \\ \" % _ \u202e 🙂\n"
    file = whole()
    file["organizations"][0] |= {"displayName": hostile, "settings": {hostile: [None, 1.5, 10**30, "\u0000\ud800"]}}
    file["people"][0] |= {"displayName": hostile, "features": {hostile: False}, "loginEnabled": None}
    file["licenses"][0] |= {"totalUnits": -1, "unknownField": {"a": []}}
    await bring_in(store, **file)
    assert (await store.read(person_details, person_key(1))).person.display_name == hostile
    async with reading(store) as session:
        found = await session.get(Organization, ACME)
    assert found is not None
    assert found.settings == file["organizations"][0]["settings"]


def places(node: Any, path: str = "") -> list[str]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path] * bool(path) + [deep for key, each in inner for deep in places(each, f"{path}.{key}".lstrip("."))]


VALUES = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    st.integers(min_value=2**31)
    | st.sampled_from([-(2**63) - 1, "9999-12-31T23:59:59-01:00", "0001-01-01T00:00+02:00"]),
    st.datetimes(timezones=st.timezones() | st.none()).map(lambda when: when.isoformat()),
    st.binary(max_size=6).map(lambda raw: identifier("PEOPLE", raw.decode("latin-1"))),
    st.sampled_from([[], {}, [[]], [{}], {"a": {"b": [1]}}, ACME, "\0", "\ud800", "a@b.example", json.loads(DEEP)]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(places(whole())), VALUES), min_size=1, max_size=3))
@example(changes=[("people.0.licenses.0", identifier("PEOPLE", "a\0b"))])
async def test_a_file_changed_at_random_goes_in_or_is_refused(store: Store, changes: list[tuple[str, Any]]) -> None:
    file = copy.deepcopy(whole())
    for path, value in changes:
        with suppress(LookupError, TypeError):  # an earlier change took this place away
            put(file, path, copy.deepcopy(value))  # or one change would put a value into itself
    with suppress(BadImportFile):
        await import_file(store, parse(json.dumps(file)))


async def test_equal_files_leave_equal_stores(sqlite: Databases, postgres: Databases) -> None:
    found = []
    for databases in (sqlite, postgres):
        async with databases.fresh("demo") as url:
            store = Store(url)
            found.append(await contents(store))
            await store.close()
    assert found[0] == found[1]
    assert {Person.__tablename__, Domain.__tablename__, Suppression.__tablename__} <= {
        k for k, v in found[0].items() if v
    }
