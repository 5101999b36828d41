"""What lapsed goes, in small pieces and oldest first; what is needed or unanswered stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, SQLModel, select

from helpdesk.platform import retention as cleaning
from helpdesk.platform.retention import LAPSING, remove_lapsed
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.platform.store.tables.events import ClaimedEvent, CompletedAct, SpentToken
from helpdesk.platform.store.tables.mail import EmailEvent, LiftedSuppression, TrialMail
from helpdesk.platform.store.tables.people import NoticeRow
from helpdesk.platform.store.tables.proof import Consent, Verification, VerificationFailure, ViewLink, ViewSession

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)
_VIEW = {"agent_id": "a", "agent_email": "a", "organization_id": "o", "grant_id": "g"}


def _event(at: datetime, **fields: object) -> ClaimedEvent:
    return ClaimedEvent(event_id=f"message:{at}", activity={}, **{"received_at": at, "done_at": at, **fields})


def _row(what: str, at: datetime) -> SQLModel:
    """One that begins to lapse at that time."""
    return {
        "events": lambda: _event(at),
        "used buttons": lambda: SpentToken(nonce=str(at), event_id="e", spent_at=at),
        "acts": lambda: CompletedAct(event_id=str(at), name="send", result={}, at=at),
        "lifted suppressions": lambda: LiftedSuppression(
            event_id=str(at), address="a@acme.example", number=0, reason="bounce", lifted_at=at, lifted_by="a"
        ),
        "lists of addresses": lambda: BulkRun(
            **{"id": str(at), "agent_id": "a", "agent_email": "a", "space_id": "s", "thread_id": "t"},
            **{"is_direct": False, "state": "ended", "created_at": at},
        ),
        "consents": lambda: Consent(
            **{"id": str(at), "event_id": str(at), "organization_id": "o", "organization_name": "Acme"},
            **{"agent_id": "a", "agent_email": "a", "source": "asked", "reason": "r", "state": "asked"},
            **{"asked_at": at, "lapses_at": at},
        ),
        "links to views": lambda: ViewLink(token_hash=str(at), **_VIEW, until=at, lapses_at=at),
        "views": lambda: ViewSession(id=str(at), secret_hash="x", **_VIEW, started_at=at, until=at),
        "test mails": lambda: TrialMail(event_id=str(at), address="a@acme.example", asked_by="a", asked_at=at),
        "codes": lambda: Verification(
            id=str(at),
            person_id="p",
            agent_id="a",
            space_id="s",
            purpose="caller",
            proof="mailbox",
            event_id=str(at),
            created_at=at,
            expires_at=at,
        ),
        "notices": lambda: NoticeRow(key=str(at), kind="new agent", about={}, urgency="daily", created_at=at),
        "wrong codes": lambda: VerificationFailure(person_id="p", agent_id="a", at=at),
        "emails": lambda: EmailEvent(id=str(at), address="a@acme.example", sent_at=at, status="delivered"),
    }[what]()


async def _put(store: Store, *rows: SQLModel) -> None:
    await store.write(lambda session: session.add_all(rows))


async def _left(store: Store, what: str) -> list[datetime]:
    def times(session: Session) -> list[datetime]:
        lapsing = LAPSING[what]
        return sorted(getattr(row, lapsing.since) for row in session.exec(select(lapsing.model)))

    return await store.read(times)


@pytest.mark.parametrize("what", LAPSING)
async def test_what_is_too_old_goes_and_nothing_else(store: Store, what: str) -> None:
    edge = NOW - LAPSING[what].after
    await _put(store, _row(what, edge - A_MOMENT), _row(what, edge + A_MOMENT), _row(what, NOW))
    assert await remove_lapsed(store, what, lambda: NOW) == 1
    assert await _left(store, what) == [edge + A_MOMENT, NOW]


async def test_an_event_that_nobody_answered_stays(store: Store) -> None:
    await _put(store, _event(NOW - timedelta(days=400), done_at=None))
    assert await remove_lapsed(store, "events", lambda: NOW) == 0


async def test_an_event_answered_late_stays_as_long_as_others(store: Store) -> None:
    await _put(store, _event(NOW - timedelta(days=400), done_at=NOW - timedelta(days=1)))
    assert await remove_lapsed(store, "events", lambda: NOW) == 0


async def test_a_piece_is_of_limited_size_and_the_oldest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BATCH", 2)
    old = [NOW - timedelta(days=100 + number) for number in range(3)]
    await _put(store, *(_row("acts", at) for at in old))
    assert await remove_lapsed(store, "acts", lambda: NOW) == 2
    assert await _left(store, "acts") == [old[0]]
    assert await remove_lapsed(store, "acts", lambda: NOW) == 1


async def test_a_list_of_addresses_goes_with_its_lines(store: Store) -> None:
    long_ago = NOW - timedelta(days=400)
    await _put(store, _row("lists of addresses", long_ago))
    await _put(store, BulkItem(run_id=str(long_ago), position=0, line=1, text="a@acme.example"))
    await remove_lapsed(store, "lists of addresses", lambda: NOW)
    assert await store.read(lambda session: session.exec(select(BulkItem)).all()) == []
