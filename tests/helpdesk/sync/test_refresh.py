"""Opening a card brings one record up to date, in a short time or not at all."""

import pytest
from sqlmodel import col, select

from helpdesk.platform.store.tables.directory import License, Organization, Person, PersonEmail
from helpdesk.sync.refresh import Refresh
from tests.helpdesk.files import bring_in
from tests.helpdesk.sync.partner import Stage, file, key, org
from tests.sessions import rows


@pytest.fixture
async def synced(on: Stage) -> Stage:
    """With one person whose last activity is known, which only their card asks for."""
    await on.sync().run()
    assert await on.refresh.person(key(1, 1))
    return on


async def found(on: Stage) -> Person:
    person: Person = (await rows(on.store, select(Person).where(Person.id == key(1, 1))))[0]
    return person


async def test_a_person_that_did_not_change_is_said_to_be_as_before_and_is_fresh_again(synced: Stage) -> None:
    before = await found(synced)
    assert not await synced.refresh.person(key(1, 1))
    after = await found(synced)
    assert before.synced_at
    assert after.synced_at
    assert after.synced_at > before.synced_at


async def test_a_person_that_changed_is_written_and_said_so_once(synced: Stage) -> None:
    told = synced.partner.records[org(1)]["people"][0]
    told |= {"displayName": "Someone Else", "emails": ["new@customer1.example"], "accountStatus": "disabled"}
    assert await synced.refresh.person(key(1, 1))
    assert not await synced.refresh.person(key(1, 1))
    after = await found(synced)
    assert (after.display_name, after.email, after.account_status) == (
        "Someone Else",
        "new@customer1.example",
        "disabled",
    )
    addresses = select(PersonEmail.address).where(PersonEmail.person_id == key(1, 1))
    assert list(await rows(synced.store, addresses)) == ["new@customer1.example"]


async def test_a_sync_finds_nothing_to_write_after_a_refresh(synced: Stage) -> None:
    await synced.refresh.person(key(1, 1))
    await synced.refresh.organization(org(1))
    assert sum(each.written for each in await synced.sync().run()) == 0


async def test_last_activity_is_brought_up_to_the_minute_without_another_card(synced: Stage) -> None:
    synced.partner.records[org(1)]["people"][0]["lastActivity"] = "2026-01-15T17:00:00.000Z"
    assert not await synced.refresh.person(key(1, 1))
    activity = (await found(synced)).last_activity
    assert activity
    assert activity.hour == 17


async def test_a_customer_is_refreshed_with_the_use_of_its_licenses(synced: Stage) -> None:
    assert not await synced.refresh.organization(org(1))
    synced.partner.organizations[org(1)]["displayName"] = "Customer One"
    synced.partner.records[org(1)]["licenses"][0]["consumedUnits"] = 9
    assert await synced.refresh.organization(org(1))
    (organization,) = await rows(synced.store, select(Organization).where(Organization.id == org(1)))
    (license_,) = await rows(synced.store, select(License).where(col(License.organization_id) == org(1)))
    assert (organization.display_name, license_.consumed_units) == ("Customer One", 9)


async def test_who_is_not_here_is_not_asked_about(synced: Stage) -> None:
    calls = len(synced.cloud.calls)
    assert not await synced.refresh.person("nobody")
    assert not await synced.refresh.organization("nowhere")
    assert len(synced.cloud.calls) == calls


async def test_who_webex_does_not_know_any_more_is_marked_once_and_removed_by_the_next_sync(synced: Stage) -> None:
    gone = synced.partner.records[org(1)]["people"].pop(0)
    assert await synced.refresh.person(key(1, 1))
    since = (await found(synced)).gone_at
    assert since
    assert not await synced.refresh.person(key(1, 1))
    assert (await found(synced)).gone_at == since
    synced.partner.records[org(1)]["people"].append(gone)
    await synced.sync().run()
    assert (await found(synced)).gone_at is None
    synced.partner.records[org(1)]["people"].remove(gone)
    await synced.sync().run()
    assert not await rows(synced.store, select(Person).where(Person.id == key(1, 1)))


async def test_the_last_person_of_a_customer_is_removed_where_webex_was_asked_about_them(synced: Stage) -> None:
    synced.partner.records[org(1)]["people"].clear()
    for number in (1, 2, 3):
        assert await synced.refresh.person(key(1, number))
    outcomes = await synced.sync().run()
    assert all(each.is_in_order for each in outcomes)
    assert not await rows(synced.store, select(Person).where(Person.organization_id == org(1)))


async def test_a_slow_webex_is_not_waited_for(synced: Stage) -> None:
    before = await found(synced)
    synced.partner.records[org(1)]["people"][0]["displayName"] = "Too late"
    synced.cloud.faults.latency_seconds = 30
    assert not await Refresh(synced.store, synced.client, seconds=0.05).person(key(1, 1))
    assert await found(synced) == before


async def test_a_refused_token_is_no_failure_of_the_look_up(synced: Stage) -> None:
    synced.partner.revoke_tokens()
    synced.app.refresh_token = "another"
    assert not await synced.refresh.person(key(1, 1))


async def test_a_person_of_the_import_file_of_whom_webex_says_the_same_did_not_change(on: Stage) -> None:
    await bring_in(on.store, **{name: file()[name] for name in ("organizations", "roles", "licenses", "people")})
    before = await found(on)
    assert not await on.refresh.person(key(1, 1))
    after = await found(on)
    assert (before.source, after.source) == ("import", "sync")
    on.partner.records[org(1)]["people"][0]["displayName"] = "Someone Else"
    assert await on.refresh.person(key(1, 1))
