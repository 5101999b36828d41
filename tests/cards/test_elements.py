"""Elements show what they are given, all of it, in sizes that Webex and a phone take."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.elements import (
    PAGE_BYTES,
    Card,
    Element,
    Tone,
    button,
    card,
    choice,
    facts,
    field,
    heading,
    line,
    long_text,
    pages,
    section,
    text,
    verbatim,
)
from cards.markdown import escape
from helpdesk.platform.text.showing import isolated
from tests.nodes import nodes

CARD_BYTES = 80 * 1024  # what Webex takes
TEXT_BYTES = 7_439
HOSTILE = "[pay](http://evil.example) <b> *x* {{DATE(2026-01-01T00:00:00Z)}} \u202e"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
ELEMENTS = st.lists(st.builds(text, WORDS), min_size=1, max_size=120)
BUTTONS = [button(title, "find.open", {"id": title}) for title in ("One", "Two", "Three")]


def of_type(found: Card, *names: str) -> list[dict[str, Any]]:
    return [node for node in nodes(found.json) if node.get("type") in names]


def runs(elements: list[Element]) -> str:
    return "".join(node["text"] for element in elements for node in nodes(element.model.to_dict()) if "text" in node)


@given(ELEMENTS)
def test_pages_lose_nothing_and_keep_the_order(elements: list[Element]) -> None:
    whole = card(elements, buttons=BUTTONS)
    assert [element for page in pages(whole) for element in page.elements] == elements
    assert all(page.elements for page in pages(whole))


@given(ELEMENTS)
def test_every_page_fits_a_message(elements: list[Element]) -> None:
    for page in pages(card(elements, buttons=BUTTONS)):
        assert len(json.dumps(page.json)) < CARD_BYTES / 2
        assert len(page.plain.encode()) <= TEXT_BYTES


@given(ELEMENTS)
def test_the_buttons_are_there_once_on_the_last_page(elements: list[Element]) -> None:
    *others, last = pages(card(elements, buttons=BUTTONS))
    assert last.buttons == tuple(BUTTONS)
    assert [page.buttons for page in others] == [()] * len(others)


def test_a_card_that_fits_is_one_page() -> None:
    whole = card(heading("Pat"), text("here"), buttons=BUTTONS)
    assert pages(whole) == [whole]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=500), st.text(max_size=5_000)), max_size=20))
def test_no_set_of_facts_is_larger_than_a_page(pairs: list[tuple[str, str]]) -> None:
    for element in facts(pairs):
        assert len(json.dumps(element.model.to_dict())) <= PAGE_BYTES
        assert len(element.plain.encode()) <= TEXT_BYTES


def test_a_long_list_of_short_words_is_spread_over_pages() -> None:
    licenses = ", ".join(f"Seat {number}" for number in range(20_000))
    whole = card(heading("Pat"), facts([("Licenses", licenses), ("Sites", "acme")]))
    assert max(len(json.dumps(page.json)) for page in pages(whole)) < CARD_BYTES / 2
    assert runs(list(whole.elements)).count("Seat") == 20_000


@given(st.lists(st.tuples(st.text("abc", min_size=1), st.text("ab -\u00a0@.", max_size=60)), max_size=40))
def test_facts_keep_every_pair_that_has_a_value_in_order(pairs: list[tuple[str, str]]) -> None:
    plain = "\n".join(element.plain for element in facts(pairs))
    wanted = [f"{title}: {isolated(value)}" for title, value in pairs if value]
    assert plain == "\n".join(wanted)


@pytest.mark.parametrize("value", ["pat.lindqvist@acme.example", "Y2lzY29zcGFyazovL3Vz", "x" * 5_000])
def test_a_long_word_has_the_cards_whole_width(value: str) -> None:
    found = card(facts([("Short", "word"), ("Long", value), ("Other", "word")]))
    sets = of_type(found, "FactSet")
    assert [fact["title"] for each in sets for fact in each["facts"]] == ["Short", "Other"]
    assert runs(list(found.elements)) == f"Long\u2002{value}"


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1, max_size=12))
def test_all_buttons_are_shown_in_order_in_rows_that_fit_a_phone(titles: list[str]) -> None:
    found = card(heading("x"), buttons=[button(title, "find.open") for title in titles])
    rows = (
        [found.json["actions"]] if "actions" in found.json else [row["actions"] for row in of_type(found, "ActionSet")]
    )
    assert [each["title"] for row in rows for each in row] == [isolated(title) for title in titles]
    for row in rows:
        assert len(row) == 1 or sum(7 * len(each["title"]) + 32 for each in row) <= 260
        assert len(row) <= 6


@pytest.mark.parametrize("made", [heading(HOSTILE), text(HOSTILE), section(HOSTILE), *long_text(HOSTILE)])
def test_a_text_block_is_escaped(made: Element) -> None:
    assert made.model.to_dict()["text"] == escape(HOSTILE)
    assert made.plain == isolated(HOSTILE)


def test_facts_and_lines_are_escaped() -> None:
    (short,) = facts([("*a*", "[b](c)")])
    assert short.model.to_dict()["facts"] == [{"title": "\\*a\\*", "value": "\\[b\\](c)"}]
    hit = line(HOSTILE, HOSTILE, BUTTONS[0])
    assert {node["text"] for node in nodes(hit.model.to_dict()) if node.get("type") == "TextBlock"} == {escape(HOSTILE)}


@given(st.text(), st.integers(0, 3))
def test_what_a_machine_said_reads_letter_by_letter(said: str, braces: int) -> None:
    content = f"{said}{'{' * braces}DATE(2026-01-01T00:00:00Z)}}}}"
    made = verbatim(content)
    assert runs(made) == isolated(content)
    assert not [node for element in made for node in nodes(element.model.to_dict()) if "{{" in str(node.get("text"))]


def test_an_endless_answer_of_a_machine_is_spread_over_pages() -> None:
    whole = card(heading("Last email"), verbatim("550 no. " * 20_000))
    assert max(len(json.dumps(page.json)) for page in pages(whole)) <= CARD_BYTES / 2
    assert runs(list(whole.elements)[1:]).count("550") == 20_000


def test_titles_and_labels_show_what_is_hidden() -> None:
    made = [
        button("a\u202eb", "find.open"),
        field("f", "a\u202eb", "a\u202eb", placeholder="a\u202eb", value="a\u202eb"),
    ]
    made.append(choice("c", "a\u202eb", {"x": "a\u202eb"}, "x"))
    assert "\u202e" not in json.dumps([each.model.to_dict() for each in made], ensure_ascii=False)


def test_a_button_that_reads_no_inputs_asks_for_none() -> None:
    without, with_inputs = button("a", "a.b").model.to_dict(), button("a", "a.b", reads_inputs=True).model.to_dict()
    assert (without["associatedInputs"], with_inputs["associatedInputs"]) == ("none", "auto")


def test_a_button_says_what_it_is_about_for_whom_how_often_and_how_long() -> None:
    made = button("Go", "find.open", {"id": 1}, only_for="ana", once=True, life=timedelta(minutes=5))
    assert made.model.to_dict()["data"] == {
        "action": "find.open",
        "about": {"id": 1},
        "only_for": "ana",
        "once": True,
        "life": 300,
    }


def test_missing_buttons_are_left_out_and_groups_are_flattened() -> None:
    made = card(heading("a"), [text("b"), text("c")], [], buttons=[None, BUTTONS[0], None])
    assert made.plain == "a\nb\nc"
    assert made.buttons == (BUTTONS[0],)


@pytest.mark.parametrize("tone", Tone)
def test_every_tone_is_one_that_cards_know(tone: Tone) -> None:
    assert heading("x", tone).model.to_dict().get("color", "default") in {"default", "good", "attention", "warning"}
