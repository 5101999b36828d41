"""The suppression list of an Amazon SES account."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from helpdesk.mail.provider_errors import ProviderUnreadable
from helpdesk.mail.providers.http import ProviderAnswer, ProviderClient, in_path
from helpdesk.mail.providers.removal import RemoteRemoval, newest_first
from helpdesk.mail.suppression import CannotRestore, Removal, SuppressionEntry
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.platform.text.address import address_spellings

NAME = "Amazon SES"
_PATH = "/v2/email/suppression/addresses"
_REASONS = {"BOUNCE": Reason.BOUNCE, "COMPLAINT": Reason.COMPLAINT}
_NAMES = {reason: name for name, reason in _REASONS.items()}


class SesSuppressionList:
    def __init__(self, client: ProviderClient, store: Store) -> None:
        self._client = client
        self._removal = RemoteRemoval(store, NAME, self.find, self._take_off)

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        # SES tells capitals apart before the @, so it may list either spelling, or both.
        found = await asyncio.gather(*(self._entry(each) for each in address_spellings(address)))
        return newest_first(list(dict.fromkeys(filter(None, found))))

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        return await self._removal.remove(address, event_id, keeping)

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        if entry.reason not in _NAMES:
            raise CannotRestore(NAME)
        # Listed anew since, or by an earlier try of ours: to put it there again would change its reason and date.
        if listed := await self._entry(entry.address):
            return listed
        await self._client.ask("PUT", _PATH, {"EmailAddress": entry.address, "Reason": _NAMES[entry.reason]})
        return await self._entry(entry.address) or entry

    async def _entry(self, address: str) -> SuppressionEntry | None:
        answer = await self._asked("GET", address)
        return _read(answer.content) if answer else None

    async def _take_off(self, entries: Sequence[SuppressionEntry]) -> Collection[SuppressionEntry]:
        for entry in entries:  # two at most
            await self._asked("DELETE", entry.address)
        return ()

    async def _asked(self, method: str, address: str) -> ProviderAnswer | None:
        """None where the address is not listed; any other 404, such as of a path that is not SES's, is a failure."""
        answer = await self._client.ask(method, f"{_PATH}/{in_path(address)}", telling={404})
        if answer.status != 404:
            return answer
        content = answer.content if isinstance(answer.content, dict) else {}
        # `NotFoundException:http://...` or `com.amazonaws.ses#NotFoundException`
        name = answer.headers.get("x-amzn-ErrorType") or str(content.get("__type", ""))
        message = str(content.get("message") or content.get("Message") or "")
        if "NotFoundException" not in name or "suppression list" not in message.lower():
            raise ProviderUnreadable(NAME)
        return None


def _read(content: Any) -> SuppressionEntry:
    try:
        listed = content["SuppressedDestination"]
        address, reason = listed["EmailAddress"], _REASONS[listed["Reason"]]
        since = datetime.fromtimestamp(listed["LastUpdateTime"], UTC)
        in_path(address)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        # What we cannot read might hold mail back, so it must not read as "not listed".
        raise ProviderUnreadable(NAME) from None
    return SuppressionEntry(address, reason, since, list_name="account-level suppression list")
