"""Whatever is typed and pressed: no code and no secret gets into the audit, and each row says who, what and whom."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from bot.dispatch.dispatch import DispatchAnswer
from commands import COMMANDS
from helpdesk.audit.verifying import verify
from helpdesk.platform.store.tables.audit import AuditRow
from tests.agent import Agent, Json, open_agent
from tests.chat import PAT, SAM, SECRET, code_in
from tests.databases import Databases
from tests.sessions import rows

BOSS = "boss@partner.example"
REASON = "The caller is known to me from before"
MOST_PRESSES = 150


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    async with databases.fresh("demo") as url, open_agent(url, partner_admins=(BOSS,)) as agent:
        yield agent


async def press_all(agent: Agent, first: DispatchAnswer, inputs: dict[str, str]) -> set[str]:
    """Press every kind of button that an answer leads to, each once; gives which they were."""
    waiting, pressed = list(agent.on(first)), set[str]()
    while waiting and len(pressed) < MOST_PRESSES:
        button: Json = waiting.pop(0)
        if button["data"]["action"] in pressed:
            continue
        pressed.add(button["data"]["action"])
        waiting += agent.on(await agent.presses(button, inputs, who=BOSS))
    return pressed


async def test_no_command_and_no_button_leaves_a_code_or_a_secret_in_the_audit(agent: Agent) -> None:
    sent = await agent.types(f"verify {SAM}", who=BOSS)
    code = code_in((await agent.mailbox.next_mail(to=SAM)).text)
    inputs = {"code": code, "reason": REASON, "address": SAM, "query": SAM, "customer": "Acme Corporation"}
    pressed = await press_all(agent, sent, inputs)
    for command in COMMANDS:
        for words in ("", SAM, PAT, "Acme Corporation", code, f"{code[:3]} {code[3:]}"):
            pressed |= await press_all(agent, await agent.types(f"{command.keyword} {words}", who=BOSS), inputs)
    assert {"verify.check", "unsuppress.lift", "email.show", "find.open", "policy.set"} <= pressed
    told = await rows(agent.store, select(AuditRow))
    everything = "\n".join(str(row.model_dump(exclude={"hash", "at"})) for row in told)
    assert "verify.confirmed" in everything
    for secret in (code, f"{code[:3]} {code[3:]}", SECRET, "token"):
        assert secret not in everything


async def test_each_row_says_who_what_whom_and_what_came_of_it_and_all_are_one_chain(agent: Agent) -> None:
    inputs = {"reason": REASON, "address": PAT, "query": PAT, "customer": "Acme Corporation"}
    for command in COMMANDS:
        for words in ("", PAT, "Acme Corporation"):
            await press_all(agent, await agent.types(f"{command.keyword} {words}", who=BOSS), inputs)
    told = await rows(agent.store, select(AuditRow))
    assert {row.action for row in told} >= {"find", "verify.send", "verify.request", "email"}
    for row in told:
        assert row.actor == BOSS
        assert all((row.action, row.subject, row.outcome, row.event_id))
        assert row.organization_id or row.subject != PAT
    assert (await verify(agent.store, agent.desk.audit.keys)).fault is None
