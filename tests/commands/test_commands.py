"""What all commands keep to: one list, words of their own, help for exactly those who may."""

from collections import Counter

import pytest

from bot.dispatch.dispatch import HELP, LOOK_UP, folded
from cards.elements import Card
from commands import COMMANDS
from commands.command import Command, parse_reason
from helpdesk.people.access import PERMISSIONS, Permission, Role, Sender
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import ENGLISH, LANGUAGES, Language
from helpdesk.services import Helpdesk
from tests.commands.asking import typed

EACH = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.keyword)


def by_keyword(keyword: str) -> Command:
    return next(command for command in COMMANDS if command.keyword == keyword)


def test_no_word_names_two_commands() -> None:
    words = Counter(folded(word) for command in COMMANDS for word in (command.keyword, *command.aliases))
    assert [word for word, count in words.items() if count > 1 or not word] == []


@EACH
def test_a_keyword_is_one_word_as_people_type_it(command: Command) -> None:
    for word in (command.keyword, *command.aliases):
        assert folded(word) == word
        assert len(word.split()) == 1


def test_no_action_is_handled_by_two_commands() -> None:
    actions = Counter(action for command in COMMANDS for action in command.on_submit)
    assert [action for action, count in actions.items() if count > 1] == []


@EACH
def test_actions_are_spelled_with_the_keyword(command: Command) -> None:
    assert all(action.startswith(f"{command.keyword}.") for action in command.on_submit)


@EACH
def test_own_permissions_are_for_own_actions_and_never_weaker(command: Command) -> None:
    for action in command.on_submit:
        allowed = {role for role in Role if command.permission_for(action) in PERMISSIONS[role]}
        assert allowed <= {role for role in Role if command.permission in PERMISSIONS[role]}


@EACH
@pytest.mark.parametrize("say", [Language(code) for code in LANGUAGES], ids=str)
def test_usage_begins_with_the_keyword_and_help_says_something(command: Command, say: Language) -> None:
    assert say(command.usage).split()[0] == command.keyword
    assert say(command.help).strip()


def test_the_commands_that_dispatch_falls_back_on_are_there() -> None:
    assert {LOOK_UP, HELP} <= {command.keyword for command in COMMANDS}


@pytest.mark.parametrize("role", [*Role, None])
async def test_help_lists_exactly_what_the_sender_may_do(role: Role | None, desk: Helpdesk) -> None:
    sender = Sender("someone", "someone@partner.example", role)
    card = await by_keyword("help").on_message(typed("", sender), desk)
    assert isinstance(card, Card)
    listed = [command.keyword for command in COMMANDS if f"{ENGLISH(command.usage)}: " in card.plain]
    assert listed == [command.keyword for command in COMMANDS if sender.may(command.permission)]


def test_who_is_no_agent_may_do_nothing() -> None:
    assert not [each for each in Permission if Sender("kim", "kim@elsewhere.example", None).may(each)]


@pytest.mark.parametrize("reason", ["x" * 10, "x" * 500, "  ten\tletters\n here  ", "é" * 500])
def test_a_reason_of_ten_to_five_hundred_characters_is_taken_on_one_line(reason: str) -> None:
    assert parse_reason(reason) == " ".join(reason.split())


@pytest.mark.parametrize("reason", ["", " " * 10, "x" * 9, "a" + " " * 20 + "b", "x" * 501])
def test_a_shorter_or_longer_reason_is_refused_with_the_bounds(reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_reason(reason)
    assert ENGLISH(refused.value.text) == "A reason takes 10 to 500 characters."
