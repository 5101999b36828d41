"""Clearing an address: taken off, looked at again whether it is really gone, and remembered for an undo.

Providers say that an entry is gone while they still list it: some lag by seconds, some by a minute.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.mail.suppression import HasSuppression, Removal, SuppressionEntry
from helpdesk.mail.suppression.lifted import Lifting, remember
from helpdesk.platform.clock import HasClock
from helpdesk.platform.store import HasStore
from helpdesk.platform.store.tables.mail import Reason

# Before each look; all of them within SECONDS, since somebody waits.
PAUSES = (0.0, 0.5, 1.0, 2.0)
SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Clearing:
    """`still` holds mail back although it was taken off, or has come since; None where the list could not be asked."""

    removal: Removal
    still: tuple[SuppressionEntry, ...] | None
    lifting: Lifting | None = None

    @property
    def is_free(self) -> bool:
        """Nothing is known to hold mail back any more."""
        return self.still == () and not any(each.is_blocking for each in self.removal.kept)


class ClearingServices(HasStore, HasSuppression, HasClock, Protocol):
    """Clearing an address needs these."""


async def clear(desk: ClearingServices, address: str, keeping: Collection[Reason], event_id: str, by: str) -> Clearing:
    """Take `address` off the list, less what is kept. The same event takes off, and remembers, once.

    Raises MailProviderError where the provider did not take it off.
    """
    removal = await desk.suppression.remove(address, event_id, keeping)
    lifting = None
    if removal.removed:
        lifting = Lifting(event_id, address, removal.removed, desk.now(), by)
        await remember(desk, lifting)
    return Clearing(removal, await _still_listed(desk, address, removal), lifting)


async def _still_listed(desk: ClearingServices, address: str, removal: Removal) -> tuple[SuppressionEntry, ...] | None:
    kept = {(each.reason, each.list_name) for each in removal.kept}
    still: tuple[SuppressionEntry, ...] | None = None
    try:
        async with asyncio.timeout(SECONDS):
            for pause in PAUSES:
                await asyncio.sleep(pause)
                found = await desk.suppression.find(address)
                still = tuple(each for each in found if each.is_blocking and (each.reason, each.list_name) not in kept)
                if not still:
                    break
    except (MailProviderError, TimeoutError):
        pass  # what was seen last counts; it was taken off in any case
    return still
