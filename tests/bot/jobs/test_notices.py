"""Every partner administrator is told 1:1, once, also who never wrote to the bot, and whoever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.jobs import JOBS, notices
from bot.jobs.services import Services
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.people.notices import NAME, Notice, Urgency, notify, tell_soon
from helpdesk.platform.heartbeats import Processes
from helpdesk.platform.jobs import JobStatus
from helpdesk.platform.jobs.engine import Jobs
from playground.rooms import Account
from tests.agent import Agent, open_agent
from tests.databases import Databases

ANA, BO, KIM = "ana.ruiz@partner.example", "bo.larsen@partner.example", "kim@partner.example"
TITLE = "1 notice for partner administrators"


@dataclass
class Desk:
    """Ana is set by the operator, Bo is named; Kim was named, and removed."""

    agent: Agent
    jobs: Jobs[Services]
    people: dict[str, Account]

    def heard(self, email: str) -> list[str]:
        """The first line of what the bot said to somebody 1:1."""
        cloud, bot = self.agent.cloud, self.agent.bot
        said = cloud.messages(cloud.direct(self.people[email], bot))
        return [each.text.partition("\n")[0] for each in said if each.person is bot]

    async def notice(self, key: str, urgency: Urgency = Urgency.NOW) -> None:
        about = {"email": "new@partner.example", "how": "membership"}
        await notify(self.agent.store, Notice.NEW_AGENT, about, key=key, urgency=urgency, now=self.agent.desk.now())
        await tell_soon(self.jobs, key)
        async with asyncio.timeout(20):
            while await self.jobs.status(NAME, key) is not JobStatus.DONE:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Desk]:
    async with databases.fresh("empty") as url, open_agent(url, partner_admins=(ANA,)) as agent:
        people = {email: agent.cloud.add_person(email.partition("@")[0], email) for email in (ANA, BO, KIM)}
        for email in (BO, KIM):
            await add_agent(agent.store, email, Role.PARTNER_ADMINISTRATOR, "a test")
        await remove_agent(agent.store, KIM)
        jobs = Jobs(url, JOBS, Services(agent.desk, agent.announcer), Processes(agent.store, "one", "websocket"))
        await jobs.start()
        yield Desk(agent, jobs, people)
        await jobs.stop(1)


async def test_each_administrator_is_told_once_and_nobody_else(desk: Desk) -> None:
    await desk.notice("one")
    await desk.notice("one")
    for email in (ANA, BO):
        assert desk.heard(email)[1:] == [TITLE], "behind a welcome, since we never talked"
    assert desk.heard(KIM) == []


async def test_daily_ones_are_told_together(desk: Desk) -> None:
    for key in ("one", "two", "three"):
        await desk.notice(key, Urgency.DAILY)
    assert desk.heard(ANA)[1:] == [TITLE]
    desk.agent.later(days=1)
    await desk.notice("urgent")
    assert desk.heard(ANA)[2:] == ["3 notices for partner administrators"]


async def test_who_blocked_the_bot_keeps_nobody_else_from_being_told(desk: Desk) -> None:
    desk.agent.cloud.block(desk.people[ANA], desk.agent.bot)
    await desk.notice("one")
    assert desk.heard(BO)[1:] == [TITLE]


async def test_a_step_that_is_done_again_says_nothing_twice(desk: Desk) -> None:
    services: Any = Services(desk.agent.desk, desk.agent.announcer)
    about = {"email": "new@partner.example", "why": "person"}
    await notify(
        desk.agent.store, Notice.SECOND_ACCOUNT, about, key="k", urgency=Urgency.NOW, now=desk.agent.desk.now()
    )
    for _ in range(2):  # killed before its results were kept
        keys = await notices.take_due(services, "a batch")
        for email in await notices.readers(services):
            await notices.tell_one(services, "a batch", keys, email)
    assert desk.heard(ANA)[1:] == desk.heard(BO)[1:] == [TITLE]
