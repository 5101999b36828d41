"""The address in a report is known again, however the server that reports spells it."""

import pytest

from helpdesk.mail.dsn.fields import LONGEST_VALUE, plain_address
from helpdesk.mail.dsn.reading import read
from tests.helpdesk.mail.dsn.reports import FAILED, report

QUOTED = '"john smith"@x.example'
DOTTED = "try..this..0511@docomo.example"
INTERNATIONAL = "pät@xn--exmple-cua.de"


@pytest.mark.parametrize(
    ("stored", "recipient"),
    [
        (QUOTED, 'rfc822; "john smith"@x.example'),
        (QUOTED, 'rfc822; <"John Smith"@X.example>'),
        (QUOTED, 'rfc822; "john+20smith"@x.example'),
        (QUOTED, '"john smith"@x.example'),
        (DOTTED, 'rfc822; "try..this..0511"@docomo.example'),
        (DOTTED, "rfc822; try..this..0511@docomo.example"),
        ('"foo..bar"@x.example', "rfc822; foo..bar@x.example"),
        ('"a\\"b"@x.example', 'rfc822; "a\\"b"@x.example'),
        ("pat@acme.example", "rfc822; 'pat@acme.example'"),
        ("pat@acme.example", 'rfc822; "pat"@acme.example'),
        ("pat@acme.example", "rfc822; SMTP:pat@acme.example"),
        ("pat@acme.example", "rfc822; Pat <pat@acme.example>"),
        ("pat@acme.example", "utf-8; pat@acme.example"),
        (INTERNATIONAL, r"utf-8; p\x{E4}t@ex\x{E4}mple.de"),
        (INTERNATIONAL, r"utf-8;p\x{e4}t@ex\x{00E4}mple.de"),
        (INTERNATIONAL, "utf-8; pät@exämple.de"),
        (INTERNATIONAL, "utf-8; PÄT@EXÄMPLE.de"),
        (INTERNATIONAL, "rfc822; pät@xn--exmple-cua.de"),
        ("konto@xn--exmple-cua.de", "utf-8; konto@exämple.de"),
        ("konto@xn--exmple-cua.de", r"utf-8; konto@ex\x{E4}mple.de"),
        ("pät+x@xn--exmple-cua.de", r"utf-8;p\x{E4}t\x{2B}x@ex\x{E4}mple.de"),
        ("用户@xn--fsqu00a.example", r"utf-8; \x{7528}\x{6237}@\x{4F8B}\x{5B50}.example"),
    ],
)
@pytest.mark.parametrize("field", ["Final-Recipient", "Original-Recipient"])
def test_the_address_of_a_report_is_the_one_that_is_stored(stored: str, recipient: str, field: str) -> None:
    found = read(report((f"{field}: {recipient}", *FAILED[1:])))
    assert found is not None
    fate = found.fate_of(stored, is_its_own=False)
    assert fate is not None
    assert fate.code == "5.1.1"


@pytest.mark.parametrize(
    "recipient",
    [
        "rfc822; smith@x.example",
        r"utf-8; john\x{FFFFFF}smith@x.example",
        r"utf-8; \x{D800}@x.example",
        "rfc822; john smith@x.example",
        'rfc822; "john smith"@y.example',
        "utf-8; " + r"\x{41}" * 300,
    ],
)
def test_another_address_is_about_somebody_else(recipient: str) -> None:
    found = read(report((f"Final-Recipient: {recipient}", *FAILED[1:])))
    assert found is not None
    assert found.fate_of(QUOTED, is_its_own=False) is None


def test_what_is_too_long_for_an_address_is_none() -> None:
    assert plain_address(f"{'<' * LONGEST_VALUE}pat@acme.example") == ""


@pytest.mark.parametrize("named", ["konto@exämple.de", "konto@xn--exmple-cua.de"])
def test_a_notice_in_words_names_an_international_domain_in_either_spelling(named: str) -> None:
    notice = (
        "From: MAILER-DAEMON@mx.acme.example\nTo: bounce@desk.example\nSubject: Undelivered mail\n"
        f"Content-Type: text/plain; charset=utf-8\n\n<other@acme.example>:\n550 5.2.2 mailbox full\n"
        f"<{named}>:\n550 5.1.1 no such user\n"
    )
    found = read(notice.encode())
    assert found is not None
    fate = found.fate_of("konto@xn--exmple-cua.de", is_its_own=True)
    assert fate is not None
    assert fate.code == "5.1.1"
