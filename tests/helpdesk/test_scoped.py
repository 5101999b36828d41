"""For who is limited, what is of other customers is as if it were not there; that they asked is recorded."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from bot.dispatch.dispatch import DispatchAnswer
from helpdesk.audit.outcomes import AuditOutcome
from helpdesk.people.access import Role
from helpdesk.people.agents import Limit, add_agent, remove_agent
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Number, Organization
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.platform.store.tables.proof import Verification, VerificationFailure
from helpdesk.proof.gate import Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from tests.agent import LEE, Agent, open_agent, shown
from tests.chat import PAT, SAM
from tests.databases import Databases
from tests.sessions import rows, writing
from tests.vouching import vouch_for

ANA = "ana.ruiz@partner.example"
NOBODY, GONE = "nobody.ever@acme.example", "left.long.ago@acme.example"
NORDLYS, ACME = "Nordlys Rederi", "Acme Corporation"
ACTIONS = ["{}", "find {}", "email {}", "unsuppress {}", "verify {}"]


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    """Lee may see Nordlys only; Pat and Sam are Acme's, and Pat's address is held back."""
    async with databases.fresh("demo") as url, open_agent(url, partner_admins=(ANA,)) as agent:
        await limit(agent, NORDLYS)
        await agent.types("whoami")  # the first use of an address is written down
        yield agent


async def limit(agent: Agent, *customers: str) -> None:
    await add_agent(agent.store, LEE, Role.ADVANCED, "a test", customers or Limit.LIFTED)


async def id_of(agent: Agent, name: str) -> str:
    (found,) = await rows(agent.store, select(Organization.id).where(Organization.display_name == name))
    return str(found)


async def beyond(agent: Agent) -> list[AuditRow]:
    return await rows(agent.store, select(AuditRow).where(AuditRow.outcome == AuditOutcome.BEYOND_SCOPE))


def button(agent: Agent, answer: DispatchAnswer, title: str) -> dict[str, Any]:
    (found,) = (each for each in agent.on(answer) if each["title"] == title)
    return found


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("theirs", [PAT, SAM])
async def test_an_address_of_others_gets_the_words_and_the_work_of_one_that_nobody_has(
    agent: Agent, action: str, theirs: str
) -> None:
    answers, work = [], []
    for address in (NOBODY, theirs):
        before = agent.work.reads, agent.work.writes
        answers.append(shown(await agent.types(action.format(address))).replace(address, "…"))
        work.append((agent.work.reads - before[0], agent.work.writes - before[1]))
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert agent.mailbox.mails == []


async def test_an_id_of_others_gets_the_words_and_the_work_of_one_that_is_nobodys(agent: Agent) -> None:
    pat = await agent.desk.directory.person_with(PAT)
    assert pat
    answers, work = [], []
    for identifier in (str(uuid4()), pat.person.id):
        before = agent.work.reads, agent.work.writes
        answers.append(shown(await agent.types(identifier)).replace(identifier, "…"))
        work.append((agent.work.reads - before[0], agent.work.writes - before[1]))
    assert answers[0] == answers[1]
    assert work[0] == work[1]


async def test_who_has_no_limit_sees_what_became_of_mail_to_an_address_that_nobody_has(agent: Agent) -> None:
    async with writing(agent.store) as session:
        session.add(Suppression(address=GONE, reason="bounce"))
    assert "is on the suppression list" in shown(await agent.types(f"unsuppress {GONE}", ANA))
    assert "is not on the suppression list" in shown(await agent.types(f"unsuppress {GONE}"))


async def test_nothing_of_others_is_cleared_by_a_button_of_the_time_before_the_limit(agent: Agent) -> None:
    await limit(agent)
    clear = button(agent, await agent.types(f"unsuppress {PAT}"), "Clear it")
    await vouch_for(PAT, LEE, agent.store, agent.desk.now)
    await limit(agent, NORDLYS)
    assert "No user here has this address" in shown(await agent.presses(clear))
    await set_rule(agent.store, Act.CLEAR, Rule(Need.NOTHING, is_told=False), "a test")
    assert "was not on the suppression list" in shown(await agent.presses(clear))
    assert await rows(agent.store, select(Suppression.reason).where(Suppression.address == PAT)) == ["bounce"]
    await limit(agent)
    assert "is off the suppression list" not in shown(await agent.presses(clear))  # a button for one use


async def test_a_code_sent_before_the_limit_is_as_if_it_had_never_been(agent: Agent) -> None:
    await limit(agent)
    check = button(agent, await agent.types(f"verify {SAM}"), "Check")
    await limit(agent, NORDLYS)
    answer = await agent.presses(check, {"code": "123456"})
    assert "This code belongs to the agent who asked for it" in shown(answer)
    assert await rows(agent.store, select(VerificationFailure)) == []
    assert await rows(agent.store, select(Verification.tries)) == [0]
    assert len(await beyond(agent)) == 1


async def test_a_limited_agent_vouches_for_nobody_of_others(agent: Agent) -> None:
    asked = await agent.types(f"verify {PAT}", ANA)
    form = await agent.presses(button(agent, asked, "Ask a second agent"), who=ANA)
    request = await agent.presses(button(agent, form, "Ask an agent"), {"reason": "known from a visit"}, who=ANA)
    approve = button(agent, request, "Approve")
    refused = await agent.presses(approve)
    assert refused.outcome == "refused"
    assert PAT not in shown(refused)
    assert await rows(agent.store, select(Verification)) == []
    await limit(agent)
    assert "Approved: " in shown(await agent.presses(approve))


@pytest.mark.parametrize("text", ["acme", "lindqvist", PAT, "verify " + SAM])
async def test_a_limit_holds_from_the_event_on_that_follows_it(agent: Agent, text: str) -> None:
    limited = shown(await agent.types(text))
    await limit(agent)
    before = shown(await agent.types(text))
    await limit(agent, ACME)
    agent.later(minutes=1)
    await agent.types(text)
    await limit(agent, NORDLYS)
    assert shown(await agent.types(text)) == limited != before
    await remove_agent(agent.store, LEE)
    assert "This desk is for support agents" in shown(await agent.types(text))


async def test_whose_only_customer_is_gone_finds_nothing(agent: Agent) -> None:
    nordlys = await id_of(agent, NORDLYS)
    async with writing(agent.store) as session:
        await session.delete(await session.get(Organization, nordlys))
    for text in ("nordlys", "acme", "a", PAT):
        assert "Nothing found for" in shown(await agent.types(text))


async def test_what_was_asked_for_beyond_the_limit_is_recorded_with_whose_it_is(agent: Agent) -> None:
    for text in (PAT, f"email {PAT}", f"verify {NOBODY}"):
        await agent.types(text)
    acme = await id_of(agent, ACME)
    assert [(row.actor, row.action, row.subject, row.organization_id) for row in await beyond(agent)] == [
        (LEE, "find", PAT, acme),
        (LEE, "email", PAT, acme),
        (LEE, "verify", NOBODY, None),
    ]


async def test_a_number_is_recorded_with_whose_it_is_however_it_was_typed(agent: Agent) -> None:
    acme = await id_of(agent, ACME)
    (number, *_) = await rows(agent.store, select(Number.phone_number).where(Number.organization_id == acme))
    await agent.types(f"{number[:5]}-{number[5:8]} {number[8:]}")
    assert [row.organization_id for row in await beyond(agent)] == [acme]


async def test_of_agents_without_a_limit_and_of_what_one_may_see_nothing_is_recorded_so(agent: Agent) -> None:
    for text in (PAT, f"email {NOBODY}", f"verify {NOBODY}", NORDLYS):
        await agent.types(text, ANA)
    for text in (NORDLYS, "nordlys", "a name that nobody has"):
        await agent.types(text)
    assert await beyond(agent) == []
