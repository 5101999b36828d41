"""A list is looked up at the provider's pace, and whoever waits for it is not left without a word."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import pytest

from commands import bulk
from commands.command import Renewable
from helpdesk.mail.provider_errors import ProviderRateLimited
from helpdesk.mail.suppression import Removal, SuppressionEntry
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.services import Helpdesk
from tests.chat import PAT, SAM
from tests.commands.asking import typed


@dataclass
class SlowList:
    """Nobody is told what it knows until it is `ready`; before that, it may ask for patience of so many seconds."""

    desk: Helpdesk
    patience: float | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        if self.patience is not None:
            raise ProviderRateLimited("Provider", self.patience)
        await self.ready.wait()
        return await self.desk.suppression.find(address)

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        raise AssertionError("to look takes nothing off")

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        raise AssertionError("to look puts nothing back")


async def test_who_waits_long_is_told_so_and_shown_the_list_when_it_is_ready(
    desk: Helpdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SOON_SECONDS", 0.2)
    slow = SlowList(desk)
    shown = await bulk.show(typed(f"{PAT}, {SAM}"), replace(desk, suppression=slow))
    assert isinstance(shown, Renewable)
    assert shown.card.plain == "Looking up 2 addresses …"
    slow.ready.set()
    later = await shown.later()
    assert later is not None
    assert later.plain.startswith("1 of 2 lines can be cleared")


async def test_a_provider_that_wants_more_patience_than_there_is_is_told_at_once(desk: Helpdesk) -> None:
    with pytest.raises(ProviderRateLimited):
        await bulk.show(typed(f"{PAT}, {SAM}"), replace(desk, suppression=SlowList(desk, patience=3600)))
