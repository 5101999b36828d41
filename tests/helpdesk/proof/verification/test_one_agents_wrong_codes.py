"""One agent who enters many wrong codes, for whichever users, goes without codes for an hour."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.proof import VerificationFailure
from helpdesk.proof.verification import AgentLocked, Policy, Proof, Verified, Wrong
from helpdesk.proof.verification.codes import Verifications
from tests.chat import PAT, SAM, another_code
from tests.helpdesk.proof.verification.test_codes import ANA, BO, SECRET, Clock, Desk, Pocket
from tests.sessions import reading, writing

MOST = Policy().wrong_per_agent_hour


@pytest.fixture
async def desk(demo_store: Store) -> Desk:
    async with reading(demo_store) as session:
        found = await session.exec(select(Person, Organization).join(Organization).where(Person.email == PAT))
        person, organization = found.one()
    clock, pocket = Clock(), Pocket()
    codes = Verifications(demo_store, SECRET, {Proof.MAILBOX: pocket}, now=clock)
    return Desk(demo_store, clock, pocket, codes, person, organization)


async def failed(desk: Desk, count: int, minutes_apart: float = 1, agent: str = ANA.agent_id) -> None:
    """Wrong codes for as many users, the last of them just now."""
    async with writing(desk.store) as session:
        for number in range(count):
            at = desk.clock() - timedelta(minutes=minutes_apart * number)
            session.add(VerificationFailure(person_id=f"user {number}", agent_id=agent, at=at))


async def test_the_twelfth_wrong_code_of_an_hour_locks_the_agent_for_every_user_and_nobody_else(desk: Desk) -> None:
    sent = await desk.send()
    await failed(desk, MOST - 1, minutes_apart=5)
    wrong = await desk.says_wrong(sent)
    assert wrong.agent_locked_until == desk.clock() + timedelta(hours=1)
    assert wrong.locked_until is None
    with pytest.raises(AgentLocked):
        await desk.says(sent, desk.pocket.codes[-1])
    desk.clock.passes(minutes=1)
    with pytest.raises(AgentLocked):
        await desk.codes.send(await desk.other(SAM), desk.organization, Proof.MAILBOX, ANA, "another user")
    assert isinstance(await desk.says(await desk.send(BO), desk.pocket.codes[-1], BO), Verified)
    desk.clock.passes(minutes=59, seconds=1)
    await desk.send()


async def test_as_many_over_a_longer_time_do_not(desk: Desk) -> None:
    await failed(desk, MOST - 1, minutes_apart=6.5)
    assert (await desk.says_wrong(await desk.send())).agent_locked_until is None


async def test_another_agents_do_not_count(desk: Desk) -> None:
    await failed(desk, 3 * MOST, agent=BO.agent_id, minutes_apart=0.1)
    assert (await desk.says_wrong(await desk.send())).agent_locked_until is None


async def test_at_once_for_many_users_no_more_are_counted_than_that(desk: Desk) -> None:
    async with reading(desk.store) as session:
        people = (await session.exec(select(Person).limit(MOST + 6))).all()
    sent = []
    for number, person in enumerate(people):
        sent.append(await desk.codes.send(person, desk.organization, Proof.MAILBOX, ANA, f"send {number}"))
    codes = [another_code(code) for code in desk.pocket.codes[-len(sent) :]]
    tries = [desk.says(each, code) for each, code in zip(sent, codes, strict=True)]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Wrong) for each in ended) == MOST
    assert sum(isinstance(each, AgentLocked) for each in ended) == len(people) - MOST
