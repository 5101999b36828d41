"""Whether mail reaches an address: what became of the last mail and what holds others back, as far as it can be asked.

A provider that cannot be asked is told as such, and is never taken for one that has nothing to tell.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from helpdesk.delivery import LastDelivery
from helpdesk.language import Text
from helpdesk.providers import MailProviderError
from helpdesk.store.tables import DeliveryStatus
from helpdesk.suppression import Entry

if TYPE_CHECKING:
    from helpdesk import Helpdesk

T = TypeVar("T")

# Whoever looks a user up waits for this.
ASK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Reach:
    """`entries` are why the address is held back; `unknown_because` says why nobody knows, and then there are none."""

    last: LastDelivery
    entries: tuple[Entry, ...] = ()
    unknown_because: Text | None = None


async def ask(address: str, desk: "Helpdesk") -> Reach:
    (last, no_last), (entries, no_entries) = await asyncio.gather(
        _or_problem(desk.delivery.last(address)), _or_problem(desk.suppression.find(address))
    )
    return Reach(last or LastDelivery(DeliveryStatus.UNKNOWN, problem=no_last), tuple(entries or ()), no_entries)


async def _or_problem(asking: Awaitable[T]) -> tuple[T | None, Text | None]:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            return await asking, None
    except MailProviderError as error:
        return None, error.text
    except TimeoutError:
        return None, Text("The mail provider does not answer.")
