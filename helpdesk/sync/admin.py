"""Webex's admin APIs, list by list: what of an organization there is, a page at a time, as Webex tells it.

Lists come with a Link to the next page; devices and numbers may come without one, and are then asked for by
their place; SCIM has pages of its own kind. An answer without its list is an error, not an empty list.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from helpdesk.platform.webex.client import Json, WebexClient, WebexError, WebexNotFound

Items = list[Any]
PAGE = "100"
MOST_NUMBERS = "2000"
MOST_LOCATIONS = "500"


class AdminApi:
    """All raise WebexError. Organizations are named by the id that Webex gave."""

    def __init__(self, client: WebexClient) -> None:
        self._client = client
        # Webex's own examples name SCIM beside /v1, others beneath it.
        self._scim = [client.base_url.removesuffix("/v1"), client.base_url]

    async def organizations(self) -> Items:
        """All that this token may see: this list has no pages."""
        return _items(await self._client.get("/organizations"))

    async def organization(self, organization: str) -> Json:
        return await self._client.get(f"/organizations/{organization}")

    async def roles(self) -> Items:
        return [role async for page in self._pages("/roles", {}) for role in page]

    async def locations(self, organization: str) -> dict[str, str]:
        """Their names by id."""
        pages = self._pages("/locations", {"orgId": organization, "max": MOST_LOCATIONS})
        return {
            str(one.get("id")): str(one.get("name"))
            async for page in pages
            for one in page
            if isinstance(one, dict) and one.get("name")
        }

    def licenses(self, organization: str) -> AsyncIterator[Items]:
        return self._pages("/licenses", {"orgId": organization})

    def people(self, organization: str) -> AsyncIterator[Items]:
        # Presence is not asked for: it costs Webex time, and would be old when it is looked at.
        wanted = {"orgId": organization, "max": PAGE, "callingData": "true", "excludeStatus": "true"}
        return self._pages("/people", wanted)

    async def person(self, person: str) -> Json:
        return await self._client.get(f"/people/{person}", {"callingData": "true"})

    def devices(self, organization: str) -> AsyncIterator[Items]:
        return self._by_place("/devices", {"orgId": organization, "max": PAGE}, "items")

    async def workspace(self, workspace: str) -> Json:
        return await self._client.get(f"/workspaces/{quote(workspace, safe='')}")

    async def setting(self, organization: str, key: str) -> bool | None:
        """None where Webex does not say."""
        try:
            answer = await self._client.get(f"/settings/organizations/{organization}/settings/{key}")
        except WebexNotFound:
            return None
        value = answer.get("value")
        return value if isinstance(value, bool) else None

    def numbers(self, organization: str) -> AsyncIterator[Items]:
        return self._by_place("/telephony/config/numbers", {"orgId": organization, "max": MOST_NUMBERS}, "phoneNumbers")

    async def accounts(self, organization_key: str) -> AsyncIterator[Items]:
        """SCIM's users. It knows organizations and people by their UUID."""
        path, start = f"/identity/scim/{organization_key}/v2/Users", 1
        while True:
            wanted = {"startIndex": str(start), "count": PAGE, "sortBy": "id"}
            answer = await self._ask_scim(path, wanted)
            items = _items(answer, "Resources") if answer.get("totalResults") else []
            yield items
            start += len(items)
            if not items or start > int(answer["totalResults"]):
                return

    async def account(self, organization_key: str, person_key: str) -> Json:
        return await self._ask_scim(f"/identity/scim/{organization_key}/v2/Users/{person_key}", {})

    async def _ask_scim(self, path: str, wanted: Mapping[str, str]) -> Json:
        try:
            return await self._client.get(self._scim[0] + path, wanted)
        except WebexNotFound:
            if len(self._scim) == 1:
                raise
        answer = await self._client.get(self._scim[1] + path, wanted)
        del self._scim[:1]
        return answer

    async def _pages(self, path: str, wanted: Mapping[str, str]) -> AsyncIterator[Items]:
        async for page in self._client.pages(path, wanted):
            yield _items(page)

    async def _by_place(self, path: str, wanted: Mapping[str, str], key: str) -> AsyncIterator[Items]:
        async for page in self._client.pages(path, wanted, key, by_place=True):
            yield _items(page, key)


def _items(answer: Json, key: str = "items") -> Items:
    items = answer.get(key)
    if not isinstance(items, list):
        raise WebexError(200)
    return items
