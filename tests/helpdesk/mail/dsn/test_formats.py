"""What came back is understood in the formats of many mail servers; what merely answers changes nothing."""

import json
from pathlib import Path

import pytest

from helpdesk.mail.dsn.reading import Fate, read
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from tests.helpdesk.mail.dsn.notices import NOTICES, PAT, Notice

SAMPLES = Path(__file__).parents[3] / "samples/bounces"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())
OUTCOME = {"failed": DeliveryStatus.ERROR, "delayed": DeliveryStatus.IN_PROGRESS}


def fate_in(raw: bytes) -> Fate | None:
    report = read(raw)
    return report.fate_of(PAT, is_its_own=True) if report else None


def is_held(fate: Fate) -> bool:
    return fate.held not in (None, Reason.BLOCK)  # a block is noted, and mail is still tried


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_as_it_is_meant(name: str) -> None:
    expected = EXPECTED[name]
    fate = fate_in((SAMPLES / f"{name}.eml").read_bytes())
    if expected["status"] == "unchanged":
        assert fate is None
        return
    assert fate is not None
    assert fate.status.value == expected["status"]
    assert is_held(fate) is (expected["held"] is not None)
    assert fate.is_permanent == expected.get("permanent", fate.is_permanent)
    assert fate.code == expected.get("code", fate.code)


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_a_notice_is_understood_whoever_wrote_it(notice: Notice) -> None:
    fate = fate_in(notice.raw)
    assert fate is not None
    assert (fate.status, is_held(fate)) == (OUTCOME[notice.outcome], notice.is_held)
    if notice.is_permanent is not None:
        assert fate.is_permanent is notice.is_permanent


def test_what_is_not_understood_is_told_with_its_first_lines() -> None:
    fate = fate_in((SAMPLES / "20-not-understood.eml").read_bytes())
    assert fate is not None
    assert (fate.code, fate.is_permanent, fate.held) == (None, None, None)
    assert fate.answer == "Your message of today came back. Please contact the postmaster."


def mail(subject: str, body: str, *more: str, sender: str = "Pat <pat@acme.example>") -> bytes:
    head = "\n".join((f"From: {sender}", f"Subject: {subject}", *more))
    return f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode()


@pytest.mark.parametrize(
    "raw",
    [
        mail("Out of office", "I am away until Monday.", "Auto-Submitted: auto-replied"),
        mail("Re: Your code", "Thanks, that worked.", "In-Reply-To: <x@desk.partner.example>"),
        mail("Automatische Antwort: Ihr Code", "Ich bin im Urlaub.", "Auto-Submitted: auto-replied (vacation)"),
        mail("Réponse automatique : votre code", "Je suis absente jusqu'à lundi.", "X-Autoreply: yes"),
        mail("Re: Your code", "I no longer work here; my account is closed.", "Auto-Submitted: auto-replied"),
        mail("不在のお知らせ", "休暇中です。", "Precedence: auto_reply"),
        mail("Your code", "Please confirm that you are a person.", "Auto-Submitted: auto-replied"),
        mail("Auto: Away", "Away", sender="MAILER-DAEMON@mx.acme.example"),
        mail("Read: Your code", "It was read.").replace(
            b"text/plain; charset=utf-8", b"multipart/report; report-type=disposition-notification; boundary=b"
        ),
    ],
)
def test_a_notice_of_absence_or_a_persons_answer_changes_nothing(raw: bytes) -> None:
    assert fate_in(raw) is None


def test_the_words_of_the_mail_that_came_back_are_not_the_servers() -> None:
    notice = NOTICES["qmail, no mailbox"]
    assert b"550 5.7.1 spam" in notice.raw
    fate = fate_in(notice.raw)
    assert fate is not None
    assert fate.code == "5.1.1"


def test_each_recipient_of_one_notice_has_a_reason_of_their_own() -> None:
    raw = mail(
        "failure notice",
        "<sam@acme.example>:\n550 5.1.1 user unknown\n\n<pat@acme.example>:\n552 5.2.2 mailbox full\n\n"
        "<lee@acme.example>:\n550 5.1.1 user unknown",
        sender="MAILER-DAEMON@mx.acme.example",
    )
    fate = fate_in(raw)
    assert fate is not None
    assert (fate.code, fate.held) == ("5.2.2", None)
