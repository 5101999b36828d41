"""Whether mail reaches an address: what became of the last mail and what holds others back, as far as it can be asked.

A provider that cannot be asked is told as such, and is never taken for one that has nothing to tell.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from helpdesk.mail.delivery import HasDelivery, LastDelivery
from helpdesk.mail.provider_errors import MailProviderError, ProviderSilent
from helpdesk.mail.suppression import HasSuppression, SuppressionEntry
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.mail import DeliveryStatus

T = TypeVar("T")

# Whoever looks a user up waits for this.
ASK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Reach:
    """`entries` are why the address is held back; `unknown_because` says why nobody knows, and then there are none.

    `advice` says what to do where either could not be asked.
    """

    last: LastDelivery
    entries: tuple[SuppressionEntry, ...] = ()
    unknown_because: Text | None = None
    advice: Text | None = None


class ReachServices(HasDelivery, HasSuppression, Protocol):
    """Asking whether mail arrives needs these."""


async def ask(address: str, desk: ReachServices) -> Reach:
    (last, no_last), (entries, no_entries) = await asyncio.gather(
        _or_failure(desk.delivery.last(address)), _or_failure(desk.suppression.find(address))
    )
    failure = no_last or no_entries
    return Reach(
        last or LastDelivery(DeliveryStatus.UNKNOWN, problem=no_last.text if no_last else None),
        tuple(entries or ()),
        no_entries.text if no_entries else None,
        failure.advice if failure else None,
    )


async def _or_failure(asking: Awaitable[T]) -> tuple[T | None, MailProviderError | None]:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            return await asking, None
    except MailProviderError as error:
        return None, error
    except TimeoutError:
        return None, ProviderSilent()
