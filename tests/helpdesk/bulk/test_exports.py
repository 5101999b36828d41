"""What providers' consoles export of their suppression lists, for the desk's own list: who, why, since when."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.bulk.exports import NoReason, read_export
from helpdesk.platform.errors import BadInput
from helpdesk.platform.store.tables.mail import Reason

A, B = "a@acme.example", "b@acme.example"
SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EPOCH = int(SINCE.timestamp())


def rows(content: str, reason: Reason | None = None) -> list[tuple[Any, ...]]:
    found = read_export(content.encode(), reason)
    assert found.left_out == []
    return [(each["address"], each["reason"], each["since"], each["detail"]) for each in found.rows]


def test_bounces_of_sendgrid() -> None:
    text = f'status,reason,email,created\n5.1.1,"550 5.1.1 no such user",{A},{EPOCH}\n5.0.0,550 no,{B},{EPOCH}\n'
    assert rows(text) == [(A, "bounce", SINCE, "550 5.1.1 no such user"), (B, "bounce", SINCE, "550 no")]


def test_bounces_of_mailgun() -> None:
    text = f'address,code,error,created_at\n{A},550,No such mailbox,"Fri, 02 Jan 2026 03:04:05 UTC"\n{B},605,,\n'
    assert rows(text, Reason.BOUNCE) == [(A, "bounce", SINCE, "No such mailbox"), (B, "bounce", None, None)]


def test_suppressions_of_postmark() -> None:
    kinds = [("HardBounce", "Recipient"), ("SpamComplaint", "Recipient"), ("ManualSuppression", "Customer")]
    kinds.append(("ManualSuppression", "Recipient"))
    items = [
        {"EmailAddress": f"{n}{A}", "SuppressionReason": kind, "Origin": origin, "CreatedAt": SINCE.isoformat()}
        for n, (kind, origin) in enumerate(kinds)
    ]
    found = rows(json.dumps({"Suppressions": items}))
    assert [row[1] for row in found] == ["bounce", "complaint", "manual", "unsubscribe"]
    assert {row[2] for row in found} == {SINCE}


def test_suppressions_of_ses_and_sparkpost() -> None:
    ses = {
        "SuppressedDestinationSummaries": [{"EmailAddress": A, "Reason": "COMPLAINT", "LastUpdateTime": EPOCH + 0.5}]
    }
    assert rows(json.dumps(ses)) == [(A, "complaint", SINCE, None)]
    lines = [{"recipient": A, "type": "transactional", "source": "Spam Complaint", "created": SINCE.isoformat()}]
    lines.append({"recipient": B, "type": "transactional", "source": "Bounce Rule", "description": "550 5.1.1 gone"})
    text = "\n".join(map(json.dumps, lines))
    assert rows(text) == [(A, "complaint", SINCE, None), (B, "bounce", None, "550 5.1.1 gone")]


def test_what_is_no_address_or_has_no_reason_is_left_out_and_named() -> None:
    found = read_export(f"email,reason\n{A},bounce\nnobody,bounce\n{B},\n".encode())
    assert [row["address"] for row in found.rows] == [A]
    assert found.left_out == [(3, "nobody bounce"), (4, B)]


def test_an_address_stands_once_for_each_reason() -> None:
    found = read_export(f"email,reason\n{A},bounce\n{A.upper()},bounce\n{A},spam\n".encode())
    assert [(row["address"], row["reason"]) for row in found.rows] == [(A, "bounce"), (A, "complaint")]


def test_a_file_that_does_not_say_why_asks_for_it() -> None:
    with pytest.raises(NoReason):
        read_export(f"email,created\n{A},{EPOCH}\n".encode())
    assert rows(f"email,created\n{A},{EPOCH}\n", Reason.COMPLAINT) == [(A, "complaint", SINCE, None)]


@pytest.mark.parametrize("text", ["", "{", '{"Suppressions": [{"EmailAddress": "a@', f'email\n"{A}', "email\nnobody\n"])
def test_a_broken_file_is_refused_whole(text: str) -> None:
    with pytest.raises(BadInput):
        read_export(text.encode())


@pytest.mark.parametrize(
    "when",
    [
        "99999999999999999999",
        "Fri, 02 Jan 99999999999999999999 03:04:05 +0000",
        "-1",
        "now",
        "0000-00-00",
        "Fri, 99 Foo 2026",
    ],
)
def test_a_time_that_is_none_leaves_the_address_in(when: str) -> None:
    assert rows(f'email,reason,created\n{A},bounce,"{when}"\n') == [(A, "bounce", None, None)]
