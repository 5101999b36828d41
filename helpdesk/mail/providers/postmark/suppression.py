"""Postmark's suppression list of one message stream; an address is on it once at most.

A spam complaint only Postmark itself takes off. Source: Postmark, "Suppressions API".
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from helpdesk.mail.moments import iso_time
from helpdesk.mail.provider_errors import ProviderRejected, ProviderUnreadable
from helpdesk.mail.providers.http import ProviderClient, in_path
from helpdesk.mail.providers.removal import RemoteRemoval, newest_first
from helpdesk.mail.suppression import CannotRestore, Removal, SuppressionEntry
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.platform.text.address import address_spellings, canonical_address

NAME = "Postmark"
_REASONS = {"HardBounce": Reason.BOUNCE, "SpamComplaint": Reason.COMPLAINT}


class PostmarkSuppressionList:
    def __init__(self, client: ProviderClient, stream: str, store: Store) -> None:
        self._client = client
        self._stream = stream
        self._path = f"/message-streams/{quote(stream, safe='')}/suppressions"
        self._removal = RemoteRemoval(store, NAME, self.find, self._take_off)

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        asked = address_spellings(address)
        found = [entry for each in asked for entry in await self._entries(each)]
        return newest_first(list(dict.fromkeys(found)))

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._removal.remove(address, event_id, keeping)

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        """Postmark notes whatever is added as done by hand. It may take a minute to hold mail back."""
        if not entry.is_blocking:
            raise CannotRestore(NAME)
        (done,) = await self._change("", [entry.address])
        if done.get("Status") == "Failed":
            raise ProviderRejected(NAME)
        return SuppressionEntry(entry.address, Reason.MANUAL, list_name=self._stream)

    async def _entries(self, address: str) -> Sequence[SuppressionEntry]:
        answer = await self._client.ask("GET", f"{self._path}/dump?EmailAddress={in_path(address)}")
        rows = _rows(answer.content)
        wanted = canonical_address(address)
        # Compared again: were the filter not heard, all of the list would be taken for this address.
        return [self._entry(row) for row in rows if canonical_address(str(row.get("EmailAddress", ""))) == wanted]

    async def _take_off(self, entries: Sequence[SuppressionEntry]) -> Collection[SuppressionEntry]:
        if not entries:
            return ()
        done = await self._change("/delete", [entry.address for entry in entries])
        failed = {row.get("EmailAddress") for row in done if row.get("Status") != "Deleted"}
        return [entry for entry in entries if entry.address in failed]

    async def _change(self, path: str, addresses: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        for address in addresses:
            in_path(address)  # refuses what is no address
        asked = {"Suppressions": [{"EmailAddress": address} for address in addresses]}
        rows = _rows((await self._client.ask("POST", self._path + path, asked, is_harmless=True)).content)
        if len(rows) != len(addresses):
            raise ProviderUnreadable(NAME)
        return rows

    def _entry(self, row: Mapping[str, Any]) -> SuppressionEntry:
        reason = _REASONS.get(str(row.get("SuppressionReason")))
        if reason is None:
            reason = Reason.UNSUBSCRIBE if row.get("Origin") == "Recipient" else Reason.MANUAL
        return SuppressionEntry(
            str(row["EmailAddress"]),
            reason,
            iso_time(row.get("CreatedAt")),
            is_removable=reason is not Reason.COMPLAINT,
            list_name=self._stream,
        )


def _rows(content: Any) -> Sequence[Mapping[str, Any]]:
    rows = content.get("Suppressions") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProviderUnreadable(NAME)
    return rows
