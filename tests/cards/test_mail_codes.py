"""What a mail server said, in plain words: the enhanced code says more than the reply code."""

import pytest

from cards.mail_codes import in_plain_words, is_temporary
from helpdesk.platform.language import ENGLISH


@pytest.mark.parametrize(
    ("code", "answer", "words"),
    [
        ("5.1.1", "550 5.1.1 no", "There is no such mailbox."),
        (None, "550 5.1.1 no", "There is no such mailbox."),
        ("4.2.2", None, "The mailbox is full."),
        ("5.2.9", None, "Something is wrong with the mailbox."),
        ("5.7.26", None, "The mail server could not make sure that the mail is from us (SPF, DKIM or DMARC)."),
        ("4.7.1", None, "The mail server keeps mail from us waiting, by its own rules; many do so the first time."),
        ("5.0.0", "550 no such user", "There is no such mailbox."),
        ("5.0.0", "550 no", "There is no such mailbox, or it takes no mail from us."),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "There is no such mailbox."),
        ("5.1.1", "552 5.2.2 Over quota", "The mailbox is full."),
        (
            "4.2.0",
            "450 4.2.0 Greylisted",
            "The mail server keeps mail from us waiting, by its own rules; many do so the first time.",
        ),
        (None, "421 try again later", "The mail server takes no mail at the moment."),
    ],
)
def test_a_code_has_plain_words(code: str | None, answer: str | None, words: str) -> None:
    found = in_plain_words(code, answer)
    assert found is not None
    assert ENGLISH(found) == words


@pytest.mark.parametrize(("code", "answer"), [("2.0.0", "250 2.0.0 OK"), (None, "250 OK"), (None, "no"), (None, None)])
def test_a_content_server_needs_no_words(code: str | None, answer: str | None) -> None:
    assert in_plain_words(code, answer) is None


@pytest.mark.parametrize(
    ("code", "answer", "expected"),
    [("4.4.1", None, True), (None, "451 4.7.1 later", True), (None, "450 busy", True), ("5.1.1", "550 no", False)],
)
def test_a_code_tells_whether_it_is_tried_again(code: str | None, answer: str | None, expected: bool) -> None:
    assert is_temporary(code, answer) is expected
