"""Whatever a mail client, a browser or a card copies is read as the one address in it."""

from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.platform.errors import BadInput
from helpdesk.platform.text.address import (
    LONGEST,
    address_spellings,
    canonical_address,
    exact_address,
    is_address,
    parse_address,
)
from helpdesk.platform.text.showing import visible
from tests.helpdesk.platform.text.texts import ADDRESSES, WRAPPED

PAT = "pat@acme.example"


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_surrounds_an_address_is_taken_off(wrapped: str) -> None:
    assert parse_address(wrapped.format(PAT)) == PAT


def test_an_address_before_the_same_one_in_brackets_is_its_name() -> None:
    assert parse_address('"Pat@Acme.example" <mailto:pat@acme.example>') == PAT


@given(address=ADDRESSES, wrapped=st.sampled_from(WRAPPED))
def test_every_address_survives_every_wrapping(address: str, wrapped: str) -> None:
    # Behind a `?`, a mailto: link tells more than the address (RFC 6068).
    assume("mailto:" not in wrapped.lower() or "?" not in address)
    assert parse_address(wrapped.format(address)) == address.lower()


@given(address=ADDRESSES)
def test_a_parsed_address_parses_to_itself(address: str) -> None:
    assert is_address(parse_address(address))
    assert parse_address(parse_address(address)) == parse_address(address)


@given(text=st.text(max_size=300))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(BadInput):
        assert is_address(parse_address(text))


@pytest.mark.parametrize("text", ["", "   ", "<>", "mailto:", "\u200b", '""'])
def test_nothing_is_named_as_a_missing_address(text: str) -> None:
    with pytest.raises(BadInput, match="missing"):
        parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "pat@acme.example, sam@acme.example",
        "pat@acme.example sam@acme.example",
        "<pat@acme.example> <sam@acme.example>, and others",
        "Pat <pat@acme.example>, Sam <sam@acme.example>",
        "pat@acme.example, Sam <sam@acme.example>",
        "pat@acme.example\r\nBcc: sam@acme.example",
        "pat@acme.example>\r\nRCPT TO:<sam@acme.example",
        '"pat@acme.example"@evil.example',
        "pat@acme",
        "@acme.example",
        "pat@",
        "pat@@acme.example",
        "pat@-acme.example",
        "pat@acme..example",
        "pat@[192.0.2.1]",
        "pat(comment)@acme.example",
        '"pat, sam"@acme.example',
        '"pat>sam"@acme.example',
        '"pat\\"@acme.example',
        '""@acme.example',
        '" "@acme.example',
        "..@acme.example",
        "p\u0430t@acme.example",
        "\u0440\u0430\u0443@acme.example",
        "pat@\u2100.example",
        "pat@m\u00fcller",
        "pat@m\u00fcller..example",
        "pat@m\u00fcller_.example",
    ],
)
def test_what_could_reach_anybody_else_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_address(text)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        (f"{'a' * 64}@acme.example", True),
        (f"{'a' * 65}@acme.example", False),
        (f"pat@{'a' * 63}.example", True),
        (f"pat@{'a' * 64}.example", False),
        (f"pat@{'a.' * 123}aaaa", True),
        (f"pat@{'a.' * 123}aaaaa", False),
    ],
)
def test_lengths_are_those_of_rfc_5321(address: str, is_one: bool) -> None:
    assert is_address(address) is is_one


def test_a_refusal_shows_no_more_than_a_glimpse_of_a_long_text() -> None:
    with pytest.raises(BadInput) as refused:
        parse_address("x" * (LONGEST + 1))
    assert len(refused.value.text.values["text"]) < 50


IDN = "konto@xn--exmple-cua.de"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("konto@exämple.de", IDN),
        ("KONTO@EXÄMPLE.DE", IDN),
        ("konto@exa\u0308mple.de", IDN),
        ("konto@exämple\u3002de", IDN),
        ("konto@exämple.de.", IDN),
        ("Konto@XN--EXMPLE-CUA.de", IDN),
        ("konto@straße.example", "konto@xn--strae-oqa.example"),
        ("почта@пример.рф", "почта@xn--e1afmkfd.xn--p1ai"),
        ("用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"),
        ("PÄT@acme.example", "pät@acme.example"),
        ("try..this..0511@docomo.example", "try..this..0511@docomo.example"),
        ("bar.@docomo.example", "bar.@docomo.example"),
        (".foo@ezweb.example", ".foo@ezweb.example"),
        ('"john smith"@x.example', '"john smith"@x.example'),
        ('"John \\"J\\" Smith"@x.example', '"john \\"j\\" smith"@x.example'),
        ('"foo..bar"@x.example', '"foo..bar"@x.example'),
        ('"needs.none"@x.example', "needs.none@x.example"),
        ("pat@x.example.", "pat@x.example"),
        ("PAT+tag@X.example", "pat+tag@x.example"),
        ("pat@xn--n3h.example", "pat@xn--n3h.example"),
    ],
)
def test_what_real_mail_has_is_taken_in_one_form(text: str, canonical: str) -> None:
    for wrapped in ("{}", "<{}>", "Konto <{}>", "mailto:{}", "({})", "“{}”,", "\u202a{}\u202c"):
        assert parse_address(wrapped.format(text)) == canonical
    assert exact_address(text) == canonical_address(text) == exact_address(canonical) == canonical


@given(
    local=st.text(alphabet="aàİßŁяΣ用.\"\\ +'", max_size=70),
    domain=st.text(alphabet="aàİßя例.-\u3002\u0308\u200d", max_size=70),
)
def test_a_canonical_address_is_its_own_canonical_form(local: str, domain: str) -> None:
    address = exact_address(f"{local}@{domain}")
    assert address is None or exact_address(address) == address


@pytest.mark.parametrize("text", ["pat\r\n@x.example", '"pat\r\nx"@x.example', "p\0t@x.example", '"p\x85t"@x.example'])
def test_nothing_within_an_exact_address_breaks_a_line(text: str) -> None:
    assert exact_address(text) is None


def test_domains_that_look_alike_are_two_and_are_shown_as_two() -> None:
    latin, cyrillic = parse_address("pat@acme.example"), parse_address("pat@\u0430cme.example")
    assert latin != cyrillic
    assert visible(latin) != visible(cyrillic)
    # All of it Cyrillic, in front of a Latin top-level domain.
    assert visible(parse_address("pat@\u0430\u0440\u0440\u04cf\u0435.example")) == "pat@xn--80ak6aa92e.example"


def test_an_address_is_shown_in_unicode_wherever_it_stands_in_a_line() -> None:
    assert visible(f"{IDN} is blocked") == "konto@exämple.de is blocked"
    assert visible("https://xn--exmple-cua.de/x") == "https://xn--exmple-cua.de/x"
    assert visible("pat@xn--n3h.example") == "pat@xn--n3h.example"
    assert parse_address(visible(IDN)) == IDN


def test_other_systems_may_have_spelled_it_in_unicode() -> None:
    assert address_spellings("Konto@exämple.de") == ("Konto@exämple.de", IDN, "konto@exämple.de")
    assert address_spellings("pat@acme.example") == ("pat@acme.example",)
