"""A suppression list that is far away: it can fail, ask for patience, and die before its answer arrives."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from helpdesk.mail.suppression import Removal, SuppressionEntry, SuppressionList
from helpdesk.platform.store.tables.mail import Reason


@dataclass
class FarList:
    """`failures` strike the next removals, one each; an address in `dies_after` is taken off, and nobody is told."""

    real: SuppressionList
    failures: list[Exception] = field(default_factory=list)
    dies_after: set[str] = field(default_factory=set)
    removed: list[str] = field(default_factory=list)

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        return await self.real.find(address)

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        if self.failures:
            raise self.failures.pop()
        removal = await self.real.remove(address, event_id, keeping)
        self.removed.append(address)
        if address in self.dies_after:
            self.dies_after.remove(address)
            raise asyncio.CancelledError
        return removal

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        return await self.real.restore(entry, event_id)
