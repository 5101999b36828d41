"""What a job says is posted once, however often the step that says it is done, and where it may be read by then."""

from collections.abc import AsyncIterator

import pytest

from bot.dispatch.buttons import Thread
from bot.outgoing.notifier import JobRequester
from cards.elements import card, heading
from commands.command import Shows
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.attachments import Attachment
from playground.rooms import Account, Space
from tests.agent import LEE, SPACE, Agent, open_agent
from tests.databases import Databases

DELIVERED = card(heading("Delivered"))
FAILED = card(heading("Not delivered"))
HERE = JobRequester("lee", LEE, Thread(SPACE, "", is_direct=False))
ASIDE = "Answered in your direct messages: not everyone here may see it"
FILE = Attachment("list.csv", b"pat.lindqvist@acme.example")


@pytest.fixture
async def agent(databases: Databases) -> AsyncIterator[Agent]:
    async with databases.fresh("empty") as url, open_agent(url) as agent:
        await add_agent(agent.store, LEE, Role.AGENT, "a test")
        yield agent


@pytest.fixture
def lee(agent: Agent) -> Account:
    return agent.cloud.add_person("Lee Novak", LEE)


def said(agent: Agent, space: Space) -> list[str]:
    return [each.text.partition("\n")[0] for each in agent.cloud.messages(space) if each.person is agent.bot]


def desk_space(agent: Agent) -> Space:
    return next(each for each in agent.cloud.rooms.spaces if each.uuid == SPACE)


def in_space(agent: Agent) -> list[str]:
    return said(agent, desk_space(agent))


def alone(agent: Agent, who: Account) -> list[str]:
    """Behind the words that tell why the bot writes there."""
    return said(agent, agent.cloud.direct(who, agent.bot))[1:]


def stranger_comes(agent: Agent) -> None:
    """A bot: a person in a desk space is an agent by being there."""
    agent.cloud.join(agent.cloud.add_bot("Build Bot"), desk_space(agent))
    agent.desk.access.members_changed(SPACE)


async def says_all(agent: Agent, to: JobRequester) -> None:
    await agent.announcer.say(DELIVERED, to, "a card")
    await agent.announcer.write("Audit A1: the file", to, "a file", FILE)
    line = await agent.announcer.write("Acme may be looked at", to, "a line")
    await agent.announcer.edit(line, "Acme may be looked at: 5 min left", to)


async def test_what_is_said_again_under_the_same_key_is_there_once(agent: Agent, lee: Account) -> None:
    to = JobRequester("lee", LEE, Thread(agent.cloud.direct(lee, agent.bot).id, "", is_direct=True))
    await agent.announcer.say(DELIVERED, to, "watch of one mail")
    await agent.announcer.say(DELIVERED, to, "watch of one mail")
    await agent.announcer.say(DELIVERED, to, "watch of another mail")
    await agent.announcer.say(FAILED, to, "watch of another mail")
    assert said(agent, agent.cloud.direct(lee, agent.bot)) == ["Delivered", "Delivered", "Not delivered"]


async def test_among_agents_in_a_desk_space_it_is_said_there(agent: Agent) -> None:
    await says_all(agent, HERE)
    assert in_space(agent) == ["Delivered", "Audit A1: the file", "Acme may be looked at: 5 min left"]


async def test_once_a_stranger_came_it_is_said_1_to_1(agent: Agent, lee: Account) -> None:
    assert await agent.desk.access.may_all_see(SPACE, (await agent.desk.access.recognise("lee", LEE))[0])
    stranger_comes(agent)
    await says_all(agent, HERE)
    assert in_space(agent) == [ASIDE]  # once, not for each
    assert alone(agent, lee) == ["Delivered", "Audit A1: the file", "Acme may be looked at: 5 min left"]


async def test_a_line_in_a_space_that_a_stranger_came_to_keeps_its_old_words(agent: Agent, lee: Account) -> None:
    line = await agent.announcer.write("Acme may be looked at", HERE, "a line")
    stranger_comes(agent)
    await agent.announcer.edit(line, "Acme may be looked at: 5 min left", HERE)
    assert (in_space(agent), alone(agent, lee)) == (["Acme may be looked at"], [])


async def test_in_a_space_that_is_no_desk_space_any_more_nothing_private_is_said(agent: Agent, lee: Account) -> None:
    once = agent.cloud.add_space("Once a desk", [agent.bot])
    await says_all(agent, JobRequester("lee", LEE, Thread(once.id, "", is_direct=False)))
    assert (said(agent, once), len(alone(agent, lee))) == ([ASIDE], 3)


async def test_what_is_for_the_asker_alone_is_said_1_to_1(agent: Agent, lee: Account) -> None:
    await agent.announcer.write("Audit A1: the file", HERE, "a file", FILE, Shows.FOR_ASKER_ALONE)
    assert (in_space(agent), alone(agent, lee)) == ([], ["Audit A1: the file"])


async def test_what_names_nobody_stays_where_it_was_begun(agent: Agent) -> None:
    line = await agent.announcer.write("List A1: 0 of 9 …", HERE, "a line", shows=Shows.NOTHING_PRIVATE)
    stranger_comes(agent)
    await remove_agent(agent.store, LEE)
    await agent.announcer.edit(line, "List A1: stopped after 5 of 9.", HERE, Shows.NOTHING_PRIVATE)
    assert in_space(agent) == ["List A1: stopped after 5 of 9."]


@pytest.mark.parametrize("is_direct", [False, True])
async def test_who_is_no_agent_any_more_is_told_nothing(agent: Agent, lee: Account, is_direct: bool) -> None:
    space = agent.cloud.direct(lee, agent.bot).id if is_direct else SPACE
    to = JobRequester("lee", LEE, Thread(space, "", is_direct))
    line = await agent.announcer.write("Acme may be looked at", to, "before")
    before = in_space(agent), said(agent, agent.cloud.direct(lee, agent.bot))
    await remove_agent(agent.store, LEE)
    await says_all(agent, to)
    await agent.announcer.edit(line, "Acme may be looked at: 5 min left", to)
    assert (in_space(agent), said(agent, agent.cloud.direct(lee, agent.bot))) == before


async def test_who_cannot_be_written_to_is_told_nothing_and_the_space_that(agent: Agent, lee: Account) -> None:
    agent.cloud.block(lee, agent.bot)
    stranger_comes(agent)
    await says_all(agent, HERE)
    assert in_space(agent) == ["Not everyone here may see the answer, and I cannot write to you directly"]
    assert alone(agent, lee) == []


async def test_somebody_who_is_no_agent_is_asked_where_they_talked_with_the_bot(agent: Agent) -> None:
    known = agent.cloud.add_person("Jo", "jo@acme.example")
    space = agent.cloud.direct(known, agent.bot)
    await agent.cloud.post(known, space, "hello")
    agent.cloud.add_person("Never", "never@acme.example")
    for email in ("jo@acme.example", "never@acme.example"):
        await agent.announcer.say_alone(DELIVERED, email, f"a question to {email}")
    assert said(agent, space) == ["Delivered"]


async def test_a_word_to_who_wants_none_ends_nothing(agent: Agent, lee: Account) -> None:
    conversation = agent.cloud.direct(lee, agent.bot)
    agent.cloud.block(lee, agent.bot)
    await agent.announcer.say(
        DELIVERED, JobRequester("lee", LEE, Thread(conversation.id, "", is_direct=True)), "a card"
    )
    assert said(agent, conversation) == []
