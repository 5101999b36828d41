"""Whoever is removed while their jobs run gets nothing more of them: these stop, or end without a word."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.jobs import JOBS, watch
from bot.jobs.services import Services
from commands.audit import FILE_JOB
from commands.resend import WATCH
from helpdesk.audit import Audit
from helpdesk.audit_questions import AuditQuestion, Scope
from helpdesk.bulk import LineOutcome, RunState
from helpdesk.bulk.looking import look_up
from helpdesk.bulk.reading import read_text
from helpdesk.bulk.runs import Runs
from helpdesk.mail.suppression import Removal, SuppressionEntry, SuppressionList
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.heartbeats import Processes
from helpdesk.platform.jobs import JobStatus
from helpdesk.platform.jobs.engine import Jobs
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.bulk import BulkRun
from helpdesk.platform.store.tables.mail import Reason, Suppression
from helpdesk.proof.gate import Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from playground.rooms import Message
from tests.agent import LEE, SPACE, Agent, open_agent
from tests.chat import PAT
from tests.databases import Databases
from tests.helpdesk.audit.chains import KEYS
from tests.sessions import writing

pytestmark = pytest.mark.long

ASKED = {"event_id": "a press", "person_id": LEE, "email": LEE, "space_id": SPACE, "thread_id": "", "is_direct": False}
HELD = [f"held{number}@acme.example" for number in range(7)]


@dataclass
class RemovedMeanwhile:
    """The suppression list; Lee is removed while the first address is taken off it."""

    known: SuppressionList
    store: Store

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        return await self.known.find(address)

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        await remove_agent(self.store, LEE)
        return await self.known.remove(address, event_id, keeping)

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        return await self.known.restore(entry, event_id)


@pytest.fixture
async def agent(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Agent]:
    """Lee, an advanced agent, at a desk whose jobs run, and wait for nothing."""
    monkeypatch.setattr(watch, "PAUSES", (0,))
    async with databases.fresh("demo") as url, open_agent(url) as agent:
        await add_agent(agent.store, LEE, Role.ADVANCED, "a test")
        agent.cloud.add_person("Lee Novak", LEE)
        agent.desk = replace(agent.desk, suppression=RemovedMeanwhile(agent.desk.suppression, agent.store))
        services = Services(agent.desk, agent.announcer)
        jobs = Jobs(url, JOBS, services, Processes(agent.store, "one", "websocket"))
        await jobs.start()
        agent.desk = services.desk = replace(agent.desk, jobs=jobs)
        yield agent
        await jobs.stop(1)


async def done(agent: Agent, name: str, **arguments: Any) -> None:
    """The job, from beginning to end."""
    await agent.desk.jobs.start_workflow(name, "a key", **arguments)
    async with asyncio.timeout(20):
        while await agent.desk.jobs.status(name, "a key") is not JobStatus.DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def said(agent: Agent) -> list[Message]:
    """By the bot, anywhere."""
    return [each for space in agent.cloud.rooms.spaces for each in agent.cloud.messages(space)]


async def watched(agent: Agent) -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
    await done(agent, WATCH, address=PAT, subject="a test mail", since=since, asked=ASKED)


async def audit_asked_for(agent: Agent) -> None:
    await Audit(agent.store, keys=KEYS).record(
        actor=LEE, action="find", subject=PAT, outcome="shown", event_id="a look"
    )
    await done(agent, FILE_JOB, asked=ASKED, question=AuditQuestion(Scope.MINE).about)


@pytest.mark.parametrize(("job", "words"), [(watched, PAT), (audit_asked_for, "Audit ")])
async def test_what_an_agent_is_told_who_is_removed_is_not(agent: Agent, job: Any, words: str) -> None:
    await job(agent)
    assert len([each for each in said(agent) if words in each.text]) == 1


@pytest.mark.parametrize("job", [watched, audit_asked_for])
async def test_who_is_removed_is_told_nothing(agent: Agent, job: Any) -> None:
    await remove_agent(agent.store, LEE)
    await job(agent)
    assert said(agent) == []


async def test_a_list_stops_and_only_how_many_were_cleared_is_said(agent: Agent) -> None:
    async with writing(agent.store) as session:
        session.add_all([Suppression(address=each, reason="bounce") for each in HELD])
    runs = Runs(agent.store)
    place = {"space_id": SPACE, "thread_id": "", "is_direct": False}
    made = {"id": "a run", "agent_id": LEE, "agent_email": LEE, "state": RunState.SHOWN, "created_at": agent.now}
    await runs.keep(BulkRun(**made, **place), read_text("\n".join(HELD)).lines)
    await look_up(runs, agent.desk.suppression, "a run")
    await set_rule(agent.store, Act.CLEAR_LIST, Rule(Need.NOTHING, is_told=False), "a decision")
    await runs.confirm("a run", "a press", "The mail server was down")
    await done(agent, "bulk", run_id="a run")
    (line,) = said(agent)
    assert (line.text, line.files, line.card) == ("List A RUN: stopped after 1 of 7 addresses.", [], None)
    counts = await runs.count("a run")
    assert (counts[LineOutcome.CLEARED], counts[LineOutcome.NOT_DONE]) == (1, 6)
