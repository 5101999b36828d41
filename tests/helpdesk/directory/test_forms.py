"""However a number was printed, copied or typed, it has one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.forms import canonical_mac, canonical_serial, canonical_sip, is_code, is_sip, spellings

MAC = "00:00:5E:00:53:11"


@pytest.mark.parametrize(
    "text",
    [
        *("00:00:5e:00:53:11", "00-00-5E-00-53-11", "0000.5e00.5311", "0000-5e00-5311", "00005e005311"),
        *("00 00 5e 00 53 11", "00005e-005311", " 00.00.5e.00.53.11 "),
    ],
)
def test_a_mac_address_in_any_format_is_the_same(text: str) -> None:
    assert canonical_mac(text) == MAC


@pytest.mark.parametrize(
    "text", ["", "00:00:5e:00:53", "00:00:5e:00:53:11:22", "00:00-5e:00:53:11", "00005g005311", "٠٠٠٠٥e٠٠٥٣١١"]
)
def test_what_is_no_mac_address_has_no_form(text: str) -> None:
    assert canonical_mac(text) is None


@given(st.binary(min_size=6, max_size=6), st.sampled_from([":", "-", ".", " ", ""]))
def test_every_mac_address_is_read_back(address: bytes, between: str) -> None:
    assert canonical_mac(address.hex(between) if between else address.hex()) == address.hex(":").upper()


@pytest.mark.parametrize(
    "text", ["sip:Desk@acme.example", "<sips:desk@acme.example;transport=tls>", "desk@acme.example:5061"]
)
def test_a_sip_address_is_kept_without_what_surrounds_it(text: str) -> None:
    assert canonical_sip(text) == "desk@acme.example"


def test_only_what_says_so_is_a_sip_address_for_certain() -> None:
    assert is_sip("sip:desk@acme.example")
    assert not is_sip("desk@acme.example")
    assert not is_sip("sip:desk")


def test_a_serial_number_is_in_capitals_without_blanks() -> None:
    assert canonical_serial("foc 2145 n0ab") == "FOC2145N0AB"


@pytest.mark.parametrize(
    ("text", "expected"), [("FOC2145N0AB", True), ("FOCUS", False), ("a 1b2c3", False), ("1", False)]
)
def test_a_code_is_one_word_with_a_digit(text: str, expected: bool) -> None:
    assert is_code(text) is expected


def test_a_code_is_looked_for_in_each_case() -> None:
    assert "Sub204811" in spellings("sub204811")
    assert len(set(spellings("204811"))) == len(spellings("204811")) == 1
