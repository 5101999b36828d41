"""The one box tells addresses, ids, domains and names apart, however they were pasted."""

import base64
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.directory.reading import LONGEST, QueryKind, Reading, read
from helpdesk.platform.errors import BadInput
from helpdesk.platform.text.names import name_words
from helpdesk.platform.text.pasted import clean
from tests.helpdesk.platform.text.texts import ADDRESSES, SPELLINGS, WRAPPED

ANY = st.text(max_size=LONGEST) | st.text(alphabet=" \u200b<>@.:/%_*\"'\x00-abÅ＠１東\ud800", max_size=40)


@given(text=ANY)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadInput):
        readings = read(text)
        assert readings
        assert all(reading.text and "\x00" not in reading.text for reading in readings)


@given(address=ADDRESSES, wrapped=st.sampled_from(WRAPPED))
def test_an_address_in_any_wrapping_is_an_email(address: str, wrapped: str) -> None:
    # Behind a `?`, a mailto: link tells more than the address (RFC 6068).
    assume("mailto:" not in wrapped.lower() or "?" not in address)
    # Addresses of devices look alike.
    assert read(wrapped.format(address)) == [
        Reading(QueryKind.EMAIL, address.lower()),
        Reading(QueryKind.SIP, address.lower()),
    ]


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
    assert read(text)[0] == Reading(QueryKind.EMAIL, "pat@acme.example")


@given(key=st.uuids().map(str), around=st.sampled_from(["{}", " {} ", "<{}>", "“{}”", "({}).", "`{}`", "\u200b{}"]))
def test_an_id_in_any_form_and_wrapping_is_an_id(key: str, around: str) -> None:
    padded = base64.b64encode(f"ciscospark://us/PEOPLE/{key}".encode()).decode()
    for form in (key, key.upper(), padded, padded.rstrip("=")):
        assert read(around.format(form)) == [Reading(QueryKind.ID, key)]


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
    assert read(text)[0] == Reading(QueryKind.DOMAIN, "acme.example")


def test_what_looks_like_a_domain_may_be_a_name_as_well() -> None:
    assert [reading.kind for reading in read("J.Smith")] == [QueryKind.DOMAIN, QueryKind.NAME]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("sip:desk@acme.example", "sip email"),
        ("00:00:5E:00:53:11", "mac name"),
        ("00005e005311", "mac serial order subscription name"),
        ("123456789012", "phone mac order serial subscription name"),
        ("4711", "extension order serial subscription name"),
        ("471147", "extension phone order serial subscription name"),
        ("2125550112", "phone extension order serial subscription name"),
        ("+1 212 555 0112", "phone name"),
        ("(212) 555-0112", "phone name"),
        ("FOC2145N0AB", "serial order subscription name"),
        ("W2048110", "order serial subscription name"),
        ("Sub204811", "subscription order serial name"),
        ("+1 212 555 O112", "name"),
        ("Route 66", "name"),
        ("serial killer", "name"),
    ],
)
def test_a_text_that_may_be_several_kinds_is_each_of_them_likeliest_first(text: str, kinds: str) -> None:
    assert [reading.kind.value for reading in read(text)] == kinds.split()


@pytest.mark.parametrize(
    ("text", "kind", "form"),
    [
        ("MAC: 0000.5e00.5311", QueryKind.MAC, "00:00:5E:00:53:11"),
        ("S/N foc2145n0ab", QueryKind.SERIAL, "FOC2145N0AB"),
        ("serial number: FOC2145N0AB.", QueryKind.SERIAL, "FOC2145N0AB"),
        ("tel:+1-212-555-0112", QueryKind.PHONE, "+12125550112"),
        ("ext 4711", QueryKind.EXTENSION, "4711"),
        ("x4711", QueryKind.EXTENSION, "4711"),
        ("poste 4711", QueryKind.EXTENSION, "4711"),
        ("order W2048110", QueryKind.ORDER, "W2048110"),
        ("subscription #Sub204811", QueryKind.SUBSCRIPTION, "Sub204811"),
    ],
)
def test_a_word_before_it_says_what_a_number_is(text: str, kind: QueryKind, form: str) -> None:
    assert (read(text)[0].kind, read(text)[0].text) == (kind, form)


def test_a_number_without_a_country_is_read_as_of_the_customers_first() -> None:
    assert read("030 23125100", country="DE")[0].text == "+493023125100"
    assert "+493023125100" in read("030 23125100")[0].forms


@pytest.mark.parametrize(("text", "only"), [("Pat", QueryKind.PHONE), ("pat@acme.example", QueryKind.NAME)])
def test_a_text_that_is_not_of_the_kind_asked_for_is_refused(text: str, only: QueryKind) -> None:
    assert read("W2048110", only=QueryKind.SERIAL) == [Reading(QueryKind.SERIAL, "W2048110")]
    with pytest.raises(BadInput):
        read(text, only=only)


@pytest.mark.parametrize("name", [name for name, _ in SPELLINGS])
def test_a_name_is_a_name(name: str) -> None:
    (reading,) = read(f" “{name}”. ")
    assert reading.kind is QueryKind.NAME
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
