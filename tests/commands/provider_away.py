"""A mail provider that cannot be asked, as both of its ports."""

import asyncio
from collections.abc import Collection, Sequence
from typing import NoReturn

from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.provider_errors import ProviderUnavailable
from helpdesk.mail.suppression import Removal, SuppressionEntry
from helpdesk.platform.store.tables.mail import Reason


class ProviderAway:
    async def last(self, address: str) -> LastDelivery:
        self._fail()

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        self._fail()

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        self._fail()

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        self._fail()

    def _fail(self) -> NoReturn:
        raise ProviderUnavailable("SendGrid")


class ProviderSilent(ProviderAway):
    """Takes the question and never answers."""

    async def last(self, address: str) -> LastDelivery:
        await asyncio.Event().wait()
        self._fail()
