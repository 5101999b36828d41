"""A removal at a provider is finished after a crash, told once, and takes off nothing that was listed since."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from helpdesk.mail.provider_errors import ProviderUnavailable
from helpdesk.mail.providers.removal import RemoteRemoval, newest_first
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.platform.store.tables.mail import Reason

PAT = "pat@acme.example"
BOUNCE = SuppressionEntry(PAT, Reason.BOUNCE, datetime(2026, 1, 1, tzinfo=UTC), list_name="Bounces")
COMPLAINT = SuppressionEntry(PAT, Reason.COMPLAINT, datetime(2026, 2, 1, tzinfo=UTC), list_name="Complaints")


class Dies(Exception):
    """The process ends here."""


@dataclass
class Provider:
    """`dies_before` and `dies_after` its list was changed; `insists_on` is what it does not let go."""

    entries: list[SuppressionEntry] = field(default_factory=list)
    dies_before: bool = False
    dies_after: bool = False
    insists_on: Collection[SuppressionEntry] = ()
    taken_off: int = 0

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        return list(self.entries)

    async def take_off(self, entries: Sequence[SuppressionEntry]) -> Collection[SuppressionEntry]:
        if self.dies_before:
            raise Dies
        for entry in entries:
            if entry not in self.insists_on:
                self.entries.remove(entry)
                self.taken_off += 1
        if self.dies_after:
            raise Dies
        return [entry for entry in entries if entry in self.insists_on]


@pytest.fixture
def provider() -> Provider:
    return Provider([COMPLAINT, BOUNCE])


@pytest.fixture
def removal(store: Store, provider: Provider) -> RemoteRemoval:
    return RemoteRemoval(store, "SendGrid", provider.find, provider.take_off)


async def test_a_removal_that_broke_off_before_the_call_is_finished(removal: RemoteRemoval, provider: Provider) -> None:
    provider.dies_before = True
    with pytest.raises(Dies):
        await removal.remove(PAT, "a press", ())
    provider.dies_before = False
    assert (await removal.remove(PAT, "a press", ())).removed == (COMPLAINT, BOUNCE)
    assert provider.entries == []


async def test_a_removal_that_broke_off_after_the_call_still_says_what_was_there(
    removal: RemoteRemoval, provider: Provider
) -> None:
    provider.dies_after = True
    with pytest.raises(Dies):
        await removal.remove(PAT, "a press", {Reason.COMPLAINT})
    provider.dies_after = False
    again = await removal.remove(PAT, "a press", {Reason.COMPLAINT})
    assert (again.removed, again.kept, provider.taken_off) == ((BOUNCE,), (COMPLAINT,), 1)


async def test_what_was_listed_after_the_crash_stays(removal: RemoteRemoval, provider: Provider) -> None:
    provider.dies_after = True
    with pytest.raises(Dies):
        await removal.remove(PAT, "a press", ())
    provider.dies_after = False
    newer = replace(BOUNCE, since=datetime(2026, 3, 1, tzinfo=UTC))
    provider.entries = [newer]
    assert (await removal.remove(PAT, "a press", ())).removed == (COMPLAINT, BOUNCE)
    assert provider.entries == [newer]


async def test_what_the_provider_does_not_let_go_is_told_as_kept(removal: RemoteRemoval, provider: Provider) -> None:
    provider.insists_on = [COMPLAINT]
    for _ in range(2):
        found = await removal.remove(PAT, "a press", ())
        assert (found.removed, found.kept) == ((BOUNCE,), (COMPLAINT,))


async def test_what_cannot_be_removed_is_not_tried(removal: RemoteRemoval, provider: Provider) -> None:
    fixed = replace(COMPLAINT, is_removable=False)
    provider.entries = [fixed]
    assert (await removal.remove(PAT, "a press", ())).kept == (fixed,)
    assert provider.taken_off == 0


async def test_who_died_while_holding_an_address_holds_it_for_a_while_only(
    removal: RemoteRemoval, store: Store, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.mail.providers.removal.WORK_SECONDS", 0.3)
    held = {"event_id": "removing at SendGrid", "name": PAT, "result": {"by": "a dead one's press"}}
    await store.write(Session.add, CompletedAct(**held, at=utc_now()))
    with pytest.raises(ProviderUnavailable):
        await removal.remove(PAT, "a press", ())
    await store.write(_age, PAT)
    assert len((await removal.remove(PAT, "a press", ())).removed) == 2


async def test_an_address_is_free_again_after_a_failure(removal: RemoteRemoval, provider: Provider) -> None:
    provider.dies_before = True
    with pytest.raises(Dies):
        await removal.remove(PAT, "a press", ())
    provider.dies_before = False
    async with asyncio.timeout(5):
        assert len((await removal.remove(PAT, "another press", ())).removed) == 2


def test_entries_without_a_time_come_last() -> None:
    undated = SuppressionEntry(PAT, Reason.MANUAL)
    assert newest_first([undated, BOUNCE, COMPLAINT]) == [COMPLAINT, BOUNCE, undated]


def _age(session: Session, address: str) -> None:
    session.get_one(CompletedAct, ("removing at SendGrid", address)).at = utc_now() - timedelta(minutes=1)
