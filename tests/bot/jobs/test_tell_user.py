"""The user is told by mail, in their language; what stands in the way is waited for, the audit says how it ended."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from bot.jobs import JOBS, tell_user
from bot.jobs.services import Services
from helpdesk.directory import PersonDetails
from helpdesk.platform.heartbeats import Processes
from helpdesk.platform.jobs import JobStatus
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Person
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.proof.gate import Act, Need, Rule, telling
from helpdesk.proof.gate.policy import set_rule
from tests.agent import LEE, Agent, open_agent
from tests.chat import PAT, SAM
from tests.databases import Databases
from tests.sessions import rows, writing


@pytest.fixture
async def agent(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Agent]:
    """A desk whose jobs run, and wait for little."""
    monkeypatch.setattr(tell_user, "PAUSES", (0.1,) * 20)
    async with databases.fresh("demo") as url, open_agent(url) as agent:
        jobs = Jobs(url, JOBS, Services(agent.desk, announcer=None), Processes(agent.store, "one", "websocket"))  # type: ignore[arg-type]
        await jobs.start()
        agent.desk = replace(agent.desk, jobs=jobs)
        yield agent
        await jobs.stop(1)


async def user(agent: Agent, address: str) -> PersonDetails:
    found = await agent.desk.directory.person_with(address)
    assert found
    return found


async def outcomes(agent: Agent) -> list[tuple[str, str]]:
    told = await rows(agent.store, select(AuditRow).where(AuditRow.action == telling.NAME))
    return [(row.subject, row.outcome) for row in told]


async def ended(agent: Agent, event: str, act: Act = Act.VOUCH) -> None:
    async with asyncio.timeout(20):
        while await agent.desk.jobs.status(telling.NAME, f"{event} {act.name}") is not JobStatus.DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("language", "greeting"), [("en_US", "Hello"), ("fr_CA", "Bonjour")])
async def test_the_mail_says_who_did_what_when_and_what_to_do_if_it_was_not_you(
    agent: Agent, language: str, greeting: str
) -> None:
    async with writing(agent.store) as session:
        await session.exec(update(Person).where(col(Person.email) == SAM).values(preferred_language=language))
    await telling.tell_user(Act.VOUCH, await user(agent, SAM), LEE, "press", agent.desk)
    mail = await agent.mailbox.next_mail(to=SAM)
    for body in (mail.text, mail.html):
        for said in (greeting, "Sam Okafor", "Acme Corporation", LEE, "2026", "UTC"):
            assert said in " ".join(body.split())
    await ended(agent, "press")
    assert await outcomes(agent) == [(SAM, "vouch for a caller: told")]


async def test_the_same_event_tells_once(agent: Agent) -> None:
    for _ in range(3):
        await telling.tell_user(Act.VOUCH, await user(agent, SAM), LEE, "press", agent.desk)
    await ended(agent, "press")
    assert len(agent.mailbox.mails) == 1


async def test_where_the_policy_says_nothing_of_it_nobody_is_told(agent: Agent) -> None:
    await telling.tell_user(Act.CLEAR, await user(agent, SAM), LEE, "first", agent.desk)
    assert await agent.desk.jobs.status(telling.NAME, "first CLEAR") is None
    await set_rule(agent.store, Act.CLEAR, Rule(Need.CALLER, is_told=True), "decision")
    await telling.tell_user(Act.CLEAR, await user(agent, SAM), LEE, "second", agent.desk)
    await ended(agent, "second", Act.CLEAR)
    assert "off the list" in agent.mailbox.mails[0].text


async def test_mail_that_is_held_back_waits_until_it_is_not(agent: Agent) -> None:
    await telling.tell_user(Act.VOUCH, await user(agent, PAT), LEE, "press", agent.desk)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await agent.mailbox.next_mail(to=PAT)
    async with writing(agent.store) as session:
        await session.exec(delete(Suppression).where(col(Suppression.address) == PAT))
    await agent.mailbox.next_mail(to=PAT)
    await ended(agent, "press")
    assert await outcomes(agent) == [(PAT, "vouch for a caller: told")]


async def test_who_cannot_be_told_in_a_day_is_in_the_audit(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell_user, "PAUSES", (0.01,))
    await telling.tell_user(Act.VOUCH, await user(agent, PAT), LEE, "held", agent.desk)
    agent.mailbox.refuse(SAM, "451 4.7.1 later")
    await telling.tell_user(Act.VOUCH, await user(agent, SAM), LEE, "refused", agent.desk)
    for event in ("held", "refused"):
        await ended(agent, event)
    assert set(await outcomes(agent)) == {
        (PAT, "vouch for a caller: not told: mail is held back"),
        (SAM, "vouch for a caller: not told: MailRefused"),
    }
    assert agent.mailbox.mails == []


async def test_a_user_who_is_gone_is_named_by_id(agent: Agent) -> None:
    gone = replace(await user(agent, SAM))
    async with writing(agent.store) as session:
        await session.exec(delete(Person).where(col(Person.email) == SAM))
    await telling.tell_user(Act.VOUCH, gone, LEE, "press", agent.desk)
    await ended(agent, "press")
    assert await outcomes(agent) == [(gone.person.id, f"vouch for a caller: {tell_user.Telling.GONE}")]
