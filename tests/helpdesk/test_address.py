"""Whatever a mail client, a browser or a card copies is read as the one address in it."""

from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.address import LONGEST, is_address, parse_address
from helpdesk.errors import BadInput
from tests.helpdesk.texts import ADDRESSES, WRAPPED

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
        ".pat@acme.example",
        "pat@[192.0.2.1]",
        "pat(comment)@acme.example",
        "pät@acme.example",
        "pat@müller.example",
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
