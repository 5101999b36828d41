"""The directory as commands ask it: every question goes through here, over what one store holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlmodel import Session

from helpdesk.directory import Administrator, Details, Found, NotFound, OrganizationDetails, PersonDetails
from helpdesk.directory.details import (
    administrators,
    details_of,
    organization_details,
    organization_names,
    person_details,
)
from helpdesk.directory.lookup import find, find_each
from helpdesk.directory.people_and_organizations import organization_of_address, person_by_address
from helpdesk.directory.reading import QueryKind
from helpdesk.platform.store import Store
from helpdesk.search import Cursor, HitKind
from helpdesk.search.limited import Customers

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Directory:
    """`customers` are the ids of those that may be seen; None stands for all. Nothing of any other is ever given.

    `missed` takes what was asked for by its exact name (an address, an id) and is not there, or not among them.
    """

    store: Store
    customers: frozenset[str] | None = None
    missed: set[str] | None = None

    def scoped_to(self, customers: frozenset[str] | None, missed: set[str] | None = None) -> "Directory":
        """This directory as somebody sees it who is limited to `customers`."""
        return replace(self, customers=customers, missed=missed)

    async def names(self, organizations: frozenset[str]) -> Sequence[str]:
        """Of these organizations, in order; without those that are gone."""
        seen = organizations if self.customers is None else organizations & self.customers
        return await self.store.read(organization_names, seen)

    async def find(
        self,
        text: str,
        organization_id: str | None = None,
        after: Cursor | None = None,
        kind: QueryKind | None = None,
    ) -> Found:
        """A page of hits for `text`, read as a `kind` when given.

        Raises BadInput, or NotFound for an organization that is not there.
        """
        found = await self._ask(organization_id or "", find, text, organization_id, after, self.customers, kind)
        if not found.hits and after is None and found.kind is not QueryKind.NAME:
            self._miss(found.text)
        return found

    async def find_each(self, texts: Sequence[str]) -> list[Found]:
        """The first page of hits for each text; no hits for one that cannot be looked up."""
        found = await self.store.read(find_each, texts, self.customers)
        for each in found:
            if not each.hits and each.kind is not QueryKind.NAME:
                self._miss(each.text)
        return found

    async def open(self, kind: HitKind, identifier: str) -> Details:
        """What a hit leads to. Raises NotFound."""
        return await self._ask(identifier, details_of, kind, identifier, self.customers)

    async def administrators(self, organization_id: str, start: int, most: int) -> list[Administrator]:
        """Some of an organization's administrators, by role. Raises NotFound."""
        return await self._ask(organization_id, administrators, organization_id, start, most, self.customers)

    async def person(self, person_id: str) -> PersonDetails:
        """Raises NotFound."""
        return await self._ask(person_id, person_details, person_id, self.customers)

    async def person_with(self, address: str) -> PersonDetails | None:
        """Who has `address` (in lower case)."""
        return await self._ask(address, _person_with, address, self.customers)

    async def organization_of(self, address: str) -> str | None:
        """The id of the organization of who has `address` (in lower case)."""
        return await self._ask(address, organization_of_address, address, self.customers)

    async def organization(self, organization_id: str) -> OrganizationDetails:
        """Raises NotFound."""
        return await self._ask(organization_id, organization_details, organization_id, self.customers)

    async def _ask(
        self, name: str, question: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The answer to a question about what has this exact name."""
        try:
            answer = await self.store.read(question, *args, **kwargs)
        except NotFound:
            self._miss(name)
            raise
        if answer is None:
            self._miss(name)
        return answer

    def _miss(self, name: str) -> None:
        if self.missed is not None:
            self.missed.add(name)


def _person_with(session: Session, address: str, customers: Customers) -> PersonDetails | None:
    person_id = person_by_address(session, address, customers)
    return person_details(session, person_id, customers) if person_id else None


class HasDirectory(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def directory(self) -> Directory: ...
