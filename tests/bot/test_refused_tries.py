"""What is refused at the desk's doors is counted, and partner administrators see it; the twelfth wrong code, too."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.dispatch.buttons import Thread
from bot.jobs import audit_head
from bot.jobs.services import Services
from bot.webex.events import Typed
from helpdesk.audit.refused import RefusedKind, pending
from helpdesk.people.notices import Notice
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Person
from helpdesk.platform.store.tables.people import NoticeRow
from helpdesk.platform.store.tables.proof import VerificationFailure
from tests.agent import LEE, SPACE, Agent, open_agent, shown
from tests.chat import SAM, another_code, code_in
from tests.databases import Databases
from tests.logged import everything_logged
from tests.nodes import nodes
from tests.sessions import rows, writing

EVE = "eve@elsewhere.example"


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    async with databases.fresh("demo") as url, open_agent(url, partner_admins=(LEE,)) as agent:
        yield agent


async def counted(agent: Agent) -> dict[tuple[str, str], int]:
    await agent.desk.audit.write_refused()
    return {(each.kind, each.who): each.count for each in await pending(agent.store)}


async def test_strangers_are_counted_line_and_press_alike_without_a_statement_more(agent: Agent) -> None:
    button = agent.on(await agent.types(SAM))[0]
    before = agent.work.writes
    for _ in range(5):
        await agent.types(SAM, who=EVE)
    await agent.presses(button, who=EVE)
    assert agent.work.writes == before
    assert await counted(agent) == {(RefusedKind.STRANGER, EVE): 6}


async def test_forged_and_stale_buttons_are_counted(agent: Agent) -> None:
    button = agent.on(await agent.types(SAM))[0]
    forged = {"data": {**button["data"], "token": button["data"]["token"][:-2] + "xx"}}
    for _ in range(3):
        await agent.presses(forged)
    assert await counted(agent) == {(RefusedKind.FORGED, LEE): 3}
    agent.later(hours=25)
    await agent.presses(button)
    assert await counted(agent) == {(RefusedKind.STALE, LEE): 1}


async def test_partner_administrators_see_them_before_and_after_the_hour_is_over(agent: Agent) -> None:
    for _ in range(5):
        await agent.types(SAM, who=EVE)
    await agent.desk.audit.write_refused()
    alone = Thread(SPACE, "the thread", is_direct=True)
    asked = Typed("the thread", SPACE, "the thread", LEE, LEE, "audit", "", is_direct=True)
    (out,) = (await agent.dispatch.message(asked, "asked")).outgoing
    sealed = agent.buttons.seal(out.card.json, alone)
    everybodys = next(each for each in nodes(sealed) if each.get("title") == "Everybody’s")
    told = shown(await agent.presses(everybodys))
    assert f"refused.stranger · {EVE} · 5 times" in told
    agent.later(hours=1)
    await agent.desk.audit.write_refused()
    told = shown(await agent.presses(everybodys))
    assert "Refused of late" not in told
    assert "refused 5 times" in told


async def noticed(agent: Agent, kind: Notice) -> list[NoticeRow]:
    return await rows(agent.store, select(NoticeRow).where(NoticeRow.kind == kind.value))


async def test_an_agents_twelfth_wrong_code_is_told_to_the_partner_administrators_once(agent: Agent) -> None:
    async with writing(agent.store) as session:
        for number in range(11):
            at = agent.now - timedelta(minutes=number)
            session.add(VerificationFailure(person_id=f"user {number}", agent_id=LEE, at=at))
    check = next(each for each in agent.on(await agent.types(f"verify {SAM}")) if each["title"] == "Check")
    code = code_in((await agent.mailbox.next_mail(to=SAM)).text)
    told = shown(await agent.presses(check, {"code": another_code(code)}))
    assert "You have entered as many wrong codes as one hour allows." in told
    assert "Ask a second agent" in told
    again = shown(await agent.presses(check, {"code": code}))
    assert "You have entered as many wrong codes as one hour allows." in again
    (notice,) = await noticed(agent, Notice.WRONG_CODES)
    assert notice.about == {"email": LEE, "count": "12"}
    acts = await rows(agent.store, select(AuditRow).where(AuditRow.action == "verify.wrong"))
    assert [each.outcome for each in acts] == ["wrong code; the agent’s codes are locked"]
    assert await rows(agent.store, select(Person).where(Person.email == SAM))


async def test_each_day_the_head_goes_to_the_log_and_to_the_partner_administrators(agent: Agent) -> None:
    services = Services(agent.desk, agent.announcer)
    await audit_head.tell_head(services)
    assert await noticed(agent, Notice.AUDIT_HEAD) == []
    await agent.types(SAM)
    with everything_logged() as written:
        for _ in range(2):
            await audit_head.tell_head(services)
    (notice,) = await noticed(agent, Notice.AUDIT_HEAD)
    # Of first use, and of looking.
    assert notice.about["head"].startswith("2/2:")
    assert notice.about["head"].partition("/")[2] in written.getvalue()
