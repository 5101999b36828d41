"""Every act is a row, in order, with its time."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from helpdesk.audit import Audit
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow
from tests.chat import PAT, SAM
from tests.helpdesk.audit.chains import KEYS
from tests.sessions import rows

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def record(audit: Audit, subject: str, outcome: str, **more: str) -> None:
    await audit.record(actor="ana", action="verify.send", subject=subject, outcome=outcome, event_id="event", **more)


async def test_a_row_holds_who_what_on_whom_why_and_when(store: Store) -> None:
    audit = Audit(store, now=lambda: NOW, keys=KEYS)
    await record(audit, PAT, "sent", organization_id="acme", reason="they called")
    (row,) = await audit.about(PAT)
    assert row.model_dump(exclude={"id", "hash", "key_id", "pseudonyms"}) == {
        "at": NOW,
        "actor": "ana",
        "action": "verify.send",
        "subject": PAT,
        "organization_id": "acme",
        "reason": "they called",
        "outcome": "sent",
        "event_id": "event",
    }


async def test_acts_on_one_subject_come_oldest_first_and_alone(store: Store) -> None:
    audit = Audit(store, now=lambda: NOW, keys=KEYS)
    for subject, outcome in ((PAT, "1"), (SAM, "2"), (PAT, "3")):
        await record(audit, subject, outcome)
    assert [row.outcome for row in await audit.about(PAT)] == ["1", "3"]
    assert await audit.about("nobody") == []


async def test_the_same_act_of_the_same_event_is_one_row(store: Store) -> None:
    for _ in range(2):
        await record(Audit(store, now=lambda: NOW, keys=KEYS), PAT, "sent")
    await asyncio.gather(*(record(Audit(store, keys=KEYS), PAT, "sent") for _ in range(5)))
    (row,) = await Audit(store).about(PAT)
    assert row.at == NOW


@pytest.mark.parametrize("other", ["event_id", "action", "subject", "outcome"])
async def test_an_act_that_differs_is_a_row_of_its_own(store: Store, other: str) -> None:
    act = {"actor": "ana", "action": "find", "subject": PAT, "outcome": "shown", "event_id": "event"}
    await Audit(store, keys=KEYS).record(**act)
    await Audit(store, keys=KEYS).record(**act | {other: "another"})
    assert len(await rows(store, select(AuditRow))) == 2


async def test_acts_at_once_are_all_recorded(store: Store) -> None:
    audit = Audit(store, keys=KEYS)
    await asyncio.gather(*(record(audit, PAT, str(number)) for number in range(12)))
    assert {row.outcome for row in await audit.about(PAT)} == {str(number) for number in range(12)}
