"""A phone number is found by in E.164 however it is spelt; what is none is not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.phones import e164, read_phone, shown

NEW_YORK, LONDON, BERLIN = "+12125550112", "+442079460200", "+493023125100"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+1 212 555 0112", NEW_YORK),
        ("+1 (212) 555-0112", NEW_YORK),
        ("1-212-555-0112", NEW_YORK),
        ("(212) 555-0112", NEW_YORK),
        ("212.555.0112", NEW_YORK),
        ("2125550112", NEW_YORK),
        ("011 44 20 7946 0200", LONDON),
        ("00 44 20 7946 0200", LONDON),
        ("+44 (0)20 7946 0200", LONDON),
        ("020 7946 0200", LONDON),
        ("+49 30 23125-100", BERLIN),
        ("+49 (0) 30 / 23125 100", BERLIN),
        ("030/23125100", BERLIN),
        ("0049 30 23125100", BERLIN),
    ],
)
def test_every_national_and_international_spelling_leads_to_the_number(text: str, number: str) -> None:
    phone = read_phone(text)
    assert phone is not None
    assert number in phone.numbers
    assert phone.extension is None


@pytest.mark.parametrize(("country", "first"), [("DE", "+493023125100"), ("GB", "+443023125100"), (None, None)])
def test_the_country_that_is_known_is_tried_first(country: str | None, first: str | None) -> None:
    phone = read_phone("030 23125100", country)
    assert phone is not None
    assert first in (None, phone.numbers[0])


@pytest.mark.parametrize("behind", [" ext. 45", " x45", ";ext=45", ", ext 45", " #45", " extension 45", " poste 45"])
def test_an_extension_is_told_from_the_number(behind: str) -> None:
    phone = read_phone(f"+1 212 555 0112{behind}")
    assert phone is not None
    assert (phone.numbers, phone.extension) == ((NEW_YORK,), "45")


def test_a_number_that_spells_a_word_is_dialled() -> None:
    phone = read_phone("1-800-FLOWERS")
    assert phone is not None
    assert phone.numbers[0] == "+18003569377"


@pytest.mark.parametrize(
    "text", ["", "+", "12", "+1 212 555 O112", "Pat 212", "+999999999999999999", "1-800", "212-555-0112 Pat", "x45"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_phone(text) is None


@given(st.text(alphabet="+0123456789 ()-./xextE#;=,\u200f٣", max_size=40))
def test_any_text_is_read_without_an_error_and_in_e164(text: str) -> None:
    phone = read_phone(text)
    assert phone is None or all(e164(number) == number for number in phone.numbers)


def test_a_number_without_its_country_is_not_stored_as_one() -> None:
    assert e164("030 23125100") is None
    assert e164("+49 30 23125-100") == BERLIN


def test_a_number_is_shown_as_its_country_writes_it_and_anything_else_as_it_stands() -> None:
    assert shown(LONDON) == "+44 20 7946 0200"
    assert shown("4711") == "4711"
