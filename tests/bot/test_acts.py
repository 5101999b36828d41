"""Whatever is pressed or typed: what changes something says what stands before it, and what stands before it holds.

Each action of each command is done at a real desk, and what the database, the mailbox, Webex and the jobs have then
is compared with what they had before.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import select

from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import DispatchAnswer
from bot.webex.events import Typed
from commands import COMMANDS
from commands.command import Gate
from helpdesk.mail.activation import ActivationJob
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.platform.store.tables.bulk import BulkRun
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.mail import LiftedSuppression, Suppression
from helpdesk.proof.gate import NEEDS, Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from tests.agent import LEE, Agent, open_agent
from tests.chat import PAT, SAM
from tests.databases import Databases
from tests.helpdesk.bulk.started import Started
from tests.helpdesk.files import contents
from tests.pressing import ACTIONS, BO, WHY, Kept, Subjects, keep, press, presses, sealed
from tests.sessions import rows, writing
from tests.vouching import vouch_for

pytestmark = pytest.mark.long

MUELLER, ACME = "Müller & Söhne Maschinenbau", "Acme Corporation"
JUERGEN = "jurgen.grossmann@mueller-soehne.example"
HELD = [f"held{number}@acme.example" for number in range(9)]
# What is kept of every event, changed or not: who did what, that a button was used, that the gate let it through.
OF_ANY_EVENT = {"audit", "audit_head", "spent_tokens", "acts"}
TYPED = {
    "find": PAT,
    "verify": JUERGEN,
    "email": PAT,
    "unsuppress": f"{HELD[0]} {HELD[1]}",
    "bulk": f"{HELD[0]} {HELD[1]}",
    "resend": SAM,
    "view": ACME,
    "consent": MUELLER,
    "whoami": "",
    "language": "fr",
    "policy": "",
    "agents": "add kim@partner.example",
    "audit": "",
    "help": "",
}


@dataclass
class Welcomes:
    """Webex, asked to mail a whole customer; what was asked of it is kept."""

    asked: list[str] = field(default_factory=list)

    async def start(self, organization: str, event_id: str) -> ActivationJob:
        self.asked.append(organization)
        return ActivationJob("a job", False, False, 0, 0, 0, 0, is_allowed=True)


@dataclass
class World:
    agent: Agent
    jobs: Started
    welcomes: Welcomes
    subjects: Subjects
    kept: Kept
    acme: str

    async def presses(self, action: str) -> DispatchAnswer:
        """By Lee; what only somebody else may approve is of somebody else."""
        lifted = await rows(
            self.agent.store, select(LiftedSuppression.event_id).where(LiftedSuppression.address == PAT)
        )
        self.kept.lifting = lifted[0] if lifted else "none"
        about, inputs = {
            **presses(self.subjects, self.kept),
            "verify.start": ({}, {"address": JUERGEN}),
            "verify.approve": (
                {**presses(self.subjects, self.kept)["verify.approve"][0], "agent": BO, "agent_email": BO},
                {},
            ),
            "unsuppress.override": ({"address": HELD[8]}, {"reason": WHY}),
            "view.open": ({"organization": self.acme}, {}),
            "view.find": ({}, {"customer": ACME}),
        }[action]
        button = sealed(self.agent, action, about, LEE)
        return await press(self.agent, button, inputs, LEE, f"press of {action} {self.agent.now}")

    async def vouched(self) -> None:
        for address in (PAT, SAM, *HELD):
            await vouch_for(address, LEE, self.agent.store, self.agent.desk.now)

    async def everything(self) -> dict[str, Any]:
        """Table -> its rows; and what went out."""
        tables = await contents(self.agent.store)
        sent = {
            "mails": len(self.agent.mailbox.mails),
            "jobs": list(self.jobs.jobs),
            "Webex": list(self.welcomes.asked),
        }
        return {**{name: one for name, one in tables.items() if name not in OF_ANY_EVENT}, **sent}


@pytest.fixture
async def world(databases: Databases) -> AsyncIterator[World]:
    """Lee may everything; every service that changes something is there."""
    settings = {"partner_admins": (LEE,), "public_url": "https://desk.example"}
    jobs, welcomes = Started(), Welcomes()
    services = {"jobs": jobs, "activation": welcomes}
    async with databases.fresh("demo") as url, open_agent(url, services, **settings) as agent:
        for address in (BO, "lou@partner.example"):
            await add_agent(agent.store, address, Role.ADVANCED, "a test")
        async with writing(agent.store) as one:
            one.add_all([Suppression(address=each, reason="bounce") for each in HELD])
        yield await a_world(agent, jobs, welcomes)


async def a_world(agent: Agent, jobs: Started, welcomes: Welcomes) -> World:
    names = select(Organization.display_name, Organization.id)
    customers = dict(await rows(agent.store, names))
    pat, sam = [await agent.desk.directory.person_with(each) for each in (PAT, SAM)]
    assert pat
    assert sam
    # Asked 1:1 first, so that it is known where to answer what nobody else may read.
    await agent.dispatch.message(_direct(), "hello")
    subjects = Subjects((pat.person.id, PAT), (sam.person.id, SAM), (customers[MUELLER], MUELLER), HELD[:2], HELD)
    return World(agent, jobs, welcomes, subjects, await keep(agent, subjects), customers[ACME])


def _direct() -> Typed:
    place = Thread("the direct space", "", is_direct=True)
    return Typed("hello", place.space_id, "", LEE, LEE, "help", "", is_direct=True)


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in after if before[name] != after[name]}


async def test_every_action_that_changes_something_says_what_stands_before_it(world: World) -> None:
    assert set(presses(world.subjects, world.kept)) == set(ACTIONS)
    wrong = []
    # A code is entered before another is sent, and a question taken back before another is put.
    for name in sorted(ACTIONS, key=lambda each: (each != "verify.check", each == "consent.request", each)):
        world.agent.later(seconds=31)
        await world.vouched()
        before = await world.everything()
        answer = await world.presses(name)
        what = changed(before, await world.everything())
        said = answer.outgoing[0].card.plain.partition("\n")[0]
        assert answer.outcome == "answered", f"{name}: {said}"
        if bool(what) != bool(ACTIONS[name].guard):
            wrong.append((name, sorted(what), ACTIONS[name].guard))
    assert wrong == []


async def test_every_typed_line_that_changes_something_says_what_stands_before_it(world: World) -> None:
    assert set(TYPED) == {each.keyword for each in COMMANDS}
    for command in COMMANDS:
        before = await world.everything()
        answer = await world.agent.types(f"{command.keyword} {TYPED[command.keyword]}")
        assert answer.outcome == "answered", command.keyword
        what = changed(before, await world.everything())
        assert bool(what) == bool(command.guard), (command.keyword, sorted(what))


async def test_with_nobody_proven_no_gate_lets_anything_through(world: World) -> None:
    """Whatever is pressed, with a second agent wanted for every act: nothing is cleared, restored, opened or mailed."""
    await world.vouched()
    await world.presses("unsuppress.lift")
    world.agent.later(hours=1)
    for act in Act:
        if Need.SECOND_AGENT in NEEDS[act]:
            await set_rule(world.agent.store, act, Rule(Need.SECOND_AGENT, is_told=False), f"strict {act}")
    before = await world.everything()
    for name, action in ACTIONS.items():
        if isinstance(action.guard, Gate):
            answer = await world.presses(name)
            assert (answer.outcome, changed(before, await world.everything())) == ("refused", set()), name
    assert (await world.presses("bulk.clear")).outcome == "refused"
    assert changed(before, await world.everything()) == set()


async def test_a_long_list_is_only_asked_for_by_who_gave_it(world: World) -> None:
    world.kept.lists["few"] = world.kept.lists["long"]
    await world.vouched()
    jobs = list(world.jobs.jobs)
    assert (await world.presses("bulk.clear")).outcome == "answered"
    asked = {each.id: each.state for each in await rows(world.agent.store, select(BulkRun))}
    assert (asked[world.kept.lists["long"]], world.jobs.jobs) == ("asked", jobs)
