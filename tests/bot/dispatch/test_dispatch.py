"""The first word names the command; the person is checked for both ways in; every failure becomes a card."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import structlog

from bot.dispatch.audience import Privacy
from bot.dispatch.buttons import Buttons, Thread
from bot.dispatch.dispatch import Dispatch, DispatchAnswer, folded
from bot.services import build
from bot.settings import Settings
from bot.webex.events import Pressed, Typed
from bot.webex.messages import Me, Webex
from cards.elements import Card, button, card, heading
from commands import COMMANDS
from commands.command import Action, Command, Elsewhere, Message, Owner, Renewable, Reply, Submission
from helpdesk.audit.keys import Keys
from helpdesk.people.access import Access, Permission, Role
from helpdesk.people.agents import add_agent
from helpdesk.people.members import Members, Memberships
from helpdesk.platform.clock import utc_now
from helpdesk.platform.errors import BadInput, Unavailable
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.services import Helpdesk
from tests.chat import SECRET

ANA, LEE, KIM = "ana@partner.example", "lee@partner.example", "kim@elsewhere.example"
PLACE = Thread("the space", "the thread", is_direct=False)
ME = Me("the bot", ("Help Desk", "Help"))


async def echo(message: Message, desk: Helpdesk) -> Card:
    return card(heading(f"<{message.text}>"), buttons=[button("Do", "echo.do", {"a": 1}, once=True)])


async def done(submission: Submission, desk: Helpdesk) -> Reply:
    return [card(heading(f"done {dict(submission.about)}")), Elsewhere(card(heading("there")), "another space")]


async def crash(event: Message | Submission, desk: Helpdesk) -> Card:
    raise RuntimeError("about pat.lindqvist@acme.example, code 123456")


async def refuse(event: Message | Submission, desk: Helpdesk) -> Card:
    raise BadInput(Text("{who} is wrong", who="pat"), Text("Do better."))


async def away(event: Message | Submission, desk: Helpdesk) -> Card:
    raise Unavailable(Text("Nobody is there."))


async def renew(message: Message, desk: Helpdesk) -> Reply:
    """What is typed behind the keyword is how it goes on."""

    async def later() -> Card | None:
        if message.text == "badly":
            raise BadInput(Text("It is gone."))
        return card(heading("newer")) if message.text == "newer" else None

    return Renewable(card(heading("known")), later)


def command(keyword: str, handle: Any, permission: Permission = Permission.USE_DESK, **other: Any) -> Command:
    return Command(keyword, Text(keyword), Text("x"), permission, handle, **other)


ANYONES = Action(done, Owner.ANYONE_IN_SCOPE)
OURS = (
    *COMMANDS,
    command("echo", echo, on_submit={"echo.do": ANYONES}, aliases=("écho", "repeat")),
    command("advanced", echo, Permission.OVERRIDE, on_submit={"advanced.do": ANYONES}),
    command(
        "mixed",
        echo,
        on_submit={
            "mixed.plain": ANYONES,
            "mixed.guarded": Action(done, Owner.ANYONE_IN_SCOPE, permission=Permission.CLEAR_COMPLAINT),
            "mixed.own": Action(done, Owner.ASKER),
        },
    ),
    command("crash", crash, on_submit={"crash.do": Action(crash, Owner.ANYONE_IN_SCOPE)}),
    command("refuse", refuse, on_submit={"refuse.do": Action(refuse, Owner.ANYONE_IN_SCOPE)}),
    command("renew", renew),
    command("away", away, on_submit={"away.do": Action(away, Owner.ANYONE_IN_SCOPE)}),
)


class Asked:
    """The dispatch with somebody who types and presses."""

    def __init__(self, store: Store, desk: Helpdesk, webex: Webex) -> None:
        self.buttons = Buttons(SECRET, store)
        self.dispatch = Dispatch(desk, OURS, self.buttons, Privacy(desk.access, webex), ME)

    async def types(self, text: str, who: str = ANA) -> DispatchAnswer:
        typed = Typed("the thread", "the space", "the thread", who, who, text, "", is_direct=False)
        return await self.dispatch.message(typed, "message:1")

    def token(self, action: str, **how: Any) -> str:
        sealed = self.buttons.seal(card(heading("x"), buttons=[button("x", action, {"a": 1}, **how)]).json, PLACE)
        return str(sealed["actions"][0]["data"]["token"])

    async def presses(self, action: str, token: str, who: str = ANA, event: str = "submission:1") -> DispatchAnswer:
        pressed = Pressed("the press", "the space", "the card", who, action, token, {})
        return await self.dispatch.submission(pressed, who, event)


async def nobody_else(space_id: str) -> Members:
    return Members(frozenset())


@pytest.fixture
async def asked(store: Store) -> Any:
    session = open_session()
    client = WebexClient(session, "http://127.0.0.1:9", "no token")
    await add_agent(store, LEE, Role.AGENT, "a test")
    webex = Webex(client)
    desk = build(Settings(), store, client, webex, SECRET, utc_now)
    spaces = ("the space", "another space")
    access = Access(store, (ANA,), spaces, Memberships(nobody_else), keys=Keys.of(SECRET))
    yield Asked(store, replace(desk, access=access), webex)
    await session.close()


def said(answer: DispatchAnswer) -> str:
    return answer.outgoing[0].card.plain


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("echo", ""),
        ("echo this", "this"),
        ("ECHO this", "this"),
        ("Écho this", "this"),
        ("E\u0301cho this", "this"),
        ("ｅｃｈｏ this", "this"),
        ("/echo this", "this"),
        ("echo! this", "this"),
        ("“echo” this", "this"),
        ("echo: this", "this"),
        ("echo\nthis\nand that", "this and that"),
        ("echo\u00a0this", "this"),
        ("  repeat   this  ", "this"),
        ("Help, echo this", "this"),
    ],
)
async def test_the_first_word_names_the_command(asked: Asked, typed: str, rest: str) -> None:
    assert said(await asked.types(typed)) == f"<{rest}>"


@pytest.mark.parametrize("typed", ["echoes this", "this echo", "echo,this", "xecho"])
async def test_a_text_that_names_no_command_is_looked_up_whole(asked: Asked, typed: str) -> None:
    assert said(await asked.types(typed)).startswith(f"Nothing found for “{typed}”")


async def test_nothing_but_the_mention_shows_help(asked: Asked) -> None:
    for typed in ("Help", "Help,", "", " \n"):
        assert said(await asked.types(typed)).startswith("What this desk does")


@pytest.mark.parametrize("word", ["?", "/", "...", "“”", "é", "ß", "İ", "\u0301"])
def test_folding_leaves_something_of_a_word_that_holds_more_than_accents(word: str) -> None:
    assert folded(word) or word == "\u0301"
    assert folded(folded(word)) == folded(word)


@pytest.mark.parametrize("who", [KIM, ""])
async def test_a_stranger_is_refused_both_ways_in(asked: Asked, who: str) -> None:
    typed, pressed = await asked.types("echo", who), await asked.presses("echo.do", asked.token("echo.do"), who)
    forged = await asked.presses("echo.do", "forged", who)
    for answer in (typed, pressed, forged):
        assert (said(answer).split("\n")[0], answer.outcome) == ("This desk is for support agents", "refused")


async def test_what_a_role_may_not_is_refused_both_ways_in(asked: Asked) -> None:
    token = asked.token("advanced.do", once=True)
    for answer in (await asked.types("advanced", LEE), await asked.presses("advanced.do", token, LEE)):
        assert (said(answer).split("\n")[0], answer.outcome) == ("Your role does not allow this", "refused")
    assert said(await asked.presses("advanced.do", token)).startswith("done")


async def test_an_action_with_a_permission_of_its_own_asks_for_that(asked: Asked) -> None:
    plain, guarded = asked.token("mixed.plain"), asked.token("mixed.guarded")
    assert said(await asked.presses("mixed.plain", plain, LEE)).startswith("done")
    assert said(await asked.presses("mixed.guarded", guarded, LEE)).startswith("Your role does not allow this")


async def test_a_press_is_answered_in_the_thread_of_its_card_and_elsewhere_outside_any(asked: Asked) -> None:
    here, there = (await asked.presses("echo.do", asked.token("echo.do"))).outgoing
    assert (here.place, here.card.plain) == (PLACE, "done {'a': 1}")
    assert there.place == Thread("another space", "", is_direct=False)


async def test_a_button_of_an_earlier_release_is_too_old(asked: Asked) -> None:
    answer = await asked.presses("gone.do", asked.token("gone.do"))
    assert (said(answer).split("\n")[0], answer.outcome) == ("This card is too old", "refused")


@pytest.mark.parametrize("token", ["", "forged", "\ud800", "x" * 10_000])
async def test_a_forged_press_is_refused_under_its_card(asked: Asked, token: str) -> None:
    answer = await asked.presses("echo.do", token)
    assert said(answer).startswith("This button was not made by this desk")
    assert answer.outgoing[0].place.thread_id == "the card"


async def test_a_second_press_of_a_button_for_one_use_is_refused(asked: Asked) -> None:
    token = asked.token("echo.do", once=True)
    assert (await asked.presses("echo.do", token)).outcome == "answered"
    assert (await asked.presses("echo.do", token)).outcome == "answered"  # the same event, told again
    assert said(await asked.presses("echo.do", token, event="submission:2")).startswith("This button was used already")


async def test_a_button_can_be_pressed_again_when_nothing_came_about(asked: Asked) -> None:
    token = asked.token("refuse.do", once=True)
    for event in ("submission:1", "submission:2"):
        assert said(await asked.presses("refuse.do", token, event=event)) == "pat is wrong\nDo better."


async def test_a_button_stays_used_when_it_is_not_known_what_came_about(asked: Asked) -> None:
    token = asked.token("crash.do", once=True)
    assert (await asked.presses("crash.do", token)).outcome == "failed"
    assert (await asked.presses("crash.do", token, event="submission:2")).outcome == "refused"


Ask = Callable[[Asked], Any]
BOTH_WAYS: Mapping[str, Callable[[Asked, str], Any]] = {
    "typed": lambda asked, word: asked.types(word),
    "pressed": lambda asked, word: asked.presses(f"{word}.do", asked.token(f"{word}.do")),
}


@pytest.mark.parametrize("way", BOTH_WAYS)
async def test_a_failure_with_words_of_its_own_is_shown_in_them(asked: Asked, way: str) -> None:
    answer = await BOTH_WAYS[way](asked, "refuse")
    assert (said(answer), answer.outcome) == ("pat is wrong\nDo better.", "refused")


@pytest.mark.parametrize("way", BOTH_WAYS)
@pytest.mark.parametrize("word", ["crash", "away"])
async def test_a_failure_of_ours_has_a_reference_that_the_log_knows(asked: Asked, way: str, word: str) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = await BOTH_WAYS[way](asked, word)
    shown = re.search(r"Reference: ([0-9A-F]{8})$", said(answer))
    assert shown
    assert [line["reference"] for line in logged] == [shown[1]]
    assert answer.outcome == "failed"


@pytest.mark.parametrize("way", BOTH_WAYS)
async def test_an_unexpected_failure_shows_nothing_of_itself(asked: Asked, way: str) -> None:
    answer = await BOTH_WAYS[way](asked, "crash")
    assert said(answer).startswith("Something went wrong on our side")
    assert not re.search(r"pat|123456|RuntimeError", said(answer))


@pytest.mark.parametrize(("how", "then"), [("newer", ["newer"]), ("same", []), ("badly", ["It is gone."])])
async def test_a_card_is_followed_by_a_newer_one_where_there_is_one(asked: Asked, how: str, then: list[str]) -> None:
    answer = await asked.types(f"renew {how}")
    assert (said(answer), answer.later is None) == ("known", False)
    assert answer.later is not None
    later = await answer.later()
    assert [each.card.plain for each in later] == then
    assert {each.place for each in (*answer.outgoing, *later)} == {Thread("the space", "the thread", is_direct=False)}
