"""A notice that somebody pasted is known as one, and read for whose mail came back and why."""

import pytest

from helpdesk.mail.dsn.pasted import is_notice, read_file, read_pasted
from helpdesk.platform.store.tables.mail import DeliveryStatus
from tests.helpdesk.mail.dsn.notices import NOTICES
from tests.helpdesk.mail.dsn.reports import FAILED, report
from tests.helpdesk.mail.dsn.reports import PAT as LINDQVIST

PAT = "pat@acme.example"
MICROSOFT = """Delivery has failed to these recipients or groups:

pat@acme.example (pat@acme.example)
The email address you entered couldn't be found. Please check the recipient's email address.

Diagnostic information for administrators:
Generating server: mx.partner.example

pat@acme.example
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'
"""
ONE_LINE = "host mx.acme.example said: 552 5.2.2 <pat@acme.example>: mailbox full (in reply to RCPT TO command)"
GERMAN = "Unzustellbar: Ihr Code\n\npat@acme.example\nDer Empfänger ist unbekannt."
MAIL_DELIVERY = "Mail delivery failed: returning message to sender\n\n  pat@acme.example\n    unknown user: pat"


@pytest.mark.parametrize(
    ("text", "code"),
    [(MICROSOFT, "5.1.10"), (ONE_LINE, "5.2.2"), (GERMAN, "5.0.0"), (MAIL_DELIVERY, "5.0.0")],
)
def test_a_notice_is_read_as_it_is_pasted(text: str, code: str) -> None:
    assert is_notice(text)
    (found,) = read_pasted(text)
    assert (found.address, found.fate.status, found.fate.code) == (PAT, DeliveryStatus.ERROR, code)


def test_a_whole_mail_is_read_with_all_it_says() -> None:
    raw = report(FAILED, ("Final-Recipient: rfc822; sam@acme.example", "Action: delayed", "Status: 4.4.1"))
    for found in (read_pasted(raw.decode()), read_file(raw)):
        assert [(one.address, one.fate.status) for one in found] == [
            (LINDQVIST, DeliveryStatus.ERROR),
            ("sam@acme.example", DeliveryStatus.IN_PROGRESS),
        ]


def test_the_machines_part_alone_is_enough() -> None:
    text = "\n".join(FAILED)
    assert is_notice(text)
    (found,) = read_pasted(text)
    assert (found.address, found.fate.code) == (LINDQVIST, "5.1.1")


def test_an_answer_without_an_address_is_explained_all_the_same() -> None:
    (found,) = read_pasted("550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy")
    assert (found.address, found.fate.code) == ("", "5.7.26")


@pytest.mark.parametrize(
    "text",
    [
        "pat@acme.example",
        "Pat Lindqvist",
        "acme.example",
        "+49 30 550 5501",
        "550 5.1.1",
        "pat@acme.example\nsam@acme.example\nlee@acme.example",
        "email,reason\npat@acme.example,550 5.1.1 unknown\nsam@acme.example,550 5.1.1 no\nlee@acme.example,552 full",
        '{"email": "a@x.example", "reason": "550 5.1.1"}\n{"email": "b@x.example", "reason": "550 5.1.1"}\n'
        '{"email": "c@x.example", "reason": "550 5.1.1"}',
        "550 Elm Street",
        "Delivery Services GmbH",
    ],
)
def test_what_is_looked_up_is_no_notice(text: str) -> None:
    assert not is_notice(text)


@pytest.mark.parametrize("name", [name for name, notice in NOTICES.items() if PAT in notice.raw.decode()])
def test_the_mailbox_is_found_in_every_notice(name: str) -> None:
    assert [found.address for found in read_file(NOTICES[name].raw)] == [PAT]


@pytest.mark.parametrize("text", ["\0" * 500, "550 " * 4000, "<" * 9000, "a@" * 4000, "\ud800 550 5.1.1 a@b.example x"])
def test_no_text_however_odd_breaks_it(text: str) -> None:
    is_notice(text)
    assert read_pasted(text)


def test_a_file_that_is_no_notice_says_nothing() -> None:
    for content in (b"", b"\0" * 1000, b"Subject: Re: hello\n\nHi", MICROSOFT.encode()[:40]):
        assert list(read_file(content)) == []
