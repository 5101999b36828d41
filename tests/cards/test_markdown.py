"""Text from outside comes out of a Markdown renderer as it went in: one paragraph, nothing active, nothing hidden."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cards.markdown import escape, visible

MARKUP = [
    *"\\`*_[]()<>~|#+-=!.:;&{}\"'/@ \n\t",
    "&amp;",
    "&#60;",
    "1.",
    "2)",
    "http://x.example",
    "<b>",
    "a",
    "Z",
    "9",
    "é",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(MARKUP), max_size=20).map("".join))
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "[pay](http://evil.example)",
    "![x](http://evil.example/a.png)",
    "<b>Eve</b>",
    "<http://evil.example>",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "---",
    "===",
    "```code```",
    "`code`",
    "    code",
    "a | b\n--|--\n1 | 2",
    "&lt;b&gt; &#x3C;",
    "\\[x](y)",
    "[a]: http://evil.example",
    "_é_ é_a_ __",
]


@given(TEXTS)
@example("\\")
@example("a\\\\*b*")
@example("&amp;amp;")
def test_any_text_is_shown_letter_by_letter_in_one_paragraph(text: str) -> None:
    shown = visible(text)
    tokens = RENDERER.parse(escape(text))
    if not shown:
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == shown


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_is_shown_and_not_active(text: str) -> None:
    html = RENDERER.render(escape(text)).strip()
    assert re.fullmatch(r"<p>[^<>]*</p>", html)


@given(st.lists(st.sampled_from(["{", "}", "{{", "DATE(2026-01-01T00:00:00Z)", "TIME(x)", "\\", " "])).map("".join))
@example("{{DATE(2026-01-01T00:00:00Z)}}")
@example("{{{DATE(2026-01-01T00:00:00Z)}}}")
def test_no_two_braces_open_beside_each_other_so_no_date_function_starts(text: str) -> None:
    assert "{{" not in escape(text)


@given(st.text())
def test_nothing_that_cannot_be_seen_is_left(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    left = {letter for letter in visible(text) if unicodedata.category(letter) in hidden}
    assert left <= {"\u200c", "\u200d"}


@pytest.mark.parametrize(
    ("letter", "shown"),
    [
        ("\x00", "⟨U+0000⟩"),
        ("\x1b", "⟨U+001B⟩"),
        ("\u202e", "⟨U+202E⟩"),
        ("\u2066", "⟨U+2066⟩"),
        ("\u200b", "⟨U+200B⟩"),
        ("\ufeff", "⟨U+FEFF⟩"),
        ("\u00ad", "⟨U+00AD⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\u3164", "⟨U+3164⟩"),  # a blank by looks, a letter by name
        ("\u2800", "⟨U+2800⟩"),
        ("\u034f", "⟨U+034F⟩"),
    ],
)
def test_an_invisible_character_is_shown_as_its_code_point(letter: str, shown: str) -> None:
    assert visible(f"pat{letter}lee") == f"pat{shown}lee"
    assert shown in escape(f"{letter}pat")


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_is_shown_where_it_could_only_hide(joiner: str) -> None:
    assert visible(f"pat{joiner}@acme.example") == f"pat⟨U+{ord(joiner):04X}⟩@acme.example"


@pytest.mark.parametrize("text", ["👩\u200d💻", "👨\u200d👩\u200d👧", "🏳️\u200d🌈", "می\u200cخواهم", "क्\u200dष"])
def test_joiners_stay_where_words_and_emoji_need_them(text: str) -> None:
    assert visible(text) == text
    assert escape(text) == text


def test_no_break_spaces_stay_and_lines_become_one() -> None:
    assert visible("Réf\u00a0: 12\u202f345") == "Réf\u00a0: 12\u202f345"
    assert visible(" one\r\n\ttwo\u2028three\x85four ") == "one two three four"


@given(st.text())
def test_what_is_visible_stays_as_it_is_when_shown_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)
