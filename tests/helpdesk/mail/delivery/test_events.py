"""What is told of mails: once, in the order of what happened, and held back where it says so."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, select

from helpdesk.mail.delivery import LastDelivery, MailEvent
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.delivery.events import record
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent, Reason

PAT, SAM = "pat.lindqvist@acme.example", "sam.okafor@acme.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TELLER = "SendGrid"
NO_SUCH_USER = "550 5.1.1 no such user"
SENT = MailEvent("sent", PAT, DeliveryStatus.IN_PROGRESS, NOW, message_id="m1", answer="250 queued")
DELIVERED = MailEvent("delivered", PAT, DeliveryStatus.DELIVERED, NOW + SECOND, message_id="m1", answer="250 2.0.0 OK")
BOUNCED = MailEvent(
    "bounced", PAT, DeliveryStatus.ERROR, NOW + 2 * SECOND, None, "m1", None, NO_SUCH_USER, "5.1.1", Reason.BOUNCE
)


async def last(store: Store, address: str = PAT) -> LastDelivery:
    return await EmbeddedDeliveryLog(store, lambda: NOW).last(address)


async def held(store: Store, address: str = PAT) -> list[SuppressionEntry]:
    return list(await EmbeddedSuppressionList(store).find(address))


async def rows(store: Store) -> list[EmailEvent]:
    return await store.read(lambda session: list(session.exec(select(EmailEvent)).all()))


async def test_whatever_the_order_of_telling_the_last_that_happened_counts(store: Store) -> None:
    events = [SENT, DELIVERED, BOUNCED]
    for number, order in enumerate(permutations(events)):
        address, mail = f"p{number}@acme.example", str(number)
        for each in order:
            own = replace(each, event_id=each.event_id + mail, address=address, message_id=mail)
            await record(store, [own], TELLER)
        found = await last(store, address)
        assert (found.status, found.answer, found.code) == (DeliveryStatus.ERROR, NO_SUCH_USER, "5.1.1")
        assert found.known_from == TELLER
    assert len(await rows(store)) == 6


@pytest.mark.parametrize("is_error_first", [True, False])
async def test_of_two_told_for_the_same_second_the_error_counts(store: Store, is_error_first: bool) -> None:
    same = [replace(BOUNCED, at=NOW), replace(DELIVERED, at=NOW), replace(SENT, at=NOW)]
    for each in same if is_error_first else reversed(same):
        await record(store, [each], TELLER)
    assert (await last(store)).status is DeliveryStatus.ERROR


async def test_an_address_is_held_back_with_the_servers_words_and_date(store: Store) -> None:
    await record(store, [SENT, replace(BOUNCED, address=PAT.upper())], TELLER)
    assert await held(store) == [SuppressionEntry(PAT, Reason.BOUNCE, BOUNCED.at, NO_SUCH_USER)]


async def test_a_bounce_told_again_after_it_was_cleared_holds_nothing_back(store: Store) -> None:
    await record(store, [BOUNCED], TELLER)
    await EmbeddedSuppressionList(store).remove(PAT, "an event")
    await record(store, [BOUNCED], TELLER)
    assert await held(store) == []


async def test_what_comes_late_does_not_make_an_entry_older(store: Store) -> None:
    late = replace(BOUNCED, event_id="late", message_id="m0", at=NOW - timedelta(days=3), answer="550 5.1.1 old words")
    await record(store, [BOUNCED], TELLER)
    await record(store, [late], TELLER)
    assert await held(store) == [SuppressionEntry(PAT, Reason.BOUNCE, BOUNCED.at, NO_SUCH_USER)]


async def test_a_mail_is_known_by_its_token_before_its_message_id(store: Store) -> None:
    ours = EmailEvent(id="ours", address=PAT, subject="Your code", sent_at=NOW, status="in progress", token="t1")
    await store.write(Session.add, ours)
    await record(store, [replace(DELIVERED, token="t1", subject="theirs")], TELLER)
    await record(store, [BOUNCED], TELLER)  # by the message id that the first one told
    (row,) = await rows(store)
    assert (row.id, row.subject, row.status, row.message_id) == ("ours", "Your code", "error", "m1")


async def test_one_message_to_many_has_a_fate_for_each(store: Store) -> None:
    await record(store, [DELIVERED, replace(BOUNCED, address=SAM)], TELLER)
    assert (await last(store)).status is DeliveryStatus.DELIVERED
    assert (await last(store, SAM)).status is DeliveryStatus.ERROR


async def test_a_storm_is_told_by_several_at_once_and_counted_once(store: Store) -> None:
    storm = [
        replace(each, event_id=f"{each.event_id}{number}", address=f"p{number}@acme.example", message_id=str(number))
        for number in range(400)
        for each in (SENT, DELIVERED, BOUNCED)
    ]
    orders = [storm, storm[::-1], storm[600:] + storm[:600]]
    await asyncio.gather(*(record(store, each, TELLER) for each in orders))
    found = await rows(store)
    assert len(found) == 400
    assert {row.status for row in found} == {"error"}
    assert len(await held(store, "p399@acme.example")) == 1


@pytest.mark.parametrize(("code", "needed"), [("5.4.4", 2), ("5.2.2", 3)])
async def test_a_fault_that_may_pass_holds_back_when_several_mails_met_it(store: Store, code: str, needed: int) -> None:
    fault = replace(BOUNCED, answer=f"5xx {code}", code=code, suppress=None)
    mails = [replace(fault, event_id=str(n), message_id=str(n), at=NOW + n * SECOND) for n in range(needed)]
    for each in mails:
        assert await held(store) == []
        await record(store, [each, replace(each, event_id=f"{each.event_id} again")], TELLER)
    assert [entry.reason for entry in await held(store)] == [Reason.BOUNCE]


async def test_a_full_mailbox_is_forgotten_after_a_week(store: Store) -> None:
    full = replace(BOUNCED, code="5.2.2", suppress=None)
    for number in range(6):
        await record(
            store,
            [replace(full, event_id=str(number), message_id=str(number), at=NOW + number * timedelta(days=4))],
            TELLER,
        )
    assert await held(store) == []


async def test_what_no_database_takes_is_left_out_of_an_answer(store: Store) -> None:
    await record(store, [replace(BOUNCED, answer="550 5.1.1 a\0b \ud800" + "x" * 5000)], TELLER)
    answer = (await last(store)).answer or ""
    assert answer.startswith("550 5.1.1 ab ?x")
    assert len(answer) < 1001
    assert (await held(store))[0].detail == answer


async def test_nothing_told_changes_nothing(store: Store) -> None:
    await record(store, [], TELLER)
    assert await rows(store) == []
