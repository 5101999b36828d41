"""The return address brings a mail's token back, and nothing else does."""

import pytest

from helpdesk.mail.bounces import new_token, recipient_options, return_address, token_in
from helpdesk.platform.text.address import is_address

BOUNCE = "bounce@desk.example.com"
TOKEN = "0123456789abcdef" * 2


@pytest.mark.parametrize("own", [BOUNCE, "Help+Desk@Example.com"])
def test_a_token_comes_back_in_any_case(own: str) -> None:
    token = new_token()
    address = return_address(own, token)
    assert is_address(address)
    assert token_in(address, own) == token_in(address.upper(), own) == token


def test_tokens_are_not_alike() -> None:
    assert len({new_token() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "address",
    [
        "",
        "<>",
        BOUNCE,
        "bounce+@desk.example.com",
        f"bounce+{TOKEN}@elsewhere.example",
        f"other+{TOKEN}@desk.example.com",
        f"bounce+{TOKEN}0@desk.example.com",
        f"bounce+{TOKEN[1:]}x@desk.example.com",
        f"bounce+{TOKEN}",
        f"x+bounce+{TOKEN}@desk.example.com",
    ],
)
def test_any_other_address_brings_none(address: str) -> None:
    assert token_in(address, BOUNCE) is None


def test_the_recipient_is_named_as_the_standard_wants_it() -> None:
    assert recipient_options("o'brien+x=y@acme.example")[1] == "ORCPT=rfc822;o'brien+2Bx+3Dy@acme.example"
