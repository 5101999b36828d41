"""What is not told is not none: every subset of optional fields is left out of every kind of record.

A field that is left out leaves what is known alone, one that is there and empty empties it; by a file and by a sync.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, combinations
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from helpdesk.directory.records import (
    DeviceRecord,
    EmailRecord,
    LicenseRecord,
    NumberRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    SuppressionRecord,
)
from helpdesk.directory.records.rows import (
    device_told,
    email_event_told,
    license_told,
    number_told,
    organization_told,
    person_told,
    suppression_told,
)
from helpdesk.directory.records.told import Told
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import (
    Device,
    DeviceSip,
    License,
    Number,
    Organization,
    Person,
    PersonLicense,
    PersonPhone,
    PersonRole,
)
from helpdesk.platform.store.tables.mail import EmailEvent, Suppression
from helpdesk.platform.text.names import search_name
from helpdesk.sync import rows as sync_rows
from helpdesk.sync.rows import Context, Prepared
from helpdesk.sync.statements import DEVICE, LICENSE, NUMBER, PERSON, RecordKind
from helpdesk.sync.writing import write_changed
from tests.helpdesk.files import ACME, bring_in, organization, person_key
from tests.sessions import rows

AT = datetime(2026, 3, 1, tzinfo=UTC)
LICENSES = [f"c0000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
ROLES = [f"d0000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
OWNERS = [f"b1000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
FOUNDATION: dict[str, Any] = {
    "organizations": [organization()],
    "licenses": [{"id": key, "orgId": ACME, "name": key} for key in LICENSES],
    "roles": [{"id": key, "name": key} for key in ROLES],
    "people": [{"id": key, "orgId": ACME, "emails": [f"owner{key[-1]}@acme.example"]} for key in OWNERS],
}


@dataclass(frozen=True)
class Shape:
    """A kind of record: its optional fields with what is told first, what later, and where it is kept."""

    list_name: str
    record: type[Record]
    model: type[SQLModel]
    told: Callable[[Any], Told]
    base: Callable[[int], dict[str, Any]]
    key: Callable[[int], str]
    fields: dict[str, tuple[Any, Any]]
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    key_column: str = "id"
    nothing: dict[str, Any] = field(default_factory=dict)

    def columns_of(self, name: str) -> tuple[str, ...]:
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        return self.columns.get(name, (snake,))


def times(day: int) -> str:
    return f"2026-01-{day:02}T09:30:00Z"


def key(kind: str) -> Callable[[int], str]:
    return lambda number: f"{kind}0000000-0000-4000-8000-{number:012}"


PEOPLE = Shape(
    "people",
    PersonRecord,
    Person,
    person_told,
    lambda number: {"id": person_key(number), "orgId": ACME, "emails": [f"person{number}@acme.example"]},
    person_key,
    {
        "displayName": ("Pat One", "Sam Two"),
        "firstName": ("Pat", "Sam"),
        "lastName": ("One", "Two"),
        "loginEnabled": (True, False),
        "invitePending": (False, True),
        "created": (times(1), times(2)),
        "lastActivity": (times(3), times(4)),
        "siteUrls": (["a.webex.example"], ["b.webex.example"]),
        "phoneNumbers": ([{"value": "+12125550110"}], [{"value": "+12125550111"}]),
        "extension": ("110", "111"),
    },
    nothing={"site_urls": [], "phone_numbers": []},
)
BY_FILE = {
    "accountStatus": ("pending", "active"),
    "preferredLanguage": ("en_US", "fr_FR"),
    "features": ({"Recording": True}, {"Recording": False}),
    "location": ("Berlin", "Paris"),
}
PEOPLE_OF_FILE = Shape(
    "people",
    PersonRecord,
    Person,
    person_told,
    PEOPLE.base,
    PEOPLE.key,
    PEOPLE.fields | BY_FILE,
    nothing={**PEOPLE.nothing, "features": {}},
)
DEVICES = Shape(
    "devices",
    DeviceRecord,
    Device,
    lambda record: device_told(record, set(OWNERS)),
    lambda number: {"id": key("e")(number), "orgId": ACME},
    key("e"),
    {
        "displayName": ("Desk", "Board"),
        "personId": (OWNERS[0], OWNERS[1]),
        "product": ("Desk Pro", "Board 70"),
        "type": ("roomdesk", "phone"),
        "serial": ("SN1", "SN2"),
        "mac": ("00:00:5E:00:53:11", "00:00:5E:00:53:12"),
        "primarySipUrl": ("one@acme.example", "two@acme.example"),
        "connectionStatus": ("connected", "disconnected"),
        "lastSeen": (times(3), times(4)),
        "software": ("RoomOS 1", "RoomOS 2"),
        "ip": ("192.0.2.1", "192.0.2.2"),
    },
    {"primarySipUrl": ("sip_url",)},
    nothing={"display_name": ""},
)
NUMBERS = Shape(
    "numbers",
    NumberRecord,
    Number,
    number_told,
    lambda number: {"phoneNumber": f"+1212555{number:04}", "orgId": ACME},
    lambda number: f"+1212555{number:04}",
    {
        "owner": (
            {"id": OWNERS[0], "type": "PEOPLE", "firstName": "Pat", "lastName": "One"},
            {"id": OWNERS[1], "type": "PEOPLE", "firstName": "Sam", "lastName": "Two"},
        ),
        "state": ("ACTIVE", "INACTIVE"),
        "extension": ("110", "111"),
        "location": ({"id": "x", "name": "Berlin"}, {"id": "y", "name": "Paris"}),
    },
    {"owner": ("owner_id", "owner_name", "owner_type")},
    key_column="phone_number",
)
LICENSE_SHAPE = Shape(
    "licenses",
    LicenseRecord,
    License,
    license_told,
    lambda number: {"id": key("f")(number), "orgId": ACME, "name": "Meetings"},
    lambda number: key("f")(number),
    {
        "totalUnits": (1, 2),
        "consumedUnits": (3, 4),
        "subscriptionId": ("Sub1", "Sub2"),
        "siteUrl": ("a.webex.example", "b.webex.example"),
    },
)
ORGANIZATIONS = Shape(
    "organizations",
    OrganizationRecord,
    Organization,
    organization_told,
    lambda number: {"id": key("9")(number), "displayName": f"Customer {number}"},
    lambda number: key("9")(number),
    {"created": (times(1), times(2)), "country": ("DE", "FR"), "settings": ({"a": True}, {"a": False})},
    nothing={"settings": {}},
)
EMAILS = Shape(
    "emails",
    EmailRecord,
    EmailEvent,
    email_event_told,
    lambda number: {"address": f"person{number}@acme.example", "sentAt": times(1), "status": "error"},
    lambda number: f"person{number}@acme.example",
    {"detail": ("550 5.1.1", "550 5.7.1")},
    key_column="address",
)
SUPPRESSIONS = Shape(
    "suppressions",
    SuppressionRecord,
    Suppression,
    suppression_told,
    lambda number: {"address": f"person{number}@acme.example", "reason": "bounce"},
    lambda number: f"person{number}@acme.example",
    {"since": (times(1), times(2)), "detail": ("550 5.1.1", "550 5.7.1")},
    key_column="address",
)
BY_A_FILE = [PEOPLE_OF_FILE, DEVICES, NUMBERS, LICENSE_SHAPE, ORGANIZATIONS, EMAILS, SUPPRESSIONS]
BY_A_SYNC: list[tuple[Shape, RecordKind, Callable[[Any], Prepared | None]]] = [
    (PEOPLE, PERSON, lambda item: sync_rows.person(item, CONTEXT)),
    (DEVICES, DEVICE, lambda item: sync_rows.device(item, CONTEXT, OWNERS)),
    (NUMBERS, NUMBER, lambda item: sync_rows.number(item, CONTEXT)),
    (LICENSE_SHAPE, LICENSE, lambda item: sync_rows.license_(item, CONTEXT)),
]
CONTEXT = Context(
    ACME, ACME, LICENSES, ROLES, locations={"x": "Berlin", "y": "Paris"}, workspaces={"x": "Kitchen", "y": "Hall"}
)


def subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def telling(names: list[str]) -> list[tuple[str, ...]]:
    """Nothing, all, and all subsets with one or two left out, or told: as many as a database takes in a second."""
    sizes = {0, 1, 2, len(names) - 2, len(names) - 1, len(names)}
    return [each for each in subsets(names) if len(each) in sizes]


def record(shape: Shape, number: int, told: tuple[str, ...], place: int) -> dict[str, Any]:
    return {**shape.base(number), **{name: shape.fields[name][place] for name in told}}


@pytest.mark.parametrize("shape", BY_A_FILE, ids=lambda shape: shape.list_name)
def test_a_row_has_just_what_was_told_whatever_is_left_out(shape: Shape) -> None:
    always = set(shape.told(shape.record.model_validate(shape.base(1))).row)
    for told in subsets(list(shape.fields)):
        row = shape.told(shape.record.model_validate(record(shape, 1, told, 0))).row
        assert set(row) == always | {column for name in told for column in shape.columns_of(name)}, told


async def stored(store: Store, shape: Shape) -> dict[str, dict[str, Any]]:
    found = await rows(store, select(shape.model))
    return {getattr(each, shape.key_column): each.model_dump() for each in found}


async def check(store: Store, shape: Shape, write: Callable[[list[dict[str, Any]]], Any]) -> None:
    every = tuple(shape.fields)
    choices = telling(list(every))
    count = len(choices)
    await write([record(shape, number, every, 0) for number in range(count)])
    before = await stored(store, shape)
    await write([record(shape, count, every, 1)])
    later = (await stored(store, shape))[shape.key(count)]
    await write([record(shape, number, told, 1) for number, told in enumerate(choices)])
    after = await stored(store, shape)
    for number, told in enumerate(choices):
        was, now = before[shape.key(number)], after[shape.key(number)]
        changed = {column for name in told for column in shape.columns_of(name)}
        for name in shape.fields:
            for column in shape.columns_of(name):
                assert now[column] == (later if column in changed else was)[column], (told, column)
        if shape.model is Person:
            names = [now[name] for name in ("display_name", "first_name", "last_name")]
            assert now["search_name"] == search_name(names), told


@pytest.mark.parametrize("shape", BY_A_FILE, ids=lambda shape: shape.list_name)
async def test_a_file_leaves_alone_what_it_does_not_tell(store: Store, shape: Shape) -> None:
    await bring_in(store, **FOUNDATION)
    await check(store, shape, lambda records: bring_in(store, **{shape.list_name: records}))


@pytest.mark.parametrize(("shape", "kind", "prepare"), BY_A_SYNC, ids=lambda each: getattr(each, "list_name", ""))
async def test_a_sync_leaves_alone_what_webex_does_not_tell(
    store: Store, shape: Shape, kind: RecordKind, prepare: Callable[[Any], Prepared | None]
) -> None:
    await bring_in(store, **FOUNDATION)

    async def write(records: list[dict[str, Any]]) -> None:
        found = [each for each in map(prepare, records) if each]
        assert len(found) == len(records)
        await write_changed(store, kind, found, AT)
        # The same once more is no change.
        assert await write_changed(store, kind, found, AT) == 0

    await check(store, shape, write)


@pytest.mark.parametrize("shape", BY_A_FILE, ids=lambda shape: shape.list_name)
async def test_what_is_there_and_empty_empties(store: Store, shape: Shape) -> None:
    await bring_in(store, **FOUNDATION)
    names = list(shape.fields)
    await bring_in(store, **{shape.list_name: [record(shape, n, tuple(names), 0) for n in range(len(names))]})
    await bring_in(store, **{shape.list_name: [{**shape.base(n), name: None} for n, name in enumerate(names)]})
    after = await stored(store, shape)
    for number, name in enumerate(names):
        for column in shape.columns_of(name):
            found = after[shape.key(number)]
            if (shape.model, column) == (Person, "display_name"):
                assert found[column] == "Pat One"  # of the other two names
            else:
                assert found[column] == shape.nothing.get(column), column


@pytest.mark.parametrize("way", ["file", "sync"])
async def test_lists_of_a_person_and_of_a_device_stay_unless_they_are_told(store: Store, way: str) -> None:
    await bring_in(store, **FOUNDATION)
    phones = [{"value": "+12125550110"}]
    person = {**PEOPLE.base(1), "phoneNumbers": phones, "licenses": LICENSES, "roles": ROLES}
    device = {**DEVICES.base(1), "sipUrls": ["one@acme.example", "SIP:Two@acme.example"]}
    lists: list[tuple[type[SQLModel], str, dict[str, Any]]] = [
        (PersonPhone, "phoneNumbers", person),
        (PersonLicense, "licenses", person),
        (PersonRole, "roles", person),
        (DeviceSip, "sipUrls", device),
    ]

    async def write(item: dict[str, Any]) -> None:
        if way == "file":
            await bring_in(store, **{"people" if item["id"] == person["id"] else "devices": [item]})
        elif item["id"] == person["id"]:
            found = sync_rows.person(item, CONTEXT)
            await write_changed(store, PERSON, [found] if found else [], AT)
        else:
            found = sync_rows.device(item, CONTEXT, OWNERS)
            await write_changed(store, DEVICE, [found] if found else [], AT)

    for model, name, whole in lists:
        await write(whole)
        full = len(await rows(store, select(model)))
        assert full
        await write({field: value for field, value in whole.items() if field != name})
        assert len(await rows(store, select(model))) == full
        await write({**whole, name: []})
        assert len(await rows(store, select(model))) == 0


async def test_names_of_places_stay_where_webex_tells_no_id_or_one_it_does_not_name(store: Store) -> None:
    await bring_in(store, **FOUNDATION)

    async def told(**more: Any) -> tuple[str | None, str | None]:
        found = sync_rows.device({**DEVICES.base(1), **more}, CONTEXT, OWNERS)
        assert found
        await write_changed(store, DEVICE, [found], AT)
        (device,) = await rows(store, select(Device))
        return device.location, device.workspace

    assert await told(locationId="x", workspaceId="y") == ("Berlin", "Hall")
    assert await told() == ("Berlin", "Hall")
    assert await told(locationId="unknown", workspaceId="unknown") == ("Berlin", "Hall")
    assert await told(locationId=None, workspaceId="") == (None, None)
