"""What changes something for a user waits for a proven caller, whatever is pressed, and offers the ways to pass."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import select

from bot.dispatch.dispatch import DispatchAnswer
from commands import COMMANDS
from commands.command import Gate
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.proof.gate import Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from helpdesk.proof.verification import Asker, Proof
from tests.agent import LEE, Agent, open_agent
from tests.chat import PAT, SAM, code_in
from tests.databases import Databases
from tests.sessions import rows, writing
from tests.vouching import vouch_for

ANA, BO = "ana.ruiz@partner.example", "bo.larsen@partner.example"
NOBODY = "nobody@acme.example"
WHY = "Known to me from the site visit"


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    """Lee is an agent, Bo an advanced one. Mail to Pat bounced; so did mail to Sam, but later mail is tried."""
    async with databases.fresh("demo") as url, open_agent(url, partner_admins=(ANA,)) as agent:
        await add_agent(agent.store, LEE, Role.AGENT, "a test")
        await add_agent(agent.store, BO, Role.ADVANCED, "a test")
        async with writing(agent.store) as session:
            session.add(Suppression(address=SAM, reason="block"))
            session.add(Suppression(address=NOBODY, reason="bounce"))
        yield agent


def heading(answer: DispatchAnswer) -> str:
    return answer.outgoing[0].card.plain.partition("\n")[0]


def button(agent: Agent, answer: DispatchAnswer, title: str) -> dict[str, Any]:
    (found,) = (each for each in agent.on(answer) if each["title"] == title)
    return found


def titles(agent: Agent, answer: DispatchAnswer) -> list[str]:
    return [each["title"] for each in agent.on(answer)]


async def clears(agent: Agent, address: str, who: str = LEE) -> DispatchAnswer:
    return await agent.presses(button(agent, await agent.types(f"unsuppress {address}", who), "Clear it"), who=who)


async def listed(agent: Agent, address: str) -> bool:
    return bool(await agent.desk.suppression.find(address))


async def decide(agent: Agent, need: Need, is_told: bool = False) -> None:
    await set_rule(agent.store, Act.CLEAR, Rule(need, is_told), f"{need} {is_told}")


def test_what_dispatch_asks_the_gate_about() -> None:
    guards = {name: action.guard for command in COMMANDS for name, action in command.on_submit.items()}
    gates = {name: guard.act for name, guard in guards.items() if isinstance(guard, Gate)}
    assert gates == {
        "unsuppress.lift": Act.CLEAR,
        "unsuppress.override": Act.CLEAR,
        "unsuppress.undo": Act.RESTORE,
        "resend.send": Act.SEND_TEST,
        "resend.activate": Act.MAIL_CUSTOMER,
    }


async def test_without_a_proven_caller_nothing_is_cleared_and_the_attempt_is_audited(agent: Agent) -> None:
    refused = await clears(agent, PAT)
    assert (heading(refused), refused.outcome) == ("First prove that the caller is Pat Lindqvist", "refused")
    assert await listed(agent, PAT)
    (row,) = await rows(agent.store, select(AuditRow).where(AuditRow.action == "gate"))
    assert (row.actor, row.subject, row.outcome) == (LEE, PAT, "clear a suppression: refused, needs a proven caller")
    assert row.organization_id


async def test_a_code_by_mail_is_offered_only_where_it_can_arrive(agent: Agent) -> None:
    assert titles(agent, await clears(agent, PAT)) == ["Send code in Webex", "Ask a second agent"]
    assert titles(agent, await clears(agent, SAM)) == ["Send code", "Send code in Webex", "Ask a second agent"]


async def test_after_the_code_the_very_same_button_can_be_pressed_again(agent: Agent) -> None:
    clear = button(agent, await agent.types(f"unsuppress {SAM}"), "Clear it")
    refused = await agent.presses(clear)
    sent = await agent.presses(button(agent, refused, "Send code"))
    proven = await agent.presses(button(agent, sent, "Check"), {"code": code_in(agent.mailbox.mails[-1].text)})
    assert "Clear suppression" in titles(agent, proven)
    assert heading(await agent.presses(clear)) == f"{SAM} is off the suppression list"


async def test_a_proof_is_of_that_agent_and_that_user_and_lapses(agent: Agent) -> None:
    await vouch_for(SAM, LEE, agent.store, agent.desk.now)
    await vouch_for(PAT, BO, agent.store, agent.desk.now)
    assert heading(await clears(agent, PAT)).startswith("First prove")
    await vouch_for(PAT, LEE, agent.store, agent.desk.now)
    agent.later(minutes=15)
    assert heading(await clears(agent, PAT)).startswith("First prove")
    assert await listed(agent, PAT)


async def test_an_event_that_was_let_through_is_let_through_again_after_the_proof_has_lapsed(agent: Agent) -> None:
    pat = await agent.desk.directory.person_with(PAT)
    assert pat
    await vouch_for(PAT, LEE, agent.store, agent.desk.now)
    first = await agent.desk.verification.require(pat.person.id, LEE, frozenset(Proof), "press")
    agent.later(minutes=20)
    assert await agent.desk.verification.require(pat.person.id, LEE, frozenset(Proof), "press") == first
    assert heading(await clears(agent, PAT)).startswith("First prove")


async def test_an_address_that_is_no_users_passes_only_when_a_second_agent_vouches_for_it(agent: Agent) -> None:
    clear = button(agent, await agent.types(f"unsuppress {NOBODY}"), "Clear it")
    refused = await agent.presses(clear)
    assert titles(agent, refused) == ["Ask a second agent"]
    form = await agent.presses(button(agent, refused, "Ask a second agent"))
    asked = await agent.presses(button(agent, form, "Ask an agent"), {"reason": WHY})
    approve = button(agent, asked, "Approve")
    assert (await agent.presses(approve, who=LEE)).outcome == "refused"
    assert heading(await agent.presses(clear)) == "A second agent must vouch first"
    assert heading(await agent.presses(approve, who=BO)) == f"Approved: {NOBODY}"
    assert heading(await agent.presses(clear)) == f"{NOBODY} is off the suppression list"


async def test_nobody_with_the_right_to_vouch_vouches_for_themself(agent: Agent) -> None:
    form = await agent.presses(button(agent, await clears(agent, PAT, BO), "Ask a second agent"), who=BO)
    asked = await agent.presses(button(agent, form, "Ask an agent"), {"reason": WHY}, who=BO)
    assert heading(await agent.presses(button(agent, asked, "Approve"), who=BO)) == "Nobody approves their own request."
    assert heading(await clears(agent, PAT, BO)).startswith("First prove")


async def test_a_request_to_vouch_lapses_after_an_hour(agent: Agent) -> None:
    form = await agent.presses(button(agent, await clears(agent, PAT), "Ask a second agent"))
    asked = await agent.presses(button(agent, form, "Ask an agent"), {"reason": WHY})
    approve = button(agent, asked, "Approve")
    agent.later(minutes=60, seconds=1)
    assert heading(await agent.presses(approve, who=BO)) == "This card is too old"


async def test_where_a_second_agent_is_needed_a_code_is_not_enough(agent: Agent) -> None:
    await decide(agent, Need.SECOND_AGENT)
    sent = await agent.types(f"verify {SAM}")
    await agent.presses(button(agent, sent, "Check"), {"code": code_in(agent.mailbox.mails[-1].text)})
    refused = await clears(agent, SAM)
    assert titles(agent, refused) == ["Ask a second agent"]
    await vouch_for(SAM, LEE, agent.store, agent.desk.now)
    assert heading(await clears(agent, SAM)) == f"{SAM} is off the suppression list"


async def test_where_nothing_is_needed_nothing_is_asked(agent: Agent) -> None:
    await decide(agent, Need.NOTHING)
    assert heading(await clears(agent, PAT)) == f"{PAT} is off the suppression list"


async def test_a_complaint_waits_for_a_proven_caller_too(agent: Agent) -> None:
    async with writing(agent.store) as session:
        session.add(Suppression(address=SAM, reason="complaint"))
    override = button(agent, await agent.types(f"unsuppress {SAM}", BO), "Clear the complaint too")
    refused = await agent.presses(override, {"reason": WHY}, who=BO)
    assert heading(refused).startswith("First prove")
    await vouch_for(SAM, BO, agent.store, agent.desk.now)
    assert heading(await agent.presses(override, {"reason": WHY}, who=BO)) == f"{SAM} is off the suppression list"


async def test_the_gate_tells_a_limited_agent_nothing_of_others(agent: Agent) -> None:
    clear = {
        address: button(agent, await agent.types(f"unsuppress {address}"), "Clear it") for address in (PAT, NOBODY)
    }
    await add_agent(agent.store, LEE, Role.AGENT, "a test", ["Nordlys Rederi"])
    seen, work = [], []
    for address, press in clear.items():
        before = agent.work.reads, agent.work.writes
        seen.append((await agent.presses(press)).outgoing[0].card.plain.replace(address, "…"))
        work.append((agent.work.reads - before[0], agent.work.writes - before[1]))
    assert seen[0] == seen[1]
    assert work[0] == work[1]


async def test_a_verification_for_another_space_is_good_for_the_same_agent(agent: Agent) -> None:
    pat = await agent.desk.directory.person_with(PAT)
    assert pat
    asker = Asker(LEE, LEE, "another space")
    await agent.desk.verification.approve(pat.person.id, asker, BO, WHY, "elsewhere")
    assert heading(await clears(agent, PAT)) == f"{PAT} is off the suppression list"
