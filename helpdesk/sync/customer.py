"""One organization, from Webex into the store: part by part, so that one that cannot be read keeps none of the others.

What is stored and did not come by is removed, but only where a list was read to its end, and understood.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from helpdesk.directory.parts import ACCOUNTS, DEVICES, LICENSES, LOCATIONS, NUMBERS, PEOPLE, SETTINGS, WORKSPACES, Part
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import PersonEmail
from helpdesk.platform.webex.client import ForeignLink, WebexError, WebexForbidden, WebexUnauthorized
from helpdesk.sync import PartFailure, SyncOutcome, rows
from helpdesk.sync.accounts import write_accounts
from helpdesk.sync.admin import AdminApi
from helpdesk.sync.derived import write_domains, write_sites
from helpdesk.sync.rows import Context, Prepared
from helpdesk.sync.seen import Seen
from helpdesk.sync.settings import READABLE, write_settings
from helpdesk.sync.statements import DEVICE, LICENSE, NUMBER, PERSON, RecordKind
from helpdesk.sync.workspaces import Workspaces
from helpdesk.sync.writing import licenses_of, people_among, people_there, remove_others, write_changed

# Records that are read in one go.
SLICE = 10

Prepare = Callable[[Sequence[Any]], Coroutine[Any, Any, list[Prepared | None]]]


class Customer:
    """Syncs one organization, once; `outcome` is what became of it."""

    def __init__(self, store: Store, api: AdminApi, context: Context, name: str, now: Clock) -> None:
        self.outcome = SyncOutcome(context.key, name)
        self._store = store
        self._api = api
        self._context = context
        self._now = now
        self._domains: set[str] = set()
        self._workspaces = Workspaces(api)

    async def sync(self) -> SyncOutcome:
        """Raises WebexUnauthorized, and StoreUnavailable: both are no matter of this organization."""
        organization = self._context.organization
        await self._part(LOCATIONS, self._read_locations())
        await self._part(LICENSES, self._read_licenses())
        await self._part(PEOPLE, self._read_people())
        await self._part(ACCOUNTS, self._read_accounts())
        await self._part(DEVICES, self._list(DEVICE, self._api.devices(organization), self._prepare_devices))
        await self._part(NUMBERS, self._list(NUMBER, self._api.numbers(organization), self._prepare_numbers))
        if self._workspaces.failure:
            self.outcome.failures.append(failure(self._workspaces.failure, WORKSPACES))
        await self._part(SETTINGS, self._read_settings())
        return self.outcome

    async def _part(self, part: Part, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except WebexUnauthorized:
            raise
        except WebexError as error:
            self.outcome.failures.append(failure(error, part))
        except IntegrityError:
            # It refers to what went away while it was read.
            self.outcome.failures.append(
                PartFailure(part.name, "it changed while it was read; the next sync repairs it")
            )

    async def _read_locations(self) -> None:
        self._context = replace(self._context, locations=await self._api.locations(self._context.organization))

    async def _read_licenses(self) -> None:
        licenses = self._api.licenses(self._context.organization)
        if await self._list(LICENSE, licenses, self._prepare_licenses):
            self.outcome.written += await write_sites(self._store, self._context.key)

    async def _read_people(self) -> None:
        # Those in the store, which are older where their own list could not be read.
        licenses = await self._store.read(licenses_of, self._context.key)
        self._context = replace(self._context, licenses=licenses)
        people = self._api.people(self._context.organization)
        if await self._list(PERSON, people, self._prepare_people, may_be_empty=False):
            self.outcome.written += await write_domains(self._store, self._context.key, self._domains)

    async def _read_accounts(self) -> None:
        async for page in self._api.accounts(self._context.key):
            self.outcome.written += await write_accounts(self._store, self._context.key, page)

    async def _read_settings(self) -> None:
        told = {name: await self._api.setting(self._context.organization, key) for key, name in READABLE.items()}
        known = {name: value for name, value in told.items() if value is not None}
        self.outcome.written += await write_settings(self._store, self._context.key, known)

    async def _list(
        self, kind: RecordKind, pages: AsyncIterator[Sequence[Any]], prepare: Prepare, may_be_empty: bool = True
    ) -> bool:
        """Bring a list in, and remove what is not on it any more; says whether all of it was understood."""
        seen, unread_keys, unnamed = Seen(), Seen(), 0
        try:
            async for page in pages:
                prepared = await prepare(page)
                found = [each for each in prepared if each]
                seen.add(each.row[kind.key] for each in found)
                unread = [item for item, each in zip(page, prepared, strict=True) if each is None]
                keys = [rows.key_of(item) for item in unread]
                for of_all in (seen, unread_keys):
                    of_all.add(filter(None, keys))
                unnamed += keys.count(None)
                self.outcome.written += await write_changed(self._store, kind, found, self._now())
        finally:
            # Where a list had to be begun again, some came twice.
            self.outcome.left_out += unread_keys.count() + unnamed
            self.outcome.read += seen.count() - unread_keys.count()
        stored = 0 if may_be_empty or seen.count() else await self._store.read(people_there, self._context.key)
        if stored:
            # A token that lost its rights is told of nobody; a customer that lost everybody is another matter.
            raise EmptyList(200)
        if not unnamed:
            self.outcome.removed += await remove_others(self._store, kind, self._context.key, seen)
        return not unnamed

    async def _prepare_licenses(self, items: Sequence[Any]) -> list[Prepared | None]:
        return await _each(items, lambda item: rows.license_(item, self._context))

    async def _prepare_people(self, items: Sequence[Any]) -> list[Prepared | None]:
        found = await _each(items, lambda item: rows.person(item, self._context))
        self._domains |= {email["domain"] for each in found if each for email in each.links[PersonEmail]}
        return found

    async def _prepare_devices(self, items: Sequence[Any]) -> list[Prepared | None]:
        owners = await self._store.read(people_among, list(filter(None, map(rows.owner_of, items))))
        names = await self._workspaces.names(filter(None, map(rows.workspace_of, items)))
        context = replace(self._context, workspaces=names)
        return await _each(items, lambda item: rows.device(item, context, owners))

    async def _prepare_numbers(self, items: Sequence[Any]) -> list[Prepared | None]:
        return await _each(items, lambda item: rows.number(item, self._context))


async def _each(items: Sequence[Any], prepare: Callable[[Any], Prepared | None]) -> list[Prepared | None]:
    found = []
    for place, item in enumerate(items):
        if place % SLICE == 0:
            await asyncio.sleep(0)  # others have waited a millisecond or two
        found.append(prepare(item))
    return found


class EmptyList(WebexError):
    """Nothing was told of what had much."""


def failure(error: WebexError, part: Part) -> PartFailure:
    """Without people there is nothing of a customer to look up; without the rest there is."""
    return PartFailure(part.name, _reason(error, part), isinstance(error, WebexForbidden) and part is not PEOPLE)


def _reason(error: WebexError, part: Part) -> str:
    """In words for operators, which name nobody."""
    if isinstance(error, EmptyList):
        return "Webex lists nobody where there were people; nothing was removed"
    if isinstance(error, ForeignLink):
        return "the next page is said to lie on another host, which the token does not go to"
    if isinstance(error, WebexForbidden):
        return (
            f"Webex answered 403: the token needs the scope {part.scope}, and rights for this customer; "
            "add it to the integration or Service App at developer.webex.com, and have a full administrator of the "
            "partner authorise that again in Control Hub"
        )
    return f"Webex answered {error.status}" if error.status else "Webex does not answer"
