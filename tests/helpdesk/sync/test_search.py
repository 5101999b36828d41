"""What a sync writes and removes, the search finds and finds no more; its index is what the names make it."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from helpdesk.directory.index import Directory
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.search import NameKey
from helpdesk.search.index import entries_of_organization, entries_of_person
from tests.helpdesk.sync.partner import Stage, org


def _index(session: Session) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """As it is, and as it should be."""
    connection = session.connection()
    tables: Any = [model.__table__ for model in (NameKey, Person, Organization)]  # type: ignore[attr-defined]
    keys, people, organizations = (list(connection.execute(select(table)).mappings()) for table in tables)
    there = {tuple(row[name] for name in ("shelf", "key", "name", "id", "organization_id")) for row in keys}
    wanted = {tuple(entry) for row in people for entry in entries_of_person(row)}
    return there, wanted | {tuple(entry) for row in organizations for entry in entries_of_organization(row)}


async def is_in_step(store: Store) -> bool:
    there, wanted = await store.read(_index)
    return there == wanted and bool(there)


async def names(on: Stage, text: str) -> list[str]:
    return [hit.name for hit in (await Directory(on.store).find(text)).hits]


async def test_the_search_follows_a_sync(on: Stage) -> None:
    of_one = on.partner.records[org(1)]["people"]
    of_one[0]["displayName"] = "Ingeborg Ås"
    await on.sync().run()
    assert await names(on, "ingeborg") == ["Ingeborg Ås"]
    of_one[0]["displayName"] = "Renamed Åsdatter"
    of_one[1]["accountStatus"] = "disabled"
    del of_one[2]
    del on.partner.organizations[org(3)]
    await on.sync().run()
    assert await names(on, "ingeborg") == []
    assert await names(on, "renamed") == ["Renamed Åsdatter"]
    assert await is_in_step(on.store)


async def test_the_search_follows_a_refresh(on: Stage) -> None:
    await on.sync().run()
    person = on.partner.records[org(1)]["people"][0]
    person["displayName"] = "Renamed Åsdatter"
    on.partner.organizations[org(1)]["displayName"] = "Northwind"
    await on.refresh.person(person["id"])
    assert not await names(on, "renamed")  # asked for by another form of its id, which is nobody's key
    await on.refresh.person("b0000000-0000-4000-8000-000001000001")
    await on.refresh.organization(org(1))
    assert await names(on, "renamed") == ["Renamed Åsdatter"]
    assert await names(on, "northwind") == ["Northwind"]
    assert await is_in_step(on.store)
