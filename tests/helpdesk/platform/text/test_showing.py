"""Foreign text is shown so that nothing in it is hidden, breaks a line or turns it; what people write stays."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.platform.text.showing import csv_cell, isolated, json_text, visible
from tests.hostile import HOSTILE, dangerous

ROOT = Path(__file__).parents[4]
NEEDED = {"\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))}
NEEDED |= set("\u180b\u180c\u180d\u180f") | set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
NEEDED |= {"\U000110bd", "\U000110cd"}
# What people are called and write, in the scripts that need characters which nobody sees.
WRITTEN = {
    "a programmer": "👩\u200d💻",
    "a family": "👨\u200d👩\u200d👧",
    "a rainbow flag": "🏳️\u200d🌈",
    "a skin tone": "👩🏽\u200d🚀",
    "a heart on fire": "❤️\u200d🔥",
    "a keycap": "1\ufe0f\u20e3",
    "a telephone in black and white": "☎\ufe0e",
    "the flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "Persian": "می\u200cخواهم",
    "Hindi": "क्\u200dष",
    "Malayalam, at the end of a word": "രാജന്\u200d",
    "Sinhala": "ශ්\u200dරී",
    "Mongolian": "ᠠ᠋",
    "a Japanese name": "葛\U000e0100城",
    "full-width": "株式会社ＡＢＣ＝１",
    "Arabic": "محمد علي",
    "Hebrew with points": "שָׁלוֹם",
    "a number sign of Arabic": "\u0600١٢",
    "combined accents": "Jose\u0301 Nguye\u0302\u0303n",
    "French": "Réf\u00a0: 12\u202f345",
}
HIDDEN = {
    "a joiner between Latin letters": "é\u200dé",
    "a joiner before an address": "pat\u200c@acme.example",
    "two joiners": "م\u200d\u200dم",
    "a selector behind a letter": "a\ufe0f",
    "two selectors": "👩\ufe0f\ufe0f",
    "a variant behind a letter": "a\U000e0101",
    "two variants": "葛\U000e0100\U000e0101",
    "tags": "x\U000e0041",
    "tags of no flag": "🏴\U000e0067\U000e0062",
    "an unassigned tag": "a\U000e01f0b",
    "no character": "\ufdd0 \U0001ffff",
    "a mark of direction": "a\u061c\u200e\u200f",
    "marks stacked up": "e" + "\u0301" * 20,
    "a blank that is a letter": "a\u3164\u115f\u2800",
}


@given(st.text())
@example(HOSTILE)
def test_nothing_that_cannot_be_seen_is_left(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    left = {letter for letter in visible(text) if unicodedata.category(letter) in hidden}
    assert left <= NEEDED


def test_nothing_of_a_hostile_name_is_left() -> None:
    assert dangerous(visible(HOSTILE), allowed="") == []
    assert dangerous(csv_cell(HOSTILE), allowed="") == []
    assert dangerous(json_text(json.dumps(HOSTILE, ensure_ascii=False)), allowed="") == []


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
    assert shown in isolated(f"{letter}pat")


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_is_shown_where_it_could_only_hide(joiner: str) -> None:
    assert visible(f"pat{joiner}@acme.example") == f"pat⟨U+{ord(joiner):04X}⟩@acme.example"


def test_no_break_spaces_stay_and_lines_become_one() -> None:
    assert visible("Réf\u00a0: 12\u202f345") == "Réf\u00a0: 12\u202f345"
    assert visible(" one\r\n\ttwo\u2028three\x85four ") == "one two three four"


@given(st.text())
def test_what_is_visible_stays_as_it_is_when_shown_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_the_same_characters_elsewhere_are_shown(text: str) -> None:
    assert "⟨U+" in visible(text)


@pytest.mark.parametrize("name", ["محمد علي", "שלום", "محمد ١٢٣ علي"])
def test_a_name_from_right_to_left_is_kept_from_what_stands_beside_it(name: str) -> None:
    assert isolated(f"Verified {name} 12 min (3) left") == f"Verified \u2068{name}\u2069 12 min (3) left"


def test_brackets_and_commas_between_two_names_stay_where_they_are() -> None:
    assert isolated("محمد (علي), x") == "\u2068محمد\u2069 (\u2068علي\u2069), x"


def test_isolation_that_came_from_outside_is_shown() -> None:
    assert isolated("\u2068محمد\u2069") == "⟨U+2068⟩\u2068محمد\u2069⟨U+2069⟩"


@given(st.text(alphabet=st.sampled_from("aב،1 ١\u064b.(ع")))
def test_isolation_changes_nothing_but_itself(text: str) -> None:
    line = isolated(text)
    assert line.replace("\u2068", "").replace("\u2069", "") == visible(text)
    assert re.fullmatch("([^\u2068\u2069]*\u2068[^\u2068\u2069]+\u2069)*[^\u2068\u2069]*", line)
    assert not re.search("[בع،١\u064b]", re.sub("\u2068[^\u2069]*\u2069", "", line))


FORMULAS = [*"=+-@", *"＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋﬩", *"\u2212\u2010\u2013\u2014"]


@pytest.mark.parametrize("sign", FORMULAS)
@pytest.mark.parametrize("before", ["", " ", "\t", "\r\n", "\u00a0", "\u3000"])
def test_no_cell_begins_like_a_formula(sign: str, before: str) -> None:
    assert csv_cell(f"{before}{sign}1+1") == f"'{sign}1+1"


def test_other_cells_stay_as_they_are() -> None:
    for text in ("", "plain", "a=b", "株式会社ＡＢＣ＝１", "محمد", "ｔｅｌ", "1-2", "'quoted'"):
        assert csv_cell(text) == text


@given(st.text())
def test_json_holds_the_same_text_without_what_cannot_be_seen(text: str) -> None:
    written = json_text(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert not {letter for letter in written if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}


# Whoever adds a way out to people adds it to what makes it safe, and to this list.
WAYS_OUT = {
    "typer.echo(": {"bot/cli/command_line.py"},
    "print(": set(),
    "csv.writer(": {"helpdesk/bulk/results.py", "helpdesk/audit/exporting.py"},
    "Environment(": {"helpdesk/mail/letter.py"},
    "aiohttp_jinja2.setup(": {"bot/pages/ground.py"},
    "TextBlock(": {"cards/elements.py"},
    "Mail(to=": {"helpdesk/mail/letter.py"},
    "|safe": set(),
    "Markup(": set(),
}


@pytest.mark.parametrize("call", WAYS_OUT)
def test_there_are_no_other_ways_to_people(call: str) -> None:
    files = [path for folder in ("bot", "commands", "cards", "helpdesk") for path in (ROOT / folder).rglob("*")]
    texts = {path: path.read_text() for path in files if path.suffix in {".py", ".j2"}}
    calls = re.compile(rf"(?<![\w.]){re.escape(call)}" if call[0].isalpha() else re.escape(call))
    assert {str(path.relative_to(ROOT)) for path, text in texts.items() if calls.search(text)} == WAYS_OUT[call]
