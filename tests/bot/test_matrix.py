"""Role x command x place: every keyword and every button, by everyone, in a desk space, another space and 1:1.

Made from the list of commands: a new command or button is for every agent, or it is named here.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import structlog

from bot.dispatch.buttons import Thread
from bot.dispatch.dispatch import DispatchAnswer
from bot.webex.events import Pressed, Typed
from cards.elements import button, card, heading
from commands import COMMANDS
from commands.command import Shows
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from tests.agent import LEE, SPACE, Agent, open_agent
from tests.databases import Databases

ADVANCED_AT_LEAST = {
    "bulk",
    "consent",
    "resend.activation",
    "resend.activate",
    "unsuppress.override",
    "verify.approve",
}
ADMINISTRATORS_ALONE = {"policy", "agents", "audit.all"}
NO_AGENT, NOT_ALLOWED = "This desk is for support agents", "Your role does not allow this"
# 1:1 comes first: so it is known where to answer who asks elsewhere.
PLACES = {
    "1:1": Thread("the direct space", "", is_direct=True),
    "desk space": Thread(SPACE, "the thread", is_direct=False),
    "another space": Thread("another space", "the thread", is_direct=False),
}


@dataclass(frozen=True)
class Ask:
    """A keyword that is typed, or a button that is pressed."""

    name: str
    shows: Shows

    @property
    def is_typed(self) -> bool:
        return "." not in self.name

    def lowest(self) -> Role:
        names = {self.name, self.name.partition(".")[0]}
        if names & ADMINISTRATORS_ALONE:
            return Role.PARTNER_ADMINISTRATOR
        return Role.ADVANCED if names & ADVANCED_AT_LEAST else Role.AGENT


ASKS = [Ask(name, each.shows) for each in COMMANDS for name in (each.keyword, *each.on_submit)]


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    async with databases.fresh("demo") as url, open_agent(url) as agent:
        yield agent


async def answered(agent: Agent, ask: Ask, place: Thread, event: str) -> DispatchAnswer:
    if ask.is_typed:
        typed = Typed("the line", place.space_id, place.thread_id, LEE, LEE, ask.name, "", is_direct=place.is_direct)
        return await agent.dispatch.message(typed, event)
    made = card(heading("x"), buttons=[button("x", ask.name, {}, only_for=LEE)])
    token = agent.buttons.seal(made.json, place)["actions"][0]["data"]["token"]
    return await agent.dispatch.submission(
        Pressed("p", place.space_id, "the card", LEE, ask.name, token, {}), LEE, event
    )


def everywhere() -> Iterator[tuple[str, Ask]]:
    return ((place, ask) for place in PLACES for ask in ASKS)


def test_what_is_named_here_is_there() -> None:
    assert {each.name for each in ASKS} >= ADVANCED_AT_LEAST | ADMINISTRATORS_ALONE
    assert len({each.name for each in ASKS}) == len(ASKS) > 50


@pytest.mark.parametrize("role", [None, *Role])
async def test_each_role_may_do_what_it_may_and_is_answered_where_it_may_be_read(
    agent: Agent, role: Role | None
) -> None:
    if role:
        await add_agent(agent.store, LEE, role, "a test")
    for number, (place, ask) in enumerate(everywhere()):
        with structlog.testing.capture_logs():  # a button that says nothing fails, and each failure is a page of log
            answer = await answered(agent, ask, PLACES[place], f"event {number}")
        said, where = answer.outgoing[0].card.plain.partition("\n")[0], answer.outgoing[0].place
        told = f"{ask.name} by {role} in {place}: {said}"
        may = role is not None and list(Role).index(role) >= list(Role).index(ask.lowest())
        assert (said == NO_AGENT) == (role is None), told
        assert (said == NOT_ALLOWED) == (role is not None and not may), told
        is_seen_here = {
            Shows.NOTHING_PRIVATE: True,
            Shows.PRIVATE: place != "another space",
            Shows.FOR_ASKER_ALONE: place == "1:1",
        }[ask.shows]
        assert where.is_direct == (place == "1:1" or (may and not is_seen_here)), told
        assert answer.route.is_aside == (may and not is_seen_here), told
