"""Reports are read however mail servers write them; what is none is None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.dsn.reading import Fate, read
from helpdesk.platform.store.tables.mail import DeliveryStatus
from tests.helpdesk.mail.dsn.reports import FAILED, NO_SUCH_USER, NOW, PAT, TOKEN, report


def only(raw: bytes) -> Fate:
    found = read(raw)
    assert found is not None
    (fate,) = found.fates
    return fate


def test_a_failure_is_read_with_the_servers_words() -> None:
    assert only(report()) == Fate(frozenset({PAT}), DeliveryStatus.ERROR, "5.1.1", NO_SUCH_USER)


def test_a_report_says_when_and_to_whom_it_was_sent_and_of_which_mail() -> None:
    found = read(report(about=("Reporting-MTA: dns; x", f"Original-Envelope-Id: {TOKEN}")))
    assert found is not None
    assert (found.at, found.envelope_id) == (NOW, TOKEN)
    assert found.sent_to == (f"bounce+{TOKEN}@desk.example.com",)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("failed", DeliveryStatus.ERROR),
        ("FAILED", DeliveryStatus.ERROR),
        ("delayed", DeliveryStatus.IN_PROGRESS),
        ("Delivered", DeliveryStatus.DELIVERED),
        ("relayed", DeliveryStatus.DELIVERED),
        ("failed (bad destination)", DeliveryStatus.ERROR),
        ("Failure", DeliveryStatus.ERROR),
        ("error", DeliveryStatus.ERROR),
        ("expired", DeliveryStatus.ERROR),
        ("expanded", DeliveryStatus.UNKNOWN),
    ],
)
def test_an_action_is_read_in_any_case(action: str, status: DeliveryStatus) -> None:
    assert only(report((FAILED[0], f"Action: {action}"))).status is status


def test_an_action_that_no_standard_knows_tells_nothing() -> None:
    found = read(report((FAILED[0], "Action: exploded")))
    assert found is not None
    assert found.fates == ()


@pytest.mark.parametrize(
    "lines",
    [
        (f"Final-Recipient: rfc822;{PAT}",),
        (f"final-recipient: RFC822; <{PAT.upper()}>",),
        (f"Final-Recipient: utf-8; {PAT}",),
        (f"Original-Recipient: rfc822; {PAT}", "Final-Recipient: rfc822; elsewhere@forwarded.example"),
    ],
)
def test_an_address_is_read_however_it_is_written(lines: tuple[str, ...]) -> None:
    assert PAT in only(report((*lines, "Action: failed"))).addresses


def test_an_address_of_another_system_is_none() -> None:
    assert only(report(("Final-Recipient: x400; /c=us", "Action: failed"))).addresses == frozenset()


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.1.1", "smtp; 550 5.7.1 no", "5.7.1"),
        ("5.1.1", "smtp; 550 5.1.0 no", "5.1.1"),
        ("5.0.0 (permanent failure)", "smtp; 550 no such user", "5.0.0"),
        ("5.0.0", "smtp; 554 5.0.0 failed: 550 5.1.10 null MX", "5.1.10"),
        ("4.2.2 (mailbox full)", "smtp; 452 4.2.2 full", "4.2.2"),
        ("", "smtp; 550 5.2.1 disabled", "5.2.1"),
        ("nonsense", "X-Postfix; unknown host", "5.0.0"),
        ("nonsense", "X-Postfix; no", "5.0.0"),
    ],
)
def test_the_code_is_the_most_telling_one(status: str, diagnostic: str, code: str | None) -> None:
    assert only(report((*FAILED[:2], f"Status: {status}", f"Diagnostic-Code: {diagnostic}"))).code == code


def test_an_answer_of_many_lines_is_one() -> None:
    assert only(report((*FAILED[:3], "Diagnostic-Code: smtp; 550-5.1.1 no\n    such\n\tuser"))).answer == (
        "550-5.1.1 no such user"
    )


def test_every_recipient_has_a_fate() -> None:
    found = read(report(FAILED, ("Final-Recipient: rfc822; sam@acme.example", "Action: delayed")))
    assert found is not None
    assert [fate.status for fate in found.fates] == [DeliveryStatus.ERROR, DeliveryStatus.IN_PROGRESS]


def test_a_report_within_a_returned_mail_does_not_hide_the_real_one() -> None:
    returned = report((FAILED[0], "Action: delivered")).decode().replace("b1", "b2")
    assert only(report(returned=returned).replace(b"text/rfc822-headers", b"message/rfc822")).code == "5.1.1"


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Mar 99999 12:00:00", "Sun, 01 Mar 2026 12:00:00 +9999999"])
def test_a_report_without_a_date_that_can_be_read_is_still_one(date: str) -> None:
    found = read(report(date=date))
    assert found is not None
    assert found.at is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Out of office\n\nI am on holiday.",
        b"Content-Type: message/delivery-status\n\n",
        b"\xff\xfe\x00" * 1000,
        report().replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_is_no_report_is_none(raw: bytes) -> None:
    found = read(raw)
    assert found is None or found.fates == ()


@given(st.binary(max_size=200), st.integers(0, 800), st.integers(0, 200))
def test_no_report_however_broken_breaks_us(noise: bytes, start: int, length: int) -> None:
    whole = report()
    read(whole[:start] + noise + whole[start + length :])


PIECES = [
    *(
        b"\n",
        b"\r",
        b"\n\n",
        b"--b1\n",
        b"--b1--\n",
        b"From \n",
        b": x\n",
        b" \n",
        b"\xff",
        b"\x00",
        b'"',
        b";",
        b"=",
        b"*",
    ),
    b"Content-Type: multipart/mixed; boundary=b1\n",
    b"Content-Type: multipart/mixed; boundary*0*=utf-8''b1; boundary*1=\n",
    b"Content-Type: multipart/mixed; boundary*=a\x00b''b1\n",
    b"Content-Type: multipart/mixed; boundary*=idna''xn--b1.\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Final-Recipient: rfc822; a@x.example\n",
    b"Action: failed\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_no_mail_made_of_what_parsers_trip_over_breaks_us(raw: bytes) -> None:
    read(raw)
    read(report(returned=raw.decode("utf-8", "surrogateescape")))
