"""Agents are named for all customers or for some, and a slip widens nobody's view."""

from collections.abc import Mapping, Sequence

import pytest
from sqlmodel import select

from helpdesk.people.access import Role
from helpdesk.people.agents import (
    Limit,
    StillLimited,
    UnknownCustomer,
    add_agent,
    customers_of_agents,
    list_agents,
    remove_agent,
)
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.people import AgentCustomer
from tests.sessions import rows, writing

BO = "bo.larsen@partner.example"
ACME, NORDLYS = "Acme Corporation", "Nordlys Rederi"


async def add(store: Store, role: Role = Role.AGENT, customers: Sequence[str] | Limit = Limit.KEPT) -> None:
    await add_agent(store, BO, role, "the tests", customers)


async def limits(store: Store) -> Mapping[str, Sequence[str]]:
    return await customers_of_agents(store)


async def test_who_is_named_again_changes_their_role_and_who_is_removed_is_gone(store: Store) -> None:
    await add(store)
    await add_agent(store, BO, Role.ADVANCED, "somebody else")
    assert [(row.email, row.role, row.added_by) for row in await list_agents(store)] == [
        (BO, "advanced", "somebody else")
    ]
    assert [await remove_agent(store, BO), await remove_agent(store, BO)] == [True, False]
    assert await list_agents(store) == []


async def test_customers_are_named_by_id_or_by_their_whole_name_in_whatever_case(demo_store: Store) -> None:
    (acme,) = await rows(demo_store, select(Organization).where(Organization.display_name == ACME))
    for text in (acme.id, acme.id.upper(), acme.webex_id, ACME, " acme  CORPORATION "):
        await add(demo_store, customers=Limit.LIFTED)
        await add(demo_store, customers=[text, ACME])
        assert await limits(demo_store) == {BO: [ACME]}


@pytest.mark.parametrize("customers", [["Acme"], [ACME, "nobody"], ["%"], [""], []])
async def test_a_customer_that_is_not_known_changes_nothing(demo_store: Store, customers: list[str]) -> None:
    await add(demo_store, customers=[NORDLYS])
    with pytest.raises(UnknownCustomer):
        await add(demo_store, Role.ADVANCED, customers)
    assert await limits(demo_store) == {BO: [NORDLYS]}
    assert [each.role for each in await list_agents(demo_store)] == ["agent"]


async def test_of_customers_with_one_name_the_ids_are_given(demo_store: Store) -> None:
    async with writing(demo_store) as session:
        session.add(
            Organization(id="twin", webex_id="twin", display_name=ACME.upper(), search_name=" acme corporation")
        )
    with pytest.raises(UnknownCustomer) as refused:
        await add(demo_store, customers=[ACME])
    assert refused.value.advice
    assert "twin" in ENGLISH(refused.value.advice)


async def test_nobody_who_is_limited_becomes_a_partner_administrator_unawares(demo_store: Store) -> None:
    await add(demo_store, customers=[ACME])
    with pytest.raises(StillLimited):
        await add(demo_store, Role.PARTNER_ADMINISTRATOR)
    assert await limits(demo_store) == {BO: [ACME]}
    await add(demo_store, Role.PARTNER_ADMINISTRATOR, Limit.LIFTED)
    assert await limits(demo_store) == {}


async def test_a_limit_outlives_its_customer_and_the_removal_of_the_agent(demo_store: Store) -> None:
    await add(demo_store, customers=[ACME])
    (acme,) = await rows(demo_store, select(Organization).where(Organization.display_name == ACME))
    async with writing(demo_store) as session:
        await session.delete(await session.get(Organization, acme.id))
    assert await limits(demo_store) == {BO: [acme.id]}
    await remove_agent(demo_store, BO)
    assert [each.organization_id for each in await rows(demo_store, select(AgentCustomer))] == [acme.id]
