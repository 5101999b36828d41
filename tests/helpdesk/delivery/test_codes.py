"""By its code, and not by "5xx" alone, an answer says whether later mail has a chance."""

import pytest

from helpdesk.delivery.codes import enhanced_code, held_for, held_for_refusal, reply_code
from helpdesk.store.tables import Reason


@pytest.mark.parametrize(
    ("answer", "enhanced", "reply"),
    [
        ("550 5.1.1 no such user", "5.1.1", "550"),
        ("550-5.1.1 The email account", "5.1.1", "550"),
        ("554 5.0.0 delivery failed: 550 5.1.10 null MX", "5.1.10", "554"),
        ("250 2.0.0 stored as 77", "2.0.0", "250"),
        ("550 our host 5.1.1.7 says no", None, "550"),
        ("smtp; 550 5.1.1 no", "5.1.1", None),
        ("SMTPReadTimeoutError", None, None),
        ("", None, None),
    ],
)
def test_codes_are_found_in_what_a_server_said(answer: str, enhanced: str | None, reply: str | None) -> None:
    assert (enhanced_code(answer), reply_code(answer)) == (enhanced, reply)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        *((code, Reason.BOUNCE) for code in ("5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1")),
        ("5.1.3", Reason.INVALID),
        *((code, Reason.BLOCK) for code in ("5.7.0", "5.7.1", "5.7.26")),
        *((code, None) for code in ("5.0.0", "5.2.2", "5.2.3", "5.3.4", "5.4.4", "5.4.7", "5.5.0", "5.6.1", "4.2.2")),
        *((code, None) for code in ("4.4.7", "4.7.1", "2.0.0", None)),
    ],
)
def test_the_code_of_a_failed_mail_says_whether_its_address_is_held_back(
    code: str | None, reason: Reason | None
) -> None:
    assert held_for(code) == reason


@pytest.mark.parametrize(
    ("answer", "at_recipient", "reason"),
    [
        ("550 5.1.1 no such user", True, Reason.BOUNCE),
        ("550 5.1.1 no such user", False, Reason.BOUNCE),
        ("553 5.1.3 bad syntax", True, Reason.INVALID),
        ("550 no such user", True, Reason.BOUNCE),
        ("551 user not local", True, Reason.BOUNCE),
        ("553 5.0.0 mailbox name not allowed", True, Reason.BOUNCE),
        ("550 message looks like spam", False, None),
        ("552 full", True, None),
        ("554 no", True, None),
        ("452 later", True, None),
        ("421 going down", True, None),
        ("550 5.7.1 relaying denied", True, None),
        ("550 relay not permitted", True, None),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts", True, None),
        ("550 5.5.1 what?", True, None),
    ],
)
def test_a_refusal_of_our_own_relay_holds_back_only_when_it_is_about_the_address(
    answer: str, at_recipient: bool, reason: Reason | None
) -> None:
    assert held_for_refusal(answer, at_recipient) == reason
