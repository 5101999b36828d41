"""The directory as commands ask it: every question goes through here, over what one store holds."""

from dataclasses import dataclass, replace

from sqlmodel import Session

from helpdesk.directory import Cursor, Found, HitKind, OrganizationDetails, PersonDetails
from helpdesk.directory.details import organization_details, person_details
from helpdesk.directory.search import find, organization_of_address, person_by_address
from helpdesk.store import Store


@dataclass(frozen=True, slots=True)
class Directory:
    """`customers` are the ids of those that may be seen; None stands for all. Nothing of any other is ever given."""

    store: Store
    customers: frozenset[str] | None = None

    def seen_by(self, customers: frozenset[str] | None) -> "Directory":
        """This directory as somebody sees it who is limited to `customers`."""
        return replace(self, customers=customers)

    async def find(self, text: str, organization_id: str | None = None, after: Cursor | None = None) -> Found:
        """A page of hits for `text`. Raises BadInput, or NotFound for an organization that is not there."""
        return await self.store.read(_find, text, organization_id, after)

    async def person(self, person_id: str) -> PersonDetails:
        """Raises NotFound."""
        return await self.store.read(person_details, person_id)

    async def person_with(self, address: str) -> PersonDetails | None:
        """Who has `address` (in lower case)."""
        return await self.store.read(_person_with, address)

    async def organization_of(self, address: str) -> str | None:
        """The id of the organization of who has `address` (in lower case)."""
        return await self.store.read(organization_of_address, address)

    async def organization(self, organization_id: str) -> OrganizationDetails:
        """Raises NotFound."""
        return await self.store.read(organization_details, organization_id)


def _find(session: Session, text: str, organization_id: str | None, after: Cursor | None) -> Found:
    found = find(session, text, organization_id, after)
    if after or len(found.hits) != 1:
        return found
    (hit,) = found.hits
    details = person_details if hit.kind is HitKind.PERSON else organization_details
    return replace(found, only=details(session, hit.id))


def _person_with(session: Session, address: str) -> PersonDetails | None:
    person_id = person_by_address(session, address)
    return person_details(session, person_id) if person_id else None
