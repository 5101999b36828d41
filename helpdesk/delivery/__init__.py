"""What became of the last mail to an address: the words, and the port it is asked through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from helpdesk.store.tables import DeliveryStatus


@dataclass(frozen=True, slots=True)
class LastDelivery:
    """`answer` is what the receiving mail server said, verbatim; None when it said nothing we know of."""

    status: DeliveryStatus
    at: datetime | None = None
    subject: str | None = None
    answer: str | None = None


class DeliveryLog(Protocol):
    async def last(self, address: str) -> LastDelivery:
        """Of the newest mail to `address` (in lower case); DeliveryStatus.NONE when there is none."""
