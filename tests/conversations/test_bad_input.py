"""Whatever is typed gets a clear answer."""

import pytest

from playground.markup import spark_mention
from playground.rooms import Change, Message
from tests.chat import PAT, SAM, Chat


@pytest.mark.parametrize("typed", ["", "   ", "\n", ",", "?"])
async def test_only_a_mention_shows_what_can_be_asked(chat: Chat, typed: str) -> None:
    assert (await chat.says(typed)).heading == "What this desk does"


@pytest.mark.parametrize(
    "typed", ["help", "HELP", "Help!", "/help", "aide", "AIDE", "help, please", "help\nplease", "  help  "]
)
async def test_the_first_word_names_the_command(chat: Chat, typed: str) -> None:
    assert (await chat.says(typed, to=chat.direct(chat.ana))).heading == "What this desk does"


async def test_a_word_that_contains_a_keyword_is_looked_up(chat: Chat) -> None:
    assert (await chat.says("helpful")).heading == "Nothing found for “helpful”"


@pytest.mark.parametrize(
    "typed", ["{full}, {PAT}", "{PAT} {nick}", "email {nick} {PAT}", "{nick} email {PAT}", "{PAT}, {nick}"]
)
async def test_the_bots_name_is_taken_out_wherever_it_stands(chat: Chat, typed: str) -> None:
    names = {"full": "Help Desk", "nick": "Help"}
    mentions = {each: spark_mention(chat.bot.id, name) for each, name in names.items()}
    text, html = typed.format(PAT=PAT, **names), typed.format(PAT=PAT, **mentions)
    asked = Message(chat.ana, chat.space, text, html=html, mentioned=[chat.bot])
    chat.cloud.rooms.add_message(asked)
    chat.cloud.rooms.tell(Change("messages", "created", asked, chat.ana))
    seen = await chat.answer_to(asked)
    assert seen.heading in ("Pat Lindqvist", "Last email: Error")


async def test_seven_thousand_characters_are_too_many_to_look_up(chat: Chat) -> None:
    refused = await chat.says("x" * 7000)
    assert refused.heading == "That is too long to look up: 7,000 characters, at most 200."


@pytest.mark.parametrize("typed", ["pat@@acme.example", "a@b@acme.example", "pat@acme", "pat"])
async def test_what_is_no_address_is_refused_by_name(chat: Chat, typed: str) -> None:
    for command in ("email", "unsuppress", "verify"):
        refused = await chat.says(f"{command} {typed}")
        assert refused.heading == f"“{typed}” is not an email address."


SEVERAL = f"{PAT}, {SAM}"


async def test_several_addresses_are_each_looked_up(chat: Chat) -> None:
    text = (await chat.says(SEVERAL)).text
    assert "Pat Lindqvist" in text
    assert "Sam Okafor" in text


async def test_several_addresses_to_be_cleared_are_a_list(chat: Chat) -> None:
    assert (await chat.says(f"unsuppress {SEVERAL}")).heading == "1 of 2 lines can be cleared"


@pytest.mark.parametrize("command", ["email", "verify"])
async def test_several_addresses_are_refused_where_one_is_asked_for(chat: Chat, command: str) -> None:
    assert (await chat.says(f"{command} {SEVERAL}")).heading == f"“{SEVERAL}” is not an email address."


@pytest.mark.parametrize(
    "typed", ["\x00\x01\x02", "\u202e\u202d", "💥", "'; DROP TABLE people; --", "%", "_", "{0}", "[x](y)"]
)
async def test_odd_characters_are_looked_for_as_they_stand(chat: Chat, typed: str) -> None:
    answer = await chat.says(typed, to=chat.direct(chat.ana))
    assert answer.heading.startswith(("Nothing found for", "Nothing in that can be looked up.", "What this desk does"))
    assert (await chat.says(PAT)).heading == "Pat Lindqvist"


async def test_markup_in_a_name_is_shown_and_not_active(chat: Chat) -> None:
    eve = await chat.says("eve.markup@acme.example")
    assert eve.heading == "<b>Eve</b> [x](http://evil.example)"
    name = eve.message.card["body"][0]["text"]
    assert "\\[x\\]" in name
    assert "\\<b\\>" in name
    assert eve.message.markdown is None


async def test_the_desk_speaks_french_with_who_wants_it(chat: Chat) -> None:
    chosen = await chat.presses(await chat.says("language"), "Use this language", language="fr")
    assert "Français" in chosen.heading
    assert "Non vérifié" in (await chat.says(PAT)).text
    assert "Not verified" in (await chat.says(PAT, who=chat.bo)).text
    assert (await chat.says("langue en")).heading == "The desk now speaks English with you"


async def test_help_shows_only_what_the_person_may_do(chat: Chat) -> None:
    text = (await chat.says("help")).text
    for keyword in ("find", "verify", "email", "unsuppress", "whoami", "language", "help"):
        assert f"\n{keyword}" in text
