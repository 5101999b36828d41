"""An administrator's consent passes the gate as a proven caller does, for their own users, and no further."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.dispatch.dispatch import DispatchAnswer
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import add_agent
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.proof.consent.asking import ConsentQuestion
from helpdesk.proof.gate import Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from tests.agent import LEE, Agent, open_agent
from tests.chat import PAT
from tests.databases import Databases
from tests.sessions import rows, writing

BO = "bo.larsen@partner.example"
ACME, NORDLYS = "Acme Corporation", "Nordlys Rederi"


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    """No customer's setting allows anything. Mail to Pat, of Acme, bounced."""
    async with databases.fresh("demo") as url, open_agent(url) as agent:
        await add_agent(agent.store, LEE, Role.ADVANCED, "a test")
        await add_agent(agent.store, BO, Role.ADVANCED, "a test")
        async with writing(agent.store) as session:
            await session.exec(update(Organization).values(settings={}))
        yield agent


async def consented(agent: Agent, customer: str, who: str = LEE) -> None:
    (organization,) = await rows(agent.store, select(Organization).where(Organization.display_name == customer))
    asker = Sender(who, who, Role.ADVANCED)
    asked = await agent.desk.consent.ask(
        ConsentQuestion(asker, organization.id, "a reason to look", f"{who} asks {customer}", "space", "thread", False)
    )
    assert (await agent.desk.consent.answer(asked.consent.id, 1, is_approved=True))[1]


async def clears(agent: Agent, who: str = LEE) -> DispatchAnswer:
    shown = await agent.types(f"unsuppress {PAT}", who)
    (clear,) = (each for each in agent.on(shown) if each["title"] == "Clear it")
    return await agent.presses(clear, who=who)


async def is_listed(agent: Agent) -> bool:
    return bool(await rows(agent.store, select(Suppression).where(Suppression.address == PAT)))


async def test_with_an_administrators_consent_no_caller_need_be_proven_and_the_audit_says_why(agent: Agent) -> None:
    await clears(agent)
    assert await is_listed(agent)
    await consented(agent, ACME)
    await clears(agent)
    assert not await is_listed(agent)
    found = await rows(agent.store, select(AuditRow).where(AuditRow.action == "gate").order_by(AuditRow.id))
    assert [(row.actor, row.subject, row.outcome) for row in found] == [
        (LEE, PAT, "clear a suppression: refused, needs a proven caller"),
        (LEE, PAT, "clear a suppression: let through by the customer's consent"),
    ]


async def test_another_agents_consent_and_another_customers_do_not_pass(agent: Agent) -> None:
    await consented(agent, ACME, BO)
    await consented(agent, NORDLYS, LEE)
    await clears(agent, LEE)
    assert await is_listed(agent)


async def test_consent_that_is_over_does_not_pass(agent: Agent) -> None:
    await consented(agent, ACME)
    agent.later(hours=1)
    await clears(agent)
    assert await is_listed(agent)


async def test_a_standing_permission_is_for_looking_alone(agent: Agent) -> None:
    async with writing(agent.store) as session:
        allowed = {"allowReadOnlyAccess": True}
        await session.exec(update(Organization).where(col(Organization.display_name) == ACME).values(settings=allowed))
    (acme,) = await rows(agent.store, select(Organization).where(Organization.display_name == ACME))
    assert await agent.desk.consent.open(Sender(LEE, LEE, Role.ADVANCED), acme.id, "press")
    await clears(agent)
    assert await is_listed(agent)


async def test_where_policy_wants_a_second_agent_consent_is_not_enough(agent: Agent) -> None:
    await set_rule(agent.store, Act.CLEAR, Rule(Need.SECOND_AGENT, is_told=False), "decision")
    await consented(agent, ACME)
    await clears(agent)
    assert await is_listed(agent)
