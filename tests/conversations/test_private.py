"""Personal data is shown where everyone may see it; else who asked is answered 1:1, and the space gets one line."""

from collections.abc import AsyncIterator

import pytest

from commands import COMMANDS
from commands.command import Shows
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import Limit, add_agent
from playground.rooms import Account, Space
from tests.chat import PAT, SAM, Chat, Seen, another_code, open_chat
from tests.databases import Databases

ASIDE = "Answered in your direct messages: not everyone here may see it"


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    """As everywhere, with Lee, an agent by being in the desk space."""
    async with databases.fresh("demo") as url, open_chat(url) as chat:
        yield chat


def alone(chat: Chat, who: Account) -> Seen:
    """The last that the bot said to `who` 1:1."""
    return Seen([one for one in chat.cloud.messages(chat.direct(who)) if one.person is chat.bot][-1])


def private_words(chat: Chat, space: Space) -> set[str]:
    """What of the demo's people and customers the bot has said in a space."""
    said = " ".join(Seen(one).text + one.text for one in chat.cloud.messages(space) if one.person is chat.bot)
    return {word for word in (PAT, SAM, "Lindqvist", "Acme", "acme.example") if word in said}


async def test_in_a_desk_space_of_agents_the_answer_is_there(chat: Chat) -> None:
    assert (await chat.says(PAT)).heading == "Pat Lindqvist"
    assert [one for one in chat.cloud.messages(chat.direct(chat.ana)) if one.person is chat.bot] == []


async def test_anywhere_else_the_answer_is_1_to_1_and_the_space_gets_one_line_in_the_thread(chat: Chat) -> None:
    told = await chat.says(PAT, to=chat.lobby)
    assert (told.text, told.buttons) == (ASIDE, {})
    assert told.message.parent_id
    assert alone(chat, chat.ana).heading == "Pat Lindqvist"
    assert private_words(chat, chat.lobby) == set()


async def test_what_an_agent_did_is_shown_to_them_alone_even_among_agents(chat: Chat) -> None:
    await chat.says(PAT)
    assert (await chat.says("audit")).text == ASIDE
    mine = alone(chat, chat.ana)
    assert (mine.heading, PAT in mine.text) == ("What you did today", True)


async def test_a_space_of_agents_that_is_no_desk_space_is_not_enough(chat: Chat) -> None:
    space = chat.cloud.add_space("Agents only", [chat.ana, chat.bo, chat.bot])
    assert (await chat.says(PAT, to=space)).text == ASIDE


async def test_who_was_never_written_to_is_told_once_why_answers_come_there(chat: Chat) -> None:
    for _ in range(2):
        await chat.says(PAT, to=chat.lobby)
    said = [one.text for one in chat.cloud.messages(chat.direct(chat.ana)) if one.person is chat.bot]
    assert [each.partition("\n")[0] for each in said] == [
        "What you ask in a space where not everyone may see the answer is answered here.",
        "Pat Lindqvist",
        "Pat Lindqvist",
    ]


async def test_what_holds_nothing_private_is_answered_where_it_was_asked(chat: Chat) -> None:
    for words in ("help", "whoami", "language fr", "language en"):
        assert (await chat.says(words, to=chat.lobby)).text != ASIDE


async def test_all_that_follows_happens_1_to_1(chat: Chat) -> None:
    """A code asked for in the lobby is checked in the conversation it was answered in."""
    await chat.says(f"verify {SAM}", to=chat.lobby)
    sent = alone(chat, chat.ana)
    code = await chat.code_mailed_to(SAM)
    wrong = await chat.presses(sent, "Check", code=another_code(code))
    assert wrong.message.space is chat.direct(chat.ana)
    assert "Mailbox confirmed" in (await chat.presses(wrong, "Check", code=code)).text
    assert private_words(chat, chat.lobby) == set()


async def test_a_failure_is_told_1_to_1_too(chat: Chat) -> None:
    assert (await chat.says("verify nobody@acme.example", to=chat.lobby)).text == ASIDE
    assert private_words(chat, chat.lobby) == set()


async def test_a_press_is_answered_1_to_1_once_somebody_else_came(chat: Chat) -> None:
    user = await chat.says(PAT)
    chat.cloud.join(chat.cloud.add_bot("Build Bot"), chat.space)
    told = await chat.presses(user, "Email status")
    assert told.text == ASIDE
    assert alone(chat, chat.ana).heading.startswith("Last email")


async def test_another_bot_may_not_see_it(chat: Chat) -> None:
    chat.cloud.join(chat.cloud.add_bot("Build Bot"), chat.space)
    assert (await chat.says(PAT)).text == ASIDE


async def test_a_limited_agent_beside_others_may_not_see_theirs_while_they_may_see_his(chat: Chat) -> None:
    await add_agent(chat.store, chat.kim.email, Role.AGENT, "a test", ["Nordlys Rederi"])
    chat.cloud.join(chat.kim, chat.space)
    assert (await chat.says(PAT)).text == ASIDE
    assert (await chat.says("Nordlys Rederi", who=chat.kim)).heading == "Nordlys Rederi"
    await add_agent(chat.store, chat.kim.email, Role.AGENT, "a test", Limit.LIFTED)
    assert (await chat.says(PAT)).heading == "Pat Lindqvist"


async def test_where_webex_does_not_tell_who_is_there_it_is_1_to_1(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    known = await chat.says(PAT, to=chat.direct(chat.ana))
    assert known.heading == "Pat Lindqvist"
    chat.cloud.leave(chat.bot, chat.space)
    chat.cloud.join(chat.bot, chat.space)
    monkeypatch.setattr("bot.webex.messages.MOST_MEMBERS", "none")  # Webex refuses this
    assert (await chat.says(PAT)).text == ASIDE


async def test_who_has_blocked_the_bot_is_told_in_the_space_and_nothing_is_done(chat: Chat) -> None:
    chat.direct(chat.ana)
    chat.cloud.block(chat.ana, chat.bot)
    told = await chat.says(f"verify {SAM}", to=chat.lobby)
    assert told.heading == "Not everyone here may see the answer, and I cannot write to you directly."
    assert chat.mailbox.mails == []


async def test_who_has_blocked_the_bot_since_is_told_so_without_data(chat: Chat) -> None:
    await chat.says(PAT, to=chat.lobby)
    chat.cloud.block(chat.ana, chat.bot)
    told = await chat.says(PAT, to=chat.lobby)
    assert told.text == "Not everyone here may see the answer, and I cannot write to you directly"
    assert private_words(chat, chat.lobby) == set()


async def test_a_second_agent_is_asked_in_the_desk_space_only_while_all_there_may_see_it(chat: Chat) -> None:
    held = await chat.says(f"verify {PAT}", to=chat.direct(chat.ana))
    form = await chat.presses(held, "Ask a second agent")
    chat.cloud.join(chat.cloud.add_bot("Build Bot"), chat.space)
    await chat.presses(form, "Ask an agent", reason="The caller is a colleague I know")
    assert private_words(chat, chat.space) == set()
    assert alone(chat, chat.ana).heading == "Nobody else was told"


async def test_every_command_says_what_it_shows_and_only_these_show_nothing_private() -> None:
    open_to_all = {each.keyword for each in COMMANDS if each.shows is Shows.NOTHING_PRIVATE}
    assert open_to_all == {"help", "language", "whoami"}


@pytest.mark.parametrize("role", [*Role, None])
async def test_whoever_asks_whatever_nothing_private_is_said_outside_a_desk_space(
    chat: Chat, role: Role | None
) -> None:
    """Role x command x place; in the spaces of agents alone, and 1:1, the same is answered."""
    if role:
        await add_agent(chat.store, chat.kim.email, role, "a test")
    for command in COMMANDS:
        for subject in ("", PAT, "acme"):
            there = await chat.says(f"{command.keyword} {subject}", who=chat.kim, to=chat.lobby)
            may = role is not None and Sender("x", "x", role).may(command.permission)
            is_aside = there.text == ASIDE
            assert is_aside == (may and command.shows is not Shows.NOTHING_PRIVATE), command.keyword
    assert private_words(chat, chat.lobby) == set()
    assert bool(private_words(chat, chat.direct(chat.kim))) == (role is not None)
