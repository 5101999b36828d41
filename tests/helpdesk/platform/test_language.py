"""The catalogs are whole and well set; a language says messages, counts and values its readers' way."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from helpdesk.platform.language import ENGLISH, LANGUAGES, SOURCE, Language, Text, language

ROOT = Path(__file__).parents[3]
PACKAGES = ("bot", "cards", "commands", "helpdesk")
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
KEYWORDS = {"say": (1,), "Text": (1,), "many": (1, 2)}
TRANSLATED = sorted(set(LANGUAGES) - {SOURCE})

FRENCH = Language("fr")
NEW_YEAR = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))


def _catalog(code: str) -> Catalog:
    with (ROOT / f"helpdesk/locale/{code}/helpdesk.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def _messages(code: str) -> list[Message]:
    return [message for message in _catalog(code) if message.id]


def _extracted() -> set[str | tuple[str, ...]]:
    """Every message that code or a template says; singular and plural as a pair."""
    return {
        message
        for package in PACKAGES
        for _, _, message, _, _ in extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS)
    }


def _forms(of: str | Sequence[str] | None) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(of or ("",))


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _french() -> Iterator[str]:
    return (form for message in _messages("fr") for form in _forms(message.string))


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_and_nothing_else(code: str) -> None:
    catalog = _catalog(code)
    translated = {_forms(message.id) for message in catalog if message.id and all(_forms(message.string))}
    said = {_forms(message) for message in _extracted()}
    assert ("Not verified",) in said, "the search for messages finds none"
    assert translated == said
    assert not catalog.obsolete
    assert not [message.id for message in catalog if message.id and message.fuzzy]


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(code: str) -> None:
    for message in _messages(code):
        wanted = _placeholders(_forms(message.id)[0])
        for form in (*_forms(message.id), *_forms(message.string)):
            assert _placeholders(form) == wanted, form


def test_no_message_looks_inside_its_values() -> None:
    """`{name.attribute}`, `{name[0]}`, `{name!r}` and `{name:>9}` would format; values are only put in."""
    plain = re.compile(r"[a-z_]+")
    for form in (*_french(), *(form for message in _extracted() for form in _forms(message))):
        for _, name, spec, conversion in Formatter().parse(form):
            assert name is None or (plain.fullmatch(name) and not spec and not conversion), form


def test_french_sets_a_no_break_space_before_double_punctuation() -> None:
    # A colon between letters or digits belongs to a time or an address: 14:05, https://
    unset = re.compile(r"(?<!\u00a0)[;!?»]|(?<![\u00a0\w]):|(?<=\w):(?![\w/])|«(?!\u00a0)")
    assert [form for form in _french() if unset.search(form)] == []


def test_french_has_its_own_quotation_marks_and_apostrophes() -> None:
    assert [form for form in _french() if re.search("[“”\"']", form)] == []


def test_french_messages_end_as_the_english_ones_do() -> None:
    differing = [
        message.id
        for message in _messages("fr")
        for english, french in zip(_forms(message.id), _forms(message.string), strict=True)
        if english.endswith(".") != french.endswith(".") or english[0].isupper() != french[0].isupper()
        if not english.startswith(("{", "“"))
    ]
    assert differing == []


def test_commands_keep_their_keyword() -> None:
    for english in ("find <text>", "verify <address>", "email <address>", "unsuppress <address>"):
        assert FRENCH(english).split()[0] == english.split()[0]
    assert FRENCH("Run: helpdesk db upgrade").endswith("helpdesk db upgrade")


@pytest.mark.parametrize("code", ["fr", "FR", "fr-CA", "fr_FR"])
def test_a_region_is_spoken_to_in_its_language(code: str) -> None:
    assert language(code) == FRENCH


@pytest.mark.parametrize("code", ["de", "de-CH", "french", "en", "en_US", "../fr", "", None])
def test_any_other_code_is_spoken_to_in_english(code: str | None) -> None:
    assert language(code) == ENGLISH


def test_a_message_without_a_translation_is_said_in_english() -> None:
    assert FRENCH("Nobody says {this}", this=1) == "Nobody says 1"


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 tries left.", "0 essai restant."),
        (1, "1 try left.", "1 essai restant."),
        (2, "2 tries left.", "2 essais restants."),
    ],
)
def test_the_plural_fits_the_count_in_each_language(count: int, english: str, french: str) -> None:
    forms = ("{count} try left.", "{count} tries left.")
    assert ENGLISH.many(*forms, count) == english
    assert FRENCH.many(*forms, count) == french


def test_a_text_among_the_values_is_said_in_the_readers_language() -> None:
    status = Text("Last email: {status}", status=Text("In progress"))
    assert ENGLISH(status) == "Last email: In progress"
    assert FRENCH(status) == "Dernier e-mail\u00a0: En cours"


def test_a_time_among_the_values_is_written_in_utc_the_readers_way() -> None:
    message = "The next code can be sent at {time}. Until then, use another proof."
    assert "31 Dec 2025, 23:30 UTC" in ENGLISH(message, time=NEW_YEAR)
    assert "le 31 déc. 2025, 23:30 UTC" in FRENCH(message, time=NEW_YEAR)


def test_a_length_of_time_among_the_values_is_whole_minutes_rounded_up() -> None:
    life = Text("It is good for {life} and can be used once.", life=timedelta(minutes=9, seconds=1))
    assert re.search(r"valable 10\smin et", FRENCH(life))
    assert re.search(r"good for 10\smin and", ENGLISH(life))


def test_dates_and_numbers_are_written_the_readers_way() -> None:
    day = datetime(2026, 8, 1, tzinfo=UTC)
    assert (ENGLISH.date(day), ENGLISH.number(12345)) == ("1 Aug 2026", "12,345")
    assert FRENCH.date(day) == "1 août 2026"
    assert re.fullmatch(r"12\s345", FRENCH.number(12345))


@pytest.mark.parametrize("value", ["{x}", "{0.__class__}", "{name.__class__}", "{", "}}", "%(name)s"])
@pytest.mark.parametrize("say", [ENGLISH, FRENCH])
def test_braces_in_a_value_are_shown_and_never_formatted(say: Language, value: str) -> None:
    assert say("Approved: {name}", name=value).endswith(value)
    assert say(Text("Last email: {status}", status=Text("Approved: {name}", name=value))).endswith(value)


def test_a_text_as_a_string_shows_no_values() -> None:
    text = Text("Code sent to {where}", where="pat@acme.example")
    assert str(text) == f"{text}" == "Code sent to {where}"
