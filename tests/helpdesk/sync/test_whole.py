"""Everything arrives, what changed is written, what is gone is removed, and trouble with one customer stays with it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlmodel import select

from helpdesk.directory import UserStatus
from helpdesk.directory import exact_lookup as things
from helpdesk.directory.details import device_details, order_details, organization_details, person_details
from helpdesk.directory.exact_lookup import key_of
from helpdesk.directory.owners import owners
from helpdesk.directory.reading import QueryKind, read
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import (
    Device,
    Domain,
    License,
    Number,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonRole,
    WebexSite,
)
from helpdesk.platform.store.tables.sync import SyncedOrganization
from helpdesk.sync import AdminTokenRefused, SyncOutcome, SyncRunning, whole
from helpdesk.sync.rows import Context, number
from helpdesk.sync.whole import NoCustomers
from playground.identifiers import identifier
from tests.helpdesk.files import IMPORTED, bring_in, contents
from tests.helpdesk.sync.partner import CREATED, Stage, file, key, org, person, stage
from tests.sessions import rows

HOSTILE = "<b>Eve</b> '; DROP TABLE people; -- \u202e [x](http://evil.example)"


def counts(outcomes: Sequence[SyncedOrganization]) -> tuple[int, int]:
    return sum(each.written for each in outcomes), sum(each.removed for each in outcomes)


def failures(outcomes: Sequence[SyncedOrganization]) -> dict[str, list[str]]:
    return {each.name: [one["part"] for one in each.failures] for each in outcomes if each.failures}


async def names(store: Store) -> list[str]:
    return sorted(await rows(store, select(Person.display_name)))


async def test_everything_of_every_customer_arrives_with_its_source(on: Stage) -> None:
    outcomes = await on.sync().run()
    assert [each.name for each in outcomes] == ["Customer 1", "Customer 2", "Customer 3"]
    assert not failures(outcomes)
    people = await rows(on.store, select(Person))
    assert len(people) == 9
    assert {each.source for each in people} == {"sync"}
    assert all(each.synced_at for each in people)
    for model, count in {Organization: 3, License: 3, Device: 3, Number: 3, PersonEmail: 9, PersonLicense: 9}.items():
        assert len(await rows(on.store, select(model))) == count, model
    assert len(await rows(on.store, select(PersonRole))) == 3
    device = (await rows(on.store, select(Device).where(Device.organization_id == org(1))))[0]
    assert device.person_id == key(1, 1)
    number = (await rows(on.store, select(Number).where(Number.organization_id == org(1))))[0]
    assert number.owner_id == key(1, 1)


async def test_domains_come_from_addresses_and_sites_from_licenses(on: Stage) -> None:
    await on.sync().run()
    domains = await rows(on.store, select(Domain).where(Domain.organization_id == org(1)))
    assert [(each.domain, each.status, each.source) for each in domains] == [("customer1.example", "in use", "sync")]
    assert [
        each.url for each in await rows(on.store, select(WebexSite).where(WebexSite.organization_id == org(1)))
    ] == ["customer1.webex.example"]


async def test_the_state_of_accounts_comes_from_scim(store: Store) -> None:
    data = file(1, 1)
    data["people"] = [person(1, 1, accountStatus="transient", preferredLanguage="fr_FR")]
    async with stage(store, data) as on:
        await on.sync().run()
        (found,) = await rows(store, select(Person))
    assert (found.account_status, found.preferred_language) == ("transient", "fr_FR")
    assert found.features == {"Recording": True}


async def test_what_webex_does_not_tell_stays_as_old_as_its_file(on: Stage) -> None:
    await bring_in(on.store, organizations=[{"id": org(1), "displayName": "By file", "orders": ["W1"]}])
    await on.sync().run()
    found = await on.store.read(organization_details, org(1))
    assert (found.organization.source, found.organization.imported_at) == ("sync", IMPORTED)
    order = await on.store.read(order_details, key_of(org(1), "W1"))
    assert (order.source, order.as_of) == ("import", IMPORTED)


async def test_a_second_sync_of_the_same_writes_nothing(on: Stage) -> None:
    await on.sync().run()
    people = await rows(on.store, select(Person))
    assert counts(await on.sync().run()) == (0, 0)
    assert [each.synced_at for each in await rows(on.store, select(Person))] == [each.synced_at for each in people]


async def test_only_what_changed_is_written(on: Stage) -> None:
    await on.sync().run()
    on.partner.records[org(2)]["people"][1]["displayName"] = HOSTILE
    assert counts(await on.sync().run()) == (1, 0)
    assert HOSTILE in await names(on.store)


async def test_what_moves_all_day_is_no_change(on: Stage) -> None:
    device = on.partner.records[org(1)]["devices"][0]
    device["lastSeen"] = "2026-01-15T09:00:00.000Z"
    await on.sync().run()
    device["lastSeen"] = "2026-01-15T17:00:00.000Z"
    assert counts(await on.sync().run()) == (0, 0)
    device["lastSeen"] = "2026-01-16T00:00:00.000Z"
    assert counts(await on.sync().run()) == (1, 0)


async def test_a_sync_that_is_told_no_activity_leaves_what_is_known_of_it(on: Stage) -> None:
    people = [{name: value for name, value in person(1, 1).items() if name not in ("licenses", "roles")}]
    await bring_in(on.store, organizations=[{"id": org(1), "displayName": "By file"}], people=people)
    await on.sync().run()
    details = await on.store.read(person_details, key(1, 1))
    assert details.person.source == "sync"
    assert details.person.last_activity
    assert details.status is UserStatus.ACTIVE


async def test_sites_stay_where_licenses_are_told_without_theirs(on: Stage) -> None:
    await on.sync().run()
    del on.partner.records[org(1)]["licenses"][0]["siteUrl"]
    await on.sync().run()
    assert (await on.store.read(organization_details, org(1))).sites == ["customer1.webex.example"]


async def test_what_is_gone_is_removed_with_what_it_had(on: Stage) -> None:
    await on.sync().run()
    of_two = on.partner.records[org(2)]
    del of_two["people"][0]
    of_two["numbers"].clear()
    of_two["devices"].clear()
    assert counts(await on.sync().run()) == (0, 3)
    assert len(await names(on.store)) == 8
    assert len(await rows(on.store, select(PersonEmail))) == 8


async def test_a_number_that_webex_tells_without_an_owner_has_none(on: Stage) -> None:
    number = on.partner.records[org(1)]["numbers"][0]
    await on.sync().run()
    del number["ownerId"]
    assert counts(await on.sync().run()) == (1, 0)
    owned = {each.organization_id: each.owner_id for each in await rows(on.store, select(Number))}
    assert owned == {org(1): None, org(2): key(2, 1), org(3): key(3, 1)}
    number["ownerId"] = identifier("PEOPLE", key(1, 2))
    await on.sync().run()
    owned = {each.organization_id: each.owner_id for each in await rows(on.store, select(Number))}
    assert owned[org(1)] == key(1, 2)


@pytest.mark.parametrize(
    ("more", "is_told"),
    [
        ({}, False),
        ({"mainNumber": False}, False),
        ({"phoneNumberType": "PRIMARY", "mainNumber": False}, True),
        ({"owner": None}, True),
        ({"owner": {}}, True),
    ],
)
def test_an_answer_that_leaves_out_more_than_webex_does_tells_nothing_of_an_owner(
    more: dict[str, Any], is_told: bool
) -> None:
    told = number({"phoneNumber": "+12125550112", "state": "ACTIVE", **more}, Context(org(1), org(1)))
    assert told is not None
    assert (told.row.get("owner_id", "untold") is None) is is_told


async def test_a_customer_that_is_gone_is_removed_but_not_one_of_the_import_file(on: Stage) -> None:
    await bring_in(on.store, organizations=[{"id": org(9), "displayName": "By file"}])
    await on.sync().run()
    del on.partner.organizations[org(3)]
    await on.sync().run()
    found = await rows(on.store, select(Organization.display_name).order_by(Organization.display_name))
    assert list(found) == ["By file", "Customer 1", "Customer 2"]
    assert len(await names(on.store)) == 6


async def test_what_no_api_tells_stays_as_the_import_file_said(on: Stage) -> None:
    domains = [{"domain": "customer1.example", "status": "claimed"}]
    given = {"settings": {"allowReadOnlyAccess": True}, "orders": ["W1"], "domains": domains}
    await bring_in(
        on.store,
        organizations=[{"id": org(1), "displayName": "Old name", **given}],
        people=[{"id": key(1, 1), "orgId": org(1), "emails": ["old@customer1.example"], "features": {"Toggle": True}}],
    )
    on.partner.refusals[("accounts", "")] = 403
    await on.sync().run()
    found = (await rows(on.store, select(Organization).where(Organization.id == org(1))))[0]
    assert (found.display_name, found.settings) == (
        "Customer 1",
        {"allowReadOnlyAccess": True, "allowAdminInviteEmails": True},
    )
    (domain,) = await rows(on.store, select(Domain).where(Domain.organization_id == org(1)))
    assert (domain.status, domain.source) == ("claimed", "import")
    (found,) = await rows(on.store, select(Person).where(Person.id == key(1, 1)))
    assert (found.email, found.features, found.source) == ("person1@customer1.example", {"Toggle": True}, "sync")


async def test_an_import_over_what_was_synced_is_undone_by_the_next_sync(on: Stage) -> None:
    await on.sync().run()
    await bring_in(on.store, people=[{"id": key(1, 1), "orgId": org(1), "emails": ["x@y.example"]}])
    await on.sync().run()
    (found,) = await rows(on.store, select(Person).where(Person.id == key(1, 1)))
    assert (found.email, found.source) == ("person1@customer1.example", "sync")


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_list_that_is_refused_is_named_and_stops_nothing_else(on: Stage, status: int) -> None:
    on.partner.refusals[("people", org(2))] = status
    outcomes = await on.sync().run()
    assert failures(outcomes) == {"Customer 2": ["people"]}
    assert len(await names(on.store)) == 6
    assert len(await rows(on.store, select(License))) == 3


async def test_a_missing_scope_is_told_by_its_name(on: Stage) -> None:
    on.partner.refusals[("numbers", "")] = 403
    outcomes = await on.sync().run()
    assert all("spark-admin:telephony_config_read" in each.failures[0]["reason"] for each in outcomes)
    assert all(each.is_in_order for each in outcomes)


async def test_what_could_not_be_read_is_not_removed(on: Stage) -> None:
    await on.sync().run()
    before = await contents(on.store)
    on.partner.page_size = 1
    calls = {"people": 0}

    def refuse_the_second_page(kind: str) -> None:
        calls[kind] = calls.get(kind, 0) + 1
        if calls["people"] == 2:
            on.partner.refusals[("people", "")] = 403

    on.partner.on_call = refuse_the_second_page
    outcomes = await on.sync().run()
    assert counts(outcomes) == (0, 0)
    assert failures(outcomes)
    assert (await contents(on.store))["people"] == before["people"]


async def test_a_customer_of_whom_nobody_is_told_any_more_keeps_its_people(on: Stage) -> None:
    await on.sync().run()
    on.partner.records[org(1)]["people"].clear()
    outcomes = await on.sync().run()
    assert failures(outcomes) == {"Customer 1": ["people"]}
    assert len(await names(on.store)) == 9


async def test_a_token_that_sees_no_customer_removes_none(on: Stage) -> None:
    await on.sync().run()
    on.partner.organizations.clear()
    with pytest.raises(NoCustomers):
        await on.sync().run()
    assert len(await names(on.store)) == 9


async def test_pages_that_lead_elsewhere_do_not_get_the_token(on: Stage) -> None:
    elsewhere: list[Any] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        elsewhere.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    on.partner.links_to = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/people"
    on.partner.page_size = 2
    outcomes = await on.sync().run()
    server.close()
    assert failures(outcomes) == {f"Customer {each}": ["people"] for each in (1, 2, 3)}
    assert elsewhere == []


async def test_lists_of_many_pages_arrive_whole(store: Store) -> None:
    async with stage(store, file(2, 25)) as on:
        on.partner.page_size = 4
        await on.sync().run()
        assert len(await names(store)) == 50
        assert counts(await on.sync().run()) == (0, 0)


def room_device(number: int, workspace: str) -> dict[str, Any]:
    sips = {"primarySipUrl": f"room{number}@customer1.example", "sipUrls": [f"hall{number}@customer1.example"]}
    more = {"orgId": org(1), "displayName": f"Board {number}", "workspace": workspace, **sips}
    return {"id": identifier("DEVICE", key(1, number, "e")), "created": CREATED, **more}


@pytest.fixture
async def with_rooms(store: Store) -> AsyncIterator[Stage]:
    data = file(1, 1)
    data["devices"] += [room_device(2, "Kitchen"), room_device(3, "Kitchen"), room_device(4, "Hall")]
    async with stage(store, data) as on:
        yield on


async def test_a_room_device_has_the_name_of_its_workspace_which_is_asked_for_once(with_rooms: Stage) -> None:
    await with_rooms.sync().run()
    found = await rows(with_rooms.store, select(Device.workspace).order_by(Device.display_name))
    assert list(found) == ["Kitchen", "Kitchen", "Hall", None]
    calls = [call.path for call in with_rooms.cloud.calls if "/workspaces/" in call.path]
    assert len(calls) == len(set(calls)) == 2
    assert counts(await with_rooms.sync().run()) == (0, 0)


async def test_without_a_right_to_workspaces_devices_stay_as_they_are_known(with_rooms: Stage) -> None:
    await with_rooms.sync().run()
    with_rooms.partner.refusals[("workspace", "")] = 403
    with_rooms.partner.records[org(1)]["devices"][1]["displayName"] = "Another"
    (outcome,) = await with_rooms.sync().run()
    assert outcome.is_in_order
    assert [one["part"] for one in outcome.failures] == ["workspaces"]
    assert "spark-admin:workspaces_read" in outcome.failures[0]["reason"]
    found = await rows(with_rooms.store, select(Device.workspace).where(Device.display_name == "Another"))
    assert list(found) == ["Kitchen"]


async def test_a_device_is_found_by_each_of_its_sip_addresses(with_rooms: Stage) -> None:
    await with_rooms.sync().run()
    for address in ("room2@customer1.example", "HALL2@customer1.example"):
        (reading,) = [each for each in read(f"sip:{address}") if each.kind is QueryKind.SIP]
        hits, _ = await with_rooms.store.read(things.find, reading)
        assert [hit.id for hit in hits] == [key(1, 2, "e")]
    details = await with_rooms.store.read(device_details, key(1, 2, "e"))
    assert details.sip_urls == ["room2@customer1.example", "hall2@customer1.example"]
    assert await with_rooms.store.read(owners, "sip:hall2@customer1.example") == [org(1)]


async def test_a_setting_that_webex_tells_is_brought_up_to_date(on: Stage) -> None:
    await on.sync().run()
    on.partner.organizations[org(1)]["settings"] = {"allowAdminInviteEmails": False}
    on.partner.refusals[("settings", org(2))] = 403
    outcomes = await on.sync().run()
    assert failures(outcomes) == {"Customer 2": ["settings"]}
    assert counts(outcomes) == (1, 0)
    found = await rows(on.store, select(Organization.settings).order_by(Organization.display_name))
    assert [each["allowAdminInviteEmails"] for each in found] == [False, True, True]


async def test_what_comes_twice_where_a_link_expired_counts_once(store: Store) -> None:
    async with stage(store, file(1, 5)) as on:
        on.partner.page_size = 2
        expire = iter([False, True])

        def refuse(kind: str) -> None:
            on.partner.refusals.pop(("people", ""), None)
            if kind == "people" and next(expire, False):
                on.partner.refusals[("people", "")] = 410

        on.partner.on_call = refuse
        (outcome,) = await on.sync().run()
        assert (outcome.failures, len(await names(store))) == ([], 5)
        # People, a license, a device and a number.
        assert outcome.read == 8


async def test_a_storm_of_429_is_waited_out(on: Stage) -> None:
    on.cloud.faults.retry_after_seconds = 0

    def begin(kind: str) -> None:
        if kind == "licenses":
            on.partner.on_call = lambda _: None
            on.cloud.faults.too_many_next = 20

    on.partner.on_call = begin
    assert not failures(await on.sync().run())
    assert [call.status for call in on.cloud.calls].count(429) == 20


async def test_a_token_that_ends_in_the_middle_is_renewed(on: Stage) -> None:
    def revoke(kind: str) -> None:
        if kind == "devices":
            on.partner.revoke_tokens()
            on.partner.on_call = lambda _: None

    on.partner.on_call = revoke
    assert not failures(await on.sync().run())
    assert on.app.refreshed == 2


async def test_a_refresh_token_that_is_refused_ends_the_sync_in_plain_words(on: Stage) -> None:
    on.app.refresh_token = "another"
    with pytest.raises(AdminTokenRefused):
        await on.sync().run()


async def test_what_cannot_be_understood_is_left_out_and_counted(on: Stage) -> None:
    of_one = on.partner.records[org(1)]["people"]
    of_one[0]["emails"] = ["no address"]
    foreign = person(2, 77)
    of_one.append(foreign)
    outcomes = await on.sync().run()
    assert [each.left_out for each in outcomes] == [2, 0, 0]
    assert not await rows(on.store, select(Person).where(Person.id == key(2, 77)))


async def test_who_is_on_the_list_but_cannot_be_understood_is_not_removed(on: Stage) -> None:
    await on.sync().run()
    on.partner.records[org(1)]["people"][0]["emails"] = ["no address"]
    assert counts(await on.sync().run()) == (0, 0)
    assert len(await names(on.store)) == 9


async def test_somebody_who_moved_to_another_customer_is_there_once(on: Stage) -> None:
    await on.sync().run()
    moved = on.partner.records[org(1)]["people"].pop()
    moved["orgId"] = identifier("ORGANIZATION", org(2))
    on.partner.records[org(2)]["people"].append(moved)
    await on.sync().run()
    found = await rows(on.store, select(Person.organization_id).where(Person.id == key(1, 3)))
    assert list(found) == [org(2)] or not list(found)
    await on.sync().run()
    assert list(await rows(on.store, select(Person.organization_id).where(Person.id == key(1, 3)))) == [org(2)]


async def test_while_one_syncs_another_is_refused(on: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "BEAT_SECONDS", 0.01)
    begun = asyncio.Event()
    on.partner.on_call = lambda _: begun.set()
    on.cloud.faults.latency_seconds = 0.5
    first = asyncio.create_task(on.sync("one").run())
    await begun.wait()
    with pytest.raises(SyncRunning):
        await on.sync("two", patience_seconds=0.3).run()
    on.cloud.faults.latency_seconds = 0
    assert len(await first) == 3


async def test_who_is_gone_is_succeeded_and_what_was_done_is_not_done_again(on: Stage) -> None:
    first = on.sync("one")

    def die(outcome: SyncOutcome, done: int, total: int) -> None:
        if done == 1:
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await first.run(die)
    # As after a kill: the run is still its own.
    claim = await first._ledger.claim()
    assert claim.is_ours
    told: list[str] = []
    outcomes = await on.sync("two", patience_seconds=0).run(lambda outcome, *_: told.append(outcome.name))
    assert len(outcomes) == 3
    assert len(told) < 3
    assert len(await names(on.store)) == 9
