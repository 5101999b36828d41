"""The directory as commands ask it: every question goes through here, over what one store holds."""

from dataclasses import dataclass

from helpdesk.directory import Cursor, Found, OrganizationDetails, PersonDetails
from helpdesk.directory.details import organization_details, person_details
from helpdesk.directory.search import find, person_by_address
from helpdesk.store import Store


@dataclass(frozen=True, slots=True)
class Directory:
    store: Store

    async def find(self, text: str, organization_id: str | None = None, after: Cursor | None = None) -> Found:
        return await find(self.store, text, organization_id, after)

    async def person(self, person_id: str) -> PersonDetails:
        return await person_details(self.store, person_id)

    async def person_with(self, address: str) -> PersonDetails | None:
        person_id = await person_by_address(self.store, address)
        return await person_details(self.store, person_id) if person_id else None

    async def organization(self, organization_id: str) -> OrganizationDetails:
        return await organization_details(self.store, organization_id)
