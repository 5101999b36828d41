"""SendGrid's suppression lists: five of them, asked at once.

Addresses that a group unsubscribed are not among them: those lists concern newsletters. The lists answer alike but for
the global unsubscribes, which have neither a time nor a reason. Source: SendGrid v3 API, "Suppressions".
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.mail.moments import epoch_time
from helpdesk.mail.provider_errors import ProviderUnreadable
from helpdesk.mail.providers.http import ProviderClient, in_path
from helpdesk.mail.providers.removal import RemoteRemoval, newest_first
from helpdesk.mail.suppression import CannotRestore, Removal, SuppressionEntry
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.platform.text.address import address_spellings

NAME = "SendGrid"


@dataclass(frozen=True, slots=True)
class _List:
    """`name` is what SendGrid's own pages call it."""

    name: str
    path: str
    reason: Reason
    is_blocking: bool = True


_GLOBAL = _List("Global Unsubscribes", "/v3/asm/suppressions/global", Reason.UNSUBSCRIBE)
_LISTS = (
    _List("Bounces", "/v3/suppression/bounces", Reason.BOUNCE),
    # Noted only: SendGrid tries the next mail all the same.
    _List("Blocks", "/v3/suppression/blocks", Reason.BLOCK, is_blocking=False),
    _List("Invalid Emails", "/v3/suppression/invalid_emails", Reason.INVALID),
    _List("Spam Reports", "/v3/suppression/spam_reports", Reason.COMPLAINT),
    _GLOBAL,
)
_BY_NAME = {each.name: each for each in _LISTS}


class SendGridSuppressionList:
    def __init__(self, client: ProviderClient, store: Store) -> None:
        self._client = client
        self._removal = RemoteRemoval(store, NAME, self.find, self._take_off)

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        # SendGrid does not say whether the case of a local part counts: asked as typed, and in lower case.
        asked = address_spellings(address)
        found = await asyncio.gather(*(self._entries(where, each) for each in asked for where in _LISTS))
        return newest_first(list(dict.fromkeys(entry for entries in found for entry in entries)))

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._removal.remove(address, event_id, keeping)

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        """Only global unsubscribes can be added to, and what is on that list is held back whatever the reason was."""
        if not entry.is_blocking:
            raise CannotRestore(NAME)
        in_path(entry.address)
        await self._client.ask("POST", _GLOBAL.path, {"recipient_emails": [entry.address]}, is_harmless=True)
        return SuppressionEntry(entry.address, _GLOBAL.reason, list_name=_GLOBAL.name)

    async def _entries(self, where: _List, address: str) -> Sequence[SuppressionEntry]:
        """At most one, but SendGrid answers with an array: an empty one where there is none, so no 404 means that."""
        content = (await self._client.ask("GET", f"{where.path}/{in_path(address)}")).content
        if where is _GLOBAL and isinstance(content, dict):
            return (
                [SuppressionEntry(address, where.reason, list_name=where.name)]
                if content.get("recipient_email")
                else []
            )
        if where is _GLOBAL or not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
            raise ProviderUnreadable(NAME)
        return [_entry(where, address, row) for row in content]

    async def _take_off(self, entries: Sequence[SuppressionEntry]) -> Collection[SuppressionEntry]:
        # Whatever fails, all are waited for: until then, nobody else may take this address off.
        outcomes = await asyncio.gather(*(self._delete(entry) for entry in entries), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return ()

    async def _delete(self, entry: SuppressionEntry) -> None:
        path = f"{_BY_NAME[entry.list_name].path}/{in_path(entry.address)}"
        await self._client.ask("DELETE", path, telling={404})  # somebody else was quicker


def _entry(where: _List, address: str, row: Mapping[str, Any]) -> SuppressionEntry:
    detail = row.get("reason")
    return SuppressionEntry(
        address,
        where.reason,
        epoch_time(row.get("created")),
        str(detail) if detail else None,
        where.is_blocking,
        list_name=where.name,
    )
