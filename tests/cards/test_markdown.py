"""Text from outside comes out of a Markdown renderer as it went in: one paragraph, nothing active."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cards.markdown import escape
from helpdesk.platform.text.showing import isolated

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
    shown = isolated(text)
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
