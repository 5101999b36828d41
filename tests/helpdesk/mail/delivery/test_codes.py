"""Codes are found in whatever a mail server said."""

import pytest

from helpdesk.mail.delivery.codes import enhanced_code, reply_code


@pytest.mark.parametrize(
    ("answer", "enhanced", "reply"),
    [
        ("550 5.1.1 no such user", "5.1.1", "550"),
        ("550-5.1.1 The email account", "5.1.1", "550"),
        ("554 5.0.0 delivery failed: 550 5.1.10 null MX", "5.1.10", "554"),
        ("250 2.0.0 stored as 77", "2.0.0", "250"),
        ("550 our host 5.1.1.7 says no", None, "550"),
        ("smtp; 550 5.1.1 no", "5.1.1", None),
        ("550 5.1.1 no such user, see 5.7.1", "5.1.1", "550"),
        ("The error was 5.2.2.", "5.2.2", None),
        ("550 Exim 4.94.2 says no", None, "550"),
        ("SMTPReadTimeoutError", None, None),
        ("", None, None),
    ],
)
def test_codes_are_found_in_what_a_server_said(answer: str, enhanced: str | None, reply: str | None) -> None:
    assert (enhanced_code(answer), reply_code(answer)) == (enhanced, reply)
