"""The one box tells addresses, ids, domains and names apart, however they were pasted."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.names import name_words
from helpdesk.directory.reading import LONGEST, Kind, Reading, read
from helpdesk.errors import BadInput
from helpdesk.pasted import clean
from tests.helpdesk.texts import ADDRESSES, SPELLINGS, WRAPPED

ANY = st.text(max_size=LONGEST) | st.text(alphabet=" \u200b<>@.:/%_*\"'\x00-abÅ＠１東\ud800", max_size=40)


@given(text=ANY)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadInput):
        readings = read(text)
        assert readings
        assert all(reading.text and "\x00" not in reading.text for reading in readings)


@given(address=ADDRESSES, wrapped=st.sampled_from(WRAPPED))
def test_an_address_in_any_wrapping_is_an_email(address: str, wrapped: str) -> None:
    assert read(wrapped.format(address)) == [Reading(Kind.EMAIL, address.lower())]


@pytest.mark.parametrize(
    "text",
    [
        "ｐａｔ＠ａｃｍｅ．ｅｘａｍｐｌｅ",
        "ｐat＠acme.example",
        "p\u200bat@ac\u00adme.example",
        "pat@acme\u2060.example",
    ],
)
def test_an_address_in_odd_letters_is_an_email(text: str) -> None:
    assert read(text) == [Reading(Kind.EMAIL, "pat@acme.example")]


@given(key=st.uuids().map(str), around=st.sampled_from(["{}", " {} ", "<{}>", "“{}”", "({}).", "`{}`", "\u200b{}"]))
def test_an_id_in_any_form_and_wrapping_is_an_id(key: str, around: str) -> None:
    padded = base64.b64encode(f"ciscospark://us/PEOPLE/{key}".encode()).decode()
    for form in (key, key.upper(), padded, padded.rstrip("=")):
        assert read(around.format(form)) == [Reading(Kind.ID, key)]


@pytest.mark.parametrize(
    "text",
    [
        "acme.example",
        "ACME.Example",
        "@acme.example",
        "acme.example.",
        "(acme.example),",
        "https://acme.example/a/b?c=d",
        "http://acme.example?c",
        "https://acme.example:8443/",
        "acme.example#attendee",
        "a\u200bcme.example",
        "ａｃｍｅ．ｅｘａｍｐｌｅ",
    ],
)
def test_a_domain_or_site_is_read_without_what_surrounds_it(text: str) -> None:
    assert read(text)[0] == Reading(Kind.DOMAIN, "acme.example")


def test_what_looks_like_a_domain_may_be_a_name_as_well() -> None:
    assert [reading.kind for reading in read("J.Smith")] == [Kind.DOMAIN, Kind.NAME]


@pytest.mark.parametrize("name", [name for name, _ in SPELLINGS])
def test_a_name_is_a_name(name: str) -> None:
    (reading,) = read(f" “{name}”. ")
    assert reading.kind is Kind.NAME
    assert name_words(reading.text) == name_words(name)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "<>", "%", "***", "…", "_", "🙂", "\x00", "@", "\ud800"])
def test_a_text_with_nothing_to_look_for_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="Nothing in that"):
        read(text)


def test_a_text_too_long_is_refused_by_its_length() -> None:
    assert read("x" * LONGEST)
    with pytest.raises(BadInput) as refused:
        read("x" * (LONGEST + 1))
    assert refused.value.text.values == {"length": LONGEST + 1, "most": LONGEST}


@given(text=st.text())
def test_a_clean_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    assert len(clean(text).splitlines()) <= 1
    assert clean(clean(text)) == clean(text) == clean(text).strip()
