"""Administrators are the same whichever way the database goes to them, and a list of them goes on where it ended."""

import pytest
from sqlmodel import col, select

from helpdesk.directory import Administrator, administrators
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from tests.sessions import rows

START = ("",) * len(administrators.ORDER)


async def all_of(store: Store, organization: str) -> list[Administrator]:
    """One page after the other, of one each."""
    found, place = [], START
    while page := await store.read(administrators.behind, organization, place, 1):
        ((administrator, place),) = page
        found.append(administrator)
    return found


@pytest.mark.parametrize("is_big", [False, True])
async def test_a_big_customers_administrators_are_found_like_any(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch, is_big: bool
) -> None:
    if is_big:
        monkeypatch.setattr(administrators, "_IS_BIG", select(col(Person.id)).limit(1))
    found: list[Administrator] = []
    for organization in await rows(demo_store, select(Organization.id)):
        some = await demo_store.read(administrators.some, organization, 0, 100)
        assert await demo_store.read(administrators.count, organization) == len(some)
        assert await all_of(demo_store, organization) == some
        assert await demo_store.read(administrators.some, organization, 1, 100) == some[1:]
        homes = await rows(
            demo_store,
            select(Person.organization_id).where(col(Person.id).in_([each.person_id for each in some])).distinct(),
        )
        assert homes in ([], [organization])
        found += some
    assert "robin.achterberg@acme.example" in [each.email for each in found]
