"""Every button there is, pressed with a token of the time before a limit: it tells what a desk of only theirs tells.

The lists, requests and questions of that time are stored. Whoever may not see what they are about any more, who was
removed, and who never was an agent, are told the same, word for word, as where that customer does not exist.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from helpdesk.directory.importing import import_file, parse
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from tests.agent import LEE, Agent, open_agent, shown
from tests.databases import Databases
from tests.helpdesk.bulk.started import Started
from tests.partner import only, partner
from tests.pressing import ACTIONS, BO, Kept, Subjects, keep, press, presses, sealed

Json = dict[str, Any]
SEED = 20_260_402
KIM, STRANGER = "kim.berg@partner.example", "eve@elsewhere.example"


@dataclass
class Both:
    """Everything, seen by who is limited to some of it; and only that."""

    limited: Agent
    alone: Agent
    subjects: Subjects
    kept: Kept
    theirs: list[str]


@pytest.fixture
async def both(databases: Databases) -> AsyncIterator[Both]:
    everything = partner(SEED)
    mine = [each["id"] for each in everything["organizations"][10:13]]
    subjects = of_others(everything, mine)
    async with (
        databases.fresh("empty") as one,
        databases.fresh("empty") as other,
        open_agent(one, {"jobs": Started()}, public_url="https://desk.example") as limited,
        open_agent(other, {"jobs": Started()}, public_url="https://desk.example") as alone,
    ):
        for agent, file in ((limited, everything), (alone, only(everything, mine))):
            await import_file(agent.store, parse(json.dumps(file)))
            for who in (LEE, KIM, BO):
                await add_agent(agent.store, who, Role.ADVANCED, "a test")
        kept = await keep(limited, subjects)
        await keep(alone, subjects)
        yield Both(limited, alone, subjects, kept, mine)


def of_others(everything: Json, mine: list[str]) -> Subjects:
    """A customer that is not theirs, with a name of its own, and addresses of theirs that mail is held back from."""
    bounced = {each["address"] for each in everything["suppressions"] if each["reason"] == "bounce"}
    held = {each["address"] for each in everything["suppressions"]}
    people = [each for each in everything["people"] if each["orgId"] not in mine and len(each["emails"]) == 1]
    listed = [(each["id"], each["emails"][0]) for each in people if each["emails"][0] in bounced]
    free = next(each for each in people if each["emails"][0] not in held)
    customer = next(each for each in everything["organizations"] if each["id"] == free["orgId"])
    customer["displayName"] = "Zephyr Instruments"
    addresses = [address for _, address in listed]
    whole = (customer["id"], customer["displayName"])
    return Subjects(listed[0], (free["id"], free["emails"][0]), whole, addresses[:3], addresses[:8])


async def limit(both: Both, who: str, role: Role) -> None:
    for agent in (both.limited, both.alone):
        await add_agent(agent.store, who, role, "a test", both.theirs)


async def told(both: Both, name: str, who: str) -> tuple[str, str]:
    """What both desks say to who presses Lee's button."""
    about, inputs = presses(both.subjects, both.kept)[name]
    desks = (both.limited, both.alone)
    answers = [await press(each, sealed(each, name, about, LEE), inputs, who, f"{name} by {who}") for each in desks]
    return shown(answers[0]), shown(answers[1])


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADVANCED])
@pytest.mark.parametrize("who", [LEE, KIM])
async def test_a_limited_agent_is_told_what_a_desk_of_only_theirs_tells(both: Both, role: Role, who: str) -> None:
    """Lee's are the buttons; Kim is another agent."""
    await limit(both, who, role)
    for name in ACTIONS:
        limited, alone = await told(both, name, who)
        assert limited == alone, name
        said = json.dumps(presses(both.subjects, both.kept)[name], ensure_ascii=False)
        others = {both.subjects.held[1], both.subjects.free[1], both.subjects.customer[1], *both.subjects.many}
        # Of a list of their own, the lines are what they wrote themselves.
        is_own = who == LEE and name.startswith("bulk.")
        assert [each for each in others if each in limited and each not in said and not is_own] == [], name


@pytest.mark.parametrize("who", [LEE, STRANGER])
async def test_who_is_no_agent_any_more_or_never_was_is_told_that_alone(both: Both, who: str) -> None:
    for agent in (both.limited, both.alone):
        await remove_agent(agent.store, LEE)
    for name in ACTIONS:
        limited, alone = await told(both, name, who)
        assert limited == alone, name
        assert "This desk is for support agents" in limited or "This card was made for someone else" in limited, name


async def test_lines_of_a_list_from_before_a_limit_say_nothing_of_others(both: Both) -> None:
    """What was seen: 25 addresses of another customer, with the reasons, for whoever pressed."""
    about, _ = presses(both.subjects, both.kept)["bulk.lines"]
    button = sealed(both.limited, "bulk.lines", about, LEE)
    assert "bounce" in shown(await press(both.limited, button, {}, LEE, "before"))
    assert "someone else" in shown(await press(both.limited, button, {}, KIM, "by Kim"))
    await limit(both, LEE, Role.ADVANCED)
    after = shown(await press(both.limited, button, {}, LEE, "after"))
    assert "bounce" not in after
    assert after.count("Not listed") == 2 * len(both.subjects.many) or "Not listed" in after


async def test_a_list_with_an_address_of_others_is_not_for_a_limited_agent_to_see_or_approve(both: Both) -> None:
    await limit(both, KIM, Role.ADVANCED)
    for name in ("bulk.review", "bulk.approve", "bulk.decline"):
        limited, _ = await told(both, name, KIM)
        assert both.subjects.many[0] not in limited
        assert "approved" not in limited
