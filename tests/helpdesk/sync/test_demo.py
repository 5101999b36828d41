"""The demo's customers, imported and then synced from a Webex that has the same: what people see stays the same."""

from sqlmodel import select

from helpdesk.directory import PersonDetails
from helpdesk.directory.index import Directory
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Device, Number, Person
from playground.demo import demo_file
from tests.helpdesk.sync.partner import stage
from tests.sessions import rows


async def details(store: Store) -> dict[str, PersonDetails]:
    directory = Directory(store)
    people = await rows(store, select(Person.id))
    return {each: await directory.person(each) for each in people}


def seen(found: PersonDetails) -> tuple[object, ...]:
    names = [each.name for each in found.licenses]
    person = found.person
    told = (person.display_name, person.email, person.extension, person.location, person.features, person.created)
    return (*told, found.status, found.emails, found.roles, names, len(found.devices), len(found.numbers))


async def test_a_sync_of_what_was_imported_changes_nothing_that_is_seen(demo_store: Store) -> None:
    before = await details(demo_store)
    counts = [len(await rows(demo_store, select(model))) for model in (Device, Number)]
    async with stage(demo_store, demo_file()) as on:
        outcomes = await on.sync().run()
        assert not [each.failures for each in outcomes if each.failures]
        assert not sum(each.removed for each in outcomes)
        some = next(iter(before))
        assert not await on.refresh.person(some)
        assert not await on.refresh.organization(before[some].organization.id)
    after = await details(demo_store)
    assert {key: seen(one) for key, one in after.items()} == {key: seen(one) for key, one in before.items()}
    assert [len(await rows(demo_store, select(model))) for model in (Device, Number)] == counts
