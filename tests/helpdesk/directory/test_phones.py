"""A phone number is found by in E.164 however it is spelt; what is none is not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.phones import e164, read_phone, read_phone_elsewhere, shown, stored_number

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
    assert phone is None or all(number.isdecimal() or e164(number) == number for number in phone.numbers)


def test_a_number_without_its_country_is_not_stored_as_one() -> None:
    assert e164("030 23125100") is None
    assert e164("+49 30 23125-100") == BERLIN


def test_a_number_is_shown_as_its_country_writes_it_and_anything_else_as_it_stands() -> None:
    assert shown(LONDON) == "+44 20 7946 0200"
    assert shown("4711") == "4711"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("+52 1 55 4525 8448", "+525545258448"),
        ("+52 044 55 4525 8448", "+525545258448"),
        ("0052 1 55 4525 8448", "+525545258448"),
        ("5215545258448", "+525545258448"),
        ("+54 11 15 2345 6789", "+5491123456789"),
        ("+54 11 2345 6789", "+5491123456789"),
        ("+55 11 8765-4321", "+5511987654321"),
        ("+225 07 12 34 56", "+2250707123456"),
        ("+229 97 12 34 56", "+2290197123456"),
        ("+241 06 12 34 56", "+24166123456"),
        ("+57 1 234 5678", "+576012345678"),
        ("+84 162 345 6789", "+84323456789"),
        ("+39 6 1234567", "+39061234567"),
        ("+7 095 123 45 67", "+74951234567"),
        ("+44 171 234 5678", "+442072345678"),
    ],
)
def test_an_older_or_regional_form_leads_to_the_newer_one_and_back(older: str, newer: str) -> None:
    phone, today = read_phone(older), read_phone(newer)
    assert phone is not None
    assert today is not None
    assert newer in phone.numbers
    assert stored_number(older) in phone.numbers
    if older.startswith("+") and "044" not in older and "15 2" not in older:
        assert stored_number(older) in today.numbers


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("1 55 4525 8448", "MX", "+525545258448"),
        ("044 55 4525 8448", "MX", "+525545258448"),
        ("01 55 4525 8448", "MX", "+525545258448"),
        ("55 4525 8448", "MX", "+525545258448"),
        ("07 12 34 56 78", "CI", "+2250712345678"),
        ("0162 345 6789", "VN", "+84323456789"),
    ],
)
def test_the_customers_country_decides_where_none_is_written(text: str, country: str, number: str) -> None:
    phone = read_phone(text, country)
    assert phone is not None
    assert number in phone.numbers[:2]
    assert stored_number(text, country) in phone.numbers


@pytest.mark.parametrize("text", ["+999 1234-5678", "+44 1", "+1 555 01", "+800 1"])
def test_what_the_library_calls_invalid_is_taken_by_its_digits(text: str) -> None:
    digits = "".join(filter(str.isdecimal, text))
    phone = read_phone(text)
    assert (phone is None) == (len(digits) < 5)
    assert phone is None or phone.numbers == (f"+{digits}",) == (e164(text),)


def test_a_number_without_a_known_country_is_stored_and_found_by_its_digits() -> None:
    assert stored_number("030 23125-100") == "03023125100"
    phone = read_phone("(030) 23125 100")
    assert phone is not None
    assert phone.numbers[-1] == "03023125100"
    assert stored_number("4711") == "4711"


def test_countries_that_are_not_tried_at_first_are_tried_at_last() -> None:
    phone = read_phone_elsewhere("07 12 34 56 78")
    assert phone is not None
    assert "+2250712345678" in phone.numbers
    assert read_phone_elsewhere("+225 07 12 34 56 78") is None
    assert read_phone_elsewhere("Pat 07") is None
