"""A refusal is judged once: by the server's own code and words, in the dialogue as in a report."""

import pytest

from helpdesk.mail.delivery.refusal_words import About
from helpdesk.mail.delivery.refusals import judge
from helpdesk.platform.store.tables.mail import Reason


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
    assert judge("", code).held == reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("550 5.1.1 no such user", Reason.BOUNCE),
        ("553 5.1.3 bad syntax", Reason.INVALID),
        ("550 no such user", Reason.BOUNCE),
        ("551 user not local", Reason.BOUNCE),
        ("553 5.0.0 mailbox name not allowed", Reason.BOUNCE),
        ("550 message looks like spam", None),
        ("552 full", None),
        ("554 no", None),
        ("452 later", None),
        ("421 going down", None),
        ("550 5.7.1 relaying denied", None),
        ("550 relay not permitted", None),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts", None),
        ("550 5.5.1 what?", None),
    ],
)
def test_a_refusal_holds_back_only_when_it_is_about_the_address(answer: str, reason: Reason | None) -> None:
    assert judge(answer).held == reason


@pytest.mark.parametrize(
    ("status", "answer", "code", "reason"),
    [
        ("5.1.1", "550 5.7.1 IP address blacklisted", "5.7.1", Reason.BLOCK),
        ("5.1.1", "552 5.2.2 Over quota", "5.2.2", None),
        ("5.1.1", "550 5.1.1 <a@x.example> has sent to too many recipients this hour", "5.1.1", None),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "5.4.1", Reason.BOUNCE),
        ("5.1.351", "550 5.1.351 Remote server returned unknown recipient", "5.1.351", Reason.BOUNCE),
        ("5.5.0", "550 5.5.0 mailbox unavailable", "5.5.0", Reason.BOUNCE),
        ("5.0.0", "550 User unknown", "5.0.0", Reason.BOUNCE),
        ("5.1.1", "450 4.1.1 unverified address", "4.1.1", None),
        ("5.1.1", "451 try again later", "4.0.0", None),
        ("5.1.10", "550 5.1.1 not found", "5.1.10", Reason.BOUNCE),
        ("5.7.1", "550 5.7.1 <a@x.example>: Recipient address rejected: User unknown", "5.7.1", Reason.BOUNCE),
        ("5.7.1", "550 5.7.1 <a@x.example>: Recipient address rejected: Access denied", "5.7.1", Reason.BLOCK),
        ("5.1.1", "550 5.1.1 sender verify failed: no such user", "5.1.1", None),
        ("5.1.1", "550 5.1.1 helo: user unknown at your host", "5.1.1", Reason.BOUNCE),
        ("5.2.1", "550-5.2.1 The user you are trying to contact is receiving mail at a rate that", "5.2.1", None),
        ("", "account disabled", "5.0.0", None),
        ("5.2.1", "550 5.2.1 account disabled", "5.2.1", Reason.BOUNCE),
        ("", "421 4.7.0 too many connections from your host", "4.7.0", None),
        ("", "", None, None),
    ],
)
def test_the_servers_own_words_count_more_than_the_status_of_a_report(
    status: str, answer: str, code: str | None, reason: Reason | None
) -> None:
    refusal = judge(answer, status)
    assert (refusal.code, refusal.held) == (code, reason)


def test_names_of_people_and_hosts_are_not_words() -> None:
    answer = "host spam-filter.acme.example said: 550 5.1.1 <over-quota@blacklist.example>: no such user"
    assert judge(answer).about is About.NO_MAILBOX


def test_whether_it_is_for_good_is_unknown_where_nobody_says() -> None:
    assert judge("It came back.").is_permanent is None
    assert judge("connection timed out").is_permanent is False
    assert judge("no such user").is_permanent is True
