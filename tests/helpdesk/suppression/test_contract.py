"""What every suppression list keeps to; a further adapter subclasses `SuppressionContract`."""

import asyncio
from datetime import UTC, datetime

import pytest

from helpdesk.store import Store, upsert
from helpdesk.store.tables import Reason, Suppression
from helpdesk.suppression import Entry, SuppressionList, is_guarded
from helpdesk.suppression.embedded import EmbeddedSuppressionList
from tests.sessions import writing

PAT, SAM = "pat@acme.example", "sam@acme.example"
OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


class SuppressionContract:
    """`listed` is the adapter's list, with PAT on it for a bounce, a complaint and by hand, and SAM for a bounce."""

    async def test_an_address_not_listed_is_no_error(self, listed: SuppressionList) -> None:
        assert list(await listed.find("nobody@acme.example")) == []
        removal = await listed.remove("nobody@acme.example", "a press")
        assert (removal.removed, removal.kept) == ((), ())

    async def test_entries_come_newest_first_and_undated_last(self, listed: SuppressionList) -> None:
        found = await listed.find(PAT)
        assert [(each.reason, each.since) for each in found] == [("complaint", NEW), ("bounce", OLD), ("manual", None)]

    async def test_removing_takes_every_entry_of_that_address_alone(self, listed: SuppressionList) -> None:
        removal = await listed.remove(PAT, "a press")
        assert {each.reason for each in removal.removed} == {"bounce", "complaint", "manual"}
        assert removal.kept == ()
        assert list(await listed.find(PAT)) == []
        assert len(await listed.find(SAM)) == 1

    async def test_what_is_to_be_kept_is_kept_and_told(self, listed: SuppressionList) -> None:
        removal = await listed.remove(PAT, "a press", keeping={Reason.COMPLAINT})
        assert [each.reason for each in removal.kept] == ["complaint"]
        assert {each.reason for each in removal.removed} == {"bounce", "manual"}
        assert [each.reason for each in await listed.find(PAT)] == ["complaint"]

    async def test_a_second_removal_removes_nothing(self, listed: SuppressionList) -> None:
        await listed.remove(PAT, "a press")
        assert (await listed.remove(PAT, "another press")).removed == ()

    async def test_the_same_event_removes_once_and_is_told_the_same(self, listed: SuppressionList) -> None:
        first = await listed.remove(PAT, "a press", keeping={Reason.COMPLAINT})
        await listed.remove(PAT, "another press")
        assert await listed.remove(PAT, "a press", keeping={Reason.COMPLAINT}) == first

    async def test_the_same_event_several_times_at_once_removes_once(self, listed: SuppressionList) -> None:
        removals = await asyncio.gather(*(listed.remove(PAT, "a press") for _ in range(5)))
        assert removals == [removals[0]] * 5
        assert len(removals[0].removed) == 3

    async def test_one_event_may_remove_several_addresses(self, listed: SuppressionList) -> None:
        removals = [await listed.remove(address, "a press") for address in (PAT, SAM)]
        assert [len(each.removed) for each in removals] == [3, 1]

    async def test_of_two_removals_at_once_one_removes(self, listed: SuppressionList) -> None:
        removals = await asyncio.gather(*(listed.remove(SAM, f"press {number}") for number in range(5)))
        assert sorted(len(each.removed) for each in removals) == [0, 0, 0, 0, 1]

    async def test_removed_entries_can_still_be_shown(self, listed: SuppressionList) -> None:
        for _ in range(2):
            (entry,) = (await listed.remove(SAM, "a press")).removed
            assert (entry.address, entry.reason, entry.since, entry.detail) == (SAM, "bounce", OLD, "550 5.1.1")


class TestEmbedded(SuppressionContract):
    @pytest.fixture
    async def listed(self, store: Store) -> SuppressionList:
        entries = [(PAT, "bounce", OLD), (PAT, "complaint", NEW), (PAT, "manual", None), (SAM, "bounce", OLD)]
        rows = [{"address": a, "reason": r, "since": since, "detail": "550 5.1.1"} for a, r, since in entries]
        async with writing(store) as session:
            await session.run_sync(upsert, Suppression, rows)
        return EmbeddedSuppressionList(store)

    async def test_what_was_listed_since_stays_when_the_same_event_comes_again(
        self, listed: SuppressionList, store: Store
    ) -> None:
        first = await listed.remove(SAM, "a press")
        async with writing(store) as session:
            session.add(Suppression(address=SAM, reason="bounce", since=NEW))
        assert await listed.remove(SAM, "a press") == first
        assert [each.since for each in await listed.find(SAM)] == [NEW]


@pytest.mark.parametrize("reason", list(Reason))
def test_only_a_complaint_is_guarded(reason: Reason) -> None:
    assert is_guarded(Entry(PAT, reason)) is (reason is Reason.COMPLAINT)


@pytest.mark.parametrize("reason", list(Reason))
async def test_only_a_block_lets_mail_be_tried(reason: Reason, store: Store) -> None:
    async with writing(store) as session:
        session.add(Suppression(address=PAT, reason=reason.value))
    (entry,) = await EmbeddedSuppressionList(store).find(PAT)
    assert entry.is_blocking is (reason is not Reason.BLOCK)
