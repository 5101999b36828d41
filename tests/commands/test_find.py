"""One hit opens, several are listed page by page, none says what comes close."""

import pytest

from cards.elements import Card
from commands import find
from helpdesk.directory import NotFound
from helpdesk.platform.errors import BadInput
from helpdesk.search import HitKind
from helpdesk.search.keys import END
from helpdesk.services import Helpdesk
from tests.chat import PAT
from tests.commands.asking import LEE, pressed, typed


def about(card: Card, title: str) -> dict[str, object]:
    """What the button with this title is about."""
    (found,) = [each.model.to_dict() for each in card.buttons if each.model.title == title]
    return dict(found["data"]["about"])


async def test_nothing_behind_the_keyword_shows_the_form(desk: Helpdesk) -> None:
    assert (await find.look_up(typed("  \n"), desk)).plain.startswith("Look something up")


@pytest.mark.parametrize("text", [PAT, PAT.upper(), f"<mailto:{PAT}>", "“Pat Lindqvist”", "lindqvist  PAT"])
async def test_the_only_hit_is_opened(desk: Helpdesk, text: str) -> None:
    assert (await find.look_up(typed(text), desk)).plain.startswith("Pat Lindqvist\nNot verified")


async def test_pages_follow_each_other_without_a_gap_or_a_repetition(desk: Helpdesk) -> None:
    card, seen = await find.look_up(typed("a"), desk), []
    for _ in range(4):
        seen += [element.plain for element in card.elements if element.plain.startswith("- ")]
        card = await find.next_page(pressed(about(card, "Next page")), desk)
    assert len(seen) == len(set(seen)) == 20


@pytest.mark.parametrize("after", [["person", "zzzz", "x", END, 99], ["person", " \U0010ffff", "", END, 99]])
async def test_behind_the_last_hit_there_is_no_page(desk: Helpdesk, after: list[object]) -> None:
    card = await find.next_page(pressed({"text": "pat", "organization": None, "after": after}), desk)
    assert card.plain == "That was the last page"


async def test_a_customer_that_is_gone_has_no_next_page(desk: Helpdesk) -> None:
    with pytest.raises(NotFound):
        await find.next_page(pressed({"text": "pat", "organization": "gone", "after": ["person", "", ""]}), desk)


@pytest.mark.parametrize("kind", HitKind)
async def test_what_was_deleted_meanwhile_is_said_to_be_gone(desk: Helpdesk, kind: HitKind) -> None:
    with pytest.raises(NotFound):
        await find.open_hit(pressed({"kind": kind.value, "id": "gone"}), desk)


@pytest.mark.parametrize("query", ["", " ", "\u200b", "x" * 201])
async def test_a_form_posted_with_nothing_to_look_for_is_refused(desk: Helpdesk, query: str) -> None:
    with pytest.raises(BadInput):
        await find.search(pressed(query=query), desk)
    with pytest.raises(BadInput):
        await find.search(pressed(), desk)


async def test_a_search_inside_a_customer_finds_nobody_of_another(desk: Helpdesk) -> None:
    acme = await find.look_up(typed("Acme"), desk)
    nordlys = await find.look_up(typed("nordlys"), desk)
    inside, outside = about(acme, "Search"), about(nordlys, "Search")
    assert (await find.search(pressed(inside, query=PAT), desk)).plain.startswith("Pat Lindqvist")
    assert (await find.search(pressed(outside, query=PAT), desk)).plain.startswith("Nothing found")


async def test_an_agent_sees_no_button_they_may_not_press(desk: Helpdesk) -> None:
    card = await find.look_up(typed(PAT, LEE), desk)
    assert [each.model.title for each in card.buttons] == ["Send code", "Clear suppression", "Email status", "Customer"]
