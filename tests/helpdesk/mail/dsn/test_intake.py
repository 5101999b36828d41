"""A report changes the one mail whose token it brings, while that lives; any other changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from helpdesk.mail.bounces import return_address
from helpdesk.mail.delivery import REPORT, LastDelivery
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.dsn import LARGEST, intake
from helpdesk.mail.dsn.intake import TOKEN_LIVES, Intake
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent, Reason
from tests.helpdesk.mail.dsn.reports import BOUNCES, FAILED, NO_SUCH_USER, NOW, PAT, TOKEN, report

SENT = NOW - timedelta(minutes=5)
OTHER_TOKEN = "fedcba9876543210" * 2
DELAYED = (FAILED[0], "Action: delayed", "Status: 4.4.1", "Diagnostic-Code: smtp; 451 4.4.1 timed out")
RELAYED = (FAILED[0], "Action: relayed", "Status: 2.0.0", "Diagnostic-Code: smtp; 250 2.0.0 stored as 77")


async def sent(store: Store, address: str = PAT, token: str = TOKEN, at: datetime = SENT) -> None:
    row = EmailEvent(id=token, address=address, subject="Your code", sent_at=at, status="in progress", token=token)
    await store.write(Session.add, row)


async def take(store: Store, raw: bytes, recipients: Sequence[str] = (), now: datetime = NOW) -> bool:
    return await Intake(store, BOUNCES, lambda: now).take(raw, recipients)


async def last(store: Store, address: str = PAT) -> LastDelivery:
    return await EmbeddedDeliveryLog(store, lambda: NOW).last(address)


async def held(store: Store, address: str = PAT) -> list[SuppressionEntry]:
    return list(await EmbeddedSuppressionList(store).find(address))


async def test_a_failure_is_an_error_and_holds_the_address_back(store: Store) -> None:
    await sent(store)
    assert await take(store, report())
    found = await last(store)
    assert (found.status, found.answer, found.code) == (DeliveryStatus.ERROR, NO_SUCH_USER, "5.1.1")
    assert (found.at, found.told_at, found.known_from) == (SENT, NOW, REPORT)
    assert await held(store) == [SuppressionEntry(PAT, Reason.BOUNCE, NOW, NO_SUCH_USER)]


@pytest.mark.parametrize(
    ("fate", "status"), [(DELAYED, DeliveryStatus.IN_PROGRESS), (RELAYED, DeliveryStatus.DELIVERED)]
)
async def test_what_did_not_fail_holds_nothing_back(
    store: Store, fate: tuple[str, ...], status: DeliveryStatus
) -> None:
    await sent(store)
    assert await take(store, report(fate))
    assert (await last(store)).status is status
    assert await held(store) == []


async def test_a_policy_refusal_is_noted_and_mail_is_still_tried(store: Store) -> None:
    await sent(store)
    await take(store, report((*FAILED[:2], "Status: 5.7.1", "Diagnostic-Code: smtp; 554 5.7.1 spam")))
    assert [(each.reason, each.is_blocking) for each in await held(store)] == [(Reason.BLOCK, False)]


@pytest.mark.parametrize(
    ("to", "recipients", "about"),
    [
        (return_address(BOUNCES, TOKEN).upper(), (), ()),
        ("postmaster@desk.example.com", (return_address(BOUNCES, TOKEN),), ()),
        ("postmaster@desk.example.com", (), ("Reporting-MTA: dns; x", f"Original-Envelope-Id: {TOKEN}")),
    ],
)
async def test_the_token_is_found_wherever_a_mail_server_puts_it(
    store: Store, to: str, recipients: tuple[str, ...], about: tuple[str, ...]
) -> None:
    await sent(store)
    assert await take(store, report(to=to, about=about or ("Reporting-MTA: dns; x",)), recipients)


def notice(subject: str, body: str) -> bytes:
    return f"From: Pat <{PAT}>\nTo: {return_address(BOUNCES, TOKEN)}\nSubject: {subject}\n\n{body}\n".encode()


FORGED = {
    "no token": report(to=BOUNCES),
    "a token nobody gave": report(to=return_address(BOUNCES, "0" * 32)),
    "a token at another address": report(to=f"bounce+{TOKEN}@elsewhere.example"),
    "somebody else's address": report(("Final-Recipient: rfc822; sam@acme.example", *FAILED[1:])),
    "no recipient, and the return address is not ours": report(
        ("Action: failed", "Status: 5.1.1"),
        to=BOUNCES,
        about=("Reporting-MTA: dns; x", f"Original-Envelope-Id: {TOKEN}"),
    ),
    "a notice of absence": notice("Out of office", "until Monday"),
    "a person's answer": notice("Re: Your code", "Thank you!"),
    "no report": b"Subject: I am on holiday\n\nuntil Monday",
    "a token of another mail": report(to=return_address(BOUNCES, OTHER_TOKEN)),
}


@pytest.mark.parametrize("raw", FORGED.values(), ids=FORGED)
async def test_a_report_that_is_not_of_our_mail_to_that_address_changes_nothing(store: Store, raw: bytes) -> None:
    await sent(store)
    await sent(store, "lee@acme.example", OTHER_TOKEN)
    before = await last(store)
    assert not await take(store, raw)
    for address in (PAT, "sam@acme.example", "lee@acme.example"):
        assert await held(store, address) == []
    assert await last(store) == before
    assert (await last(store, "sam@acme.example")).status is DeliveryStatus.NONE


@pytest.mark.parametrize(
    "raw",
    [
        report(("Action: failed", "Status: 5.1.1")),
        report((f"Final-Recipient: rfc822; {PAT.replace('@', '@mail.')}", *FAILED[1:])),
        notice("Undelivered mail", f"550 5.1.1 <{PAT}>: no such user"),
    ],
)
async def test_the_return_address_says_whose_mail_came_back_where_the_report_does_not(store: Store, raw: bytes) -> None:
    await sent(store)
    assert await take(store, raw)
    assert ((await last(store)).status, (await last(store)).code) == (DeliveryStatus.ERROR, "5.1.1")
    assert [each.reason for each in await held(store)] == [Reason.BOUNCE]


async def test_a_mail_that_came_back_for_no_known_reason_is_told_and_holds_nothing_back(store: Store) -> None:
    await sent(store)
    assert await take(store, notice("Returned mail", "Please ask the postmaster."))
    found = await last(store)
    assert (found.status, found.code, found.answer) == (DeliveryStatus.ERROR, None, "Please ask the postmaster.")
    assert await held(store) == []


async def test_a_token_lives_for_ten_days(store: Store) -> None:
    await sent(store)
    assert not await take(store, report(), now=SENT + TOKEN_LIVES)
    assert await take(store, report(), now=SENT + TOKEN_LIVES - timedelta(seconds=1))


async def test_a_report_told_again_after_clearing_holds_nothing_back(store: Store) -> None:
    await sent(store)
    await take(store, report())
    await EmbeddedSuppressionList(store).remove(PAT, "an event")
    await take(store, report(), now=NOW + timedelta(minutes=5))
    assert await held(store) == []


@pytest.mark.parametrize("date", ["Sun, 01 Mar 2099 12:00:00 +0000", "Sun, 01 Mar 1999 12:00:00 +0000", "never"])
async def test_a_wrong_clock_neither_hides_what_comes_later_nor_is_hidden(store: Store, date: str) -> None:
    await sent(store)
    await take(store, report(DELAYED, date=date))
    assert SENT <= ((await last(store)).told_at or SENT) <= NOW
    await take(store, report(RELAYED, date="Sun, 01 Mar 2026 12:00:01 +0000"), now=NOW + timedelta(seconds=1))
    assert (await last(store)).status is DeliveryStatus.DELIVERED


async def test_what_brings_no_token_is_not_even_parsed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await sent(store)
    parsed: list[bytes] = []
    monkeypatch.setattr(intake, "read", parsed.append)
    for raw in (report(to=BOUNCES), report(to=return_address(BOUNCES, OTHER_TOKEN)), b"", b"x" * LARGEST):
        assert not await take(store, raw)
    # The envelope is believed before the mail: its recipient is not of ours, whatever the mail says.
    assert not await take(store, report(), [return_address(BOUNCES, OTHER_TOKEN)])
    assert parsed == []
    assert not await take(store, report())
    assert len(parsed) == 1


async def test_what_is_too_large_is_not_parsed_although_it_brings_a_token(store: Store) -> None:
    await sent(store)
    assert not await take(store, report(returned="x" * LARGEST))
    assert (await last(store)).status is DeliveryStatus.IN_PROGRESS


async def test_a_mail_with_more_tokens_than_any_report_has_asks_the_store_once(store: Store) -> None:
    await sent(store)
    made_up = "".join(f"X: {return_address(BOUNCES, f'{number:032x}')}\n" for number in range(500))
    raw = made_up.encode() + report()
    assert not await take(store, raw)
    assert await take(store, raw, [return_address(BOUNCES, TOKEN)])


async def test_an_address_is_expected_while_its_mail_may_come_back(store: Store) -> None:
    await sent(store)
    reports = Intake(store, BOUNCES, lambda: NOW)
    assert await reports.expects(return_address(BOUNCES, TOKEN).upper())
    for address in (BOUNCES, return_address(BOUNCES, OTHER_TOKEN), f"bounce+{TOKEN}@elsewhere.example", ""):
        assert not await reports.expects(address)
    assert not await Intake(store, BOUNCES, lambda: SENT + TOKEN_LIVES).expects(return_address(BOUNCES, TOKEN))
