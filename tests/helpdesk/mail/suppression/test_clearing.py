"""What was cleared is looked at again: a list may lag, lie, or be away; that is said, and nobody waits for long."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace

import pytest

from helpdesk.mail.provider_errors import ProviderUnavailable
from helpdesk.mail.suppression import GUARDED, Removal, SuppressionEntry, SuppressionList, clearing
from helpdesk.mail.suppression.clearing import clear
from helpdesk.mail.suppression.lifted import last_lifting
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import Reason, Suppression
from helpdesk.services import Helpdesk
from tests.commands.desks import open_desk
from tests.sessions import writing

PAT, BY = "pat@acme.example", "ana.ruiz@partner.example"


@dataclass
class Lagging:
    """A provider that still lists, for the next `lies` looks, what it says it took off; `is_away` after a removal."""

    provider: SuppressionList
    lies: int = 0
    is_away: bool = False
    listed: tuple[SuppressionEntry, ...] = field(default=())

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        if self.is_away:
            raise ProviderUnavailable("a provider")
        if self.lies:
            self.lies -= 1
            return self.listed
        return await self.provider.find(address)

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        removal = await self.provider.remove(address, event_id, keeping)
        self.listed = (*removal.removed, *removal.kept)
        return removal

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        return await self.provider.restore(entry, event_id)


@pytest.fixture
async def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Helpdesk]:
    """PAT bounced, complained, and was turned away once."""
    monkeypatch.setattr(clearing, "PAUSES", (0.0, 0.01, 0.01, 0.01))
    async with writing(store) as session:
        for reason in (Reason.BOUNCE, Reason.COMPLAINT, Reason.BLOCK):
            session.add(Suppression(address=PAT, reason=reason))
    async with open_desk(store) as desk:
        yield desk


async def test_a_list_that_lags_is_looked_at_until_the_entry_is_gone(desk: Helpdesk) -> None:
    lagging = replace(desk, suppression=Lagging(desk.suppression, lies=3))
    cleared = await clear(lagging, PAT, (), "press", BY)
    assert (cleared.is_free, cleared.still) == (True, ())


async def test_what_is_still_listed_after_some_looks_is_said_to_be(desk: Helpdesk) -> None:
    lagging = replace(desk, suppression=Lagging(desk.suppression, lies=99))
    cleared = await clear(lagging, PAT, GUARDED, "press", BY)
    assert not cleared.is_free
    # Neither what was kept on purpose nor what holds no mail back.
    assert cleared.still is not None
    assert [entry.reason for entry in cleared.still] == [Reason.BOUNCE]


async def test_a_list_that_cannot_be_asked_afterwards_leaves_it_open_and_the_clearing_counts(desk: Helpdesk) -> None:
    away = Lagging(desk.suppression)
    away.is_away = True
    cleared = await clear(replace(desk, suppression=away), PAT, (), "press", BY)
    assert (cleared.still, cleared.is_free, len(cleared.removal.removed)) == (None, False, 3)
    assert await last_lifting(desk, PAT) is not None


async def test_nobody_waits_longer_than_the_limit(desk: Helpdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "PAUSES", (0.0, 60.0))
    monkeypatch.setattr(clearing, "SECONDS", 0.2)
    async with asyncio.timeout(20):
        cleared = await clear(replace(desk, suppression=Lagging(desk.suppression, lies=9)), PAT, (), "press", BY)
    assert cleared.still


async def test_a_kept_complaint_is_not_free_and_a_kept_block_alone_is(desk: Helpdesk) -> None:
    assert not (await clear(desk, PAT, GUARDED, "one press", BY)).is_free
    async with writing(desk.store) as session:
        session.add(Suppression(address="block@acme.example", reason=Reason.BLOCK))
    assert (await clear(desk, "block@acme.example", {Reason.BLOCK}, "another press", BY)).is_free


async def test_of_two_who_clear_at_once_one_did(desk: Helpdesk) -> None:
    both = await asyncio.gather(*(clear(desk, PAT, (), f"press {n}", BY) for n in range(2)))
    assert sorted(len(each.removal.removed) for each in both) == [0, 3]
    assert [each.lifting is not None for each in both].count(True) == 1


async def test_the_same_event_clears_and_remembers_once(desk: Helpdesk) -> None:
    first = await clear(desk, PAT, (), "press", BY)
    again = await clear(desk, PAT, (), "press", BY)
    assert again.removal == first.removal
    found = await last_lifting(desk, PAT)
    assert found is not None
    assert set(found.entries) == set(first.removal.removed)
