"""What every suppression list keeps to; a further adapter subclasses `SuppressionContract`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from helpdesk.mail.suppression import SuppressionEntry, SuppressionList, is_guarded
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.platform.store import Store, upsert
from helpdesk.platform.store.tables.mail import Reason, Suppression
from tests.sessions import writing

PAT, SAM = "pat@acme.example", "sam@acme.example"
OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


class SuppressionContract:
    """`listed` is the adapter's list, with PAT on it as `ON_LIST` says, newest first, and SAM for a bounce since OLD.

    `relist` puts SAM on it again, for a bounce since NEW.
    """

    ON_LIST: ClassVar[list[tuple[Reason, datetime | None]]] = [
        (Reason.COMPLAINT, NEW),
        (Reason.BOUNCE, OLD),
        (Reason.MANUAL, None),
    ]
    KEPT: ClassVar[Reason] = Reason.COMPLAINT
    DETAIL: ClassVar[str | None] = "550 5.1.1"

    @pytest.fixture
    def reasons(self) -> list[Reason]:
        return [reason for reason, _ in self.ON_LIST]

    async def test_an_address_not_listed_is_no_error(self, listed: SuppressionList) -> None:
        assert list(await listed.find("nobody@acme.example")) == []
        removal = await listed.remove("nobody@acme.example", "a press")
        assert (removal.removed, removal.kept) == ((), ())

    async def test_entries_come_newest_first_and_undated_last(self, listed: SuppressionList) -> None:
        assert [(each.reason, each.since) for each in await listed.find(PAT)] == self.ON_LIST

    async def test_removing_takes_every_entry_of_that_address_alone(
        self, listed: SuppressionList, reasons: list[Reason]
    ) -> None:
        removal = await listed.remove(PAT, "a press")
        assert ([each.reason for each in removal.removed], removal.kept) == (reasons, ())
        assert list(await listed.find(PAT)) == []
        assert len(await listed.find(SAM)) == 1

    async def test_what_is_to_be_kept_is_kept_and_told(self, listed: SuppressionList, reasons: list[Reason]) -> None:
        removal = await listed.remove(PAT, "a press", keeping={self.KEPT})
        assert [each.reason for each in removal.kept] == [self.KEPT]
        assert [each.reason for each in removal.removed] == [each for each in reasons if each != self.KEPT]
        assert [each.reason for each in await listed.find(PAT)] == [self.KEPT]

    async def test_a_second_removal_removes_nothing(self, listed: SuppressionList) -> None:
        await listed.remove(PAT, "a press")
        assert (await listed.remove(PAT, "another press")).removed == ()

    async def test_the_same_event_removes_once_and_is_told_the_same(self, listed: SuppressionList) -> None:
        first = await listed.remove(PAT, "a press", keeping={self.KEPT})
        await listed.remove(PAT, "another press")
        assert await listed.remove(PAT, "a press", keeping={self.KEPT}) == first

    async def test_the_same_event_several_times_at_once_removes_once(
        self, listed: SuppressionList, reasons: list[Reason]
    ) -> None:
        removals = await asyncio.gather(*(listed.remove(PAT, "a press") for _ in range(5)))
        assert removals == [removals[0]] * 5
        assert [each.reason for each in removals[0].removed] == reasons

    async def test_one_event_may_remove_several_addresses(self, listed: SuppressionList, reasons: list[Reason]) -> None:
        removals = [await listed.remove(address, "a press") for address in (PAT, SAM)]
        assert [len(each.removed) for each in removals] == [len(reasons), 1]

    async def test_of_two_removals_at_once_one_removes(self, listed: SuppressionList) -> None:
        removals = await asyncio.gather(*(listed.remove(SAM, f"press {number}") for number in range(5)))
        assert sorted(len(each.removed) for each in removals) == [0, 0, 0, 0, 1]

    async def test_removed_entries_can_still_be_shown(self, listed: SuppressionList) -> None:
        for _ in range(2):
            (entry,) = (await listed.remove(SAM, "a press")).removed
            assert (entry.address, entry.reason, entry.since, entry.detail) == (SAM, "bounce", OLD, self.DETAIL)

    async def test_what_was_listed_since_stays_when_the_same_event_comes_again(
        self, listed: SuppressionList, relist: Callable[[], Awaitable[None]]
    ) -> None:
        first = await listed.remove(SAM, "a press")
        await relist()
        assert await listed.remove(SAM, "a press") == first
        assert [each.since for each in await listed.find(SAM)] == [NEW]
        assert len((await listed.remove(SAM, "another press")).removed) == 1

    async def test_what_was_removed_can_be_put_back_and_holds_mail_again(self, listed: SuppressionList) -> None:
        (removed,) = (await listed.remove(SAM, "a press")).removed
        restored = [await listed.restore(removed, "an undo") for _ in range(2)]
        (found,) = await listed.find(SAM)
        assert {(each.reason, each.list_name, each.is_blocking) for each in (found, *restored)} == {
            (found.reason, found.list_name, True)
        }


class TestEmbedded(SuppressionContract):
    @pytest.fixture
    async def listed(self, store: Store) -> SuppressionList:
        entries = [(PAT, "bounce", OLD), (PAT, "complaint", NEW), (PAT, "manual", None), (SAM, "bounce", OLD)]
        rows = [{"address": a, "reason": r, "since": since, "detail": "550 5.1.1"} for a, r, since in entries]
        async with writing(store) as session:
            await session.run_sync(upsert, Suppression, rows)
        return EmbeddedSuppressionList(store)

    @pytest.fixture
    def relist(self, store: Store) -> Callable[[], Awaitable[None]]:
        async def relist() -> None:
            async with writing(store) as session:
                session.add(Suppression(address=SAM, reason="bounce", since=NEW))

        return relist


@pytest.mark.parametrize("reason", list(Reason))
def test_only_a_complaint_is_guarded(reason: Reason) -> None:
    assert is_guarded(SuppressionEntry(PAT, reason)) is (reason is Reason.COMPLAINT)


@pytest.mark.parametrize("reason", list(Reason))
async def test_only_a_block_lets_mail_be_tried(reason: Reason, store: Store) -> None:
    async with writing(store) as session:
        session.add(Suppression(address=PAT, reason=reason.value))
    (entry,) = await EmbeddedSuppressionList(store).find(PAT)
    assert entry.is_blocking is (reason is not Reason.BLOCK)
