"""One record, brought up to date while somebody looks at it: one or two calls, and no longer than they wait."""

import asyncio
from dataclasses import replace
from typing import Any

from sqlmodel import Session, select

from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.errors import Unavailable
from helpdesk.platform.store import Store, StoreUnavailable
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.webex.client import Json, WebexClient, WebexNotFound
from helpdesk.sync import AdminTokenRefused, rows
from helpdesk.sync.accounts import write_accounts
from helpdesk.sync.admin import AdminApi
from helpdesk.sync.rows import Context, Prepared
from helpdesk.sync.snapshot import organization_snapshot, person_snapshot
from helpdesk.sync.statements import LICENSE, ORGANIZATION, PERSON, RecordKind
from helpdesk.sync.writing import licenses_of, mark_gone, roles_there, touch, write_changed

SECONDS = 2.0
_GONE: Json = {}


class Refresh:
    """Both say whether the record changed. Where Webex is slow, away or unwilling, it stays as it is."""

    def __init__(self, store: Store, client: WebexClient, now: Clock = utc_now, seconds: float = SECONDS) -> None:
        self._store = store
        self._api = AdminApi(client)
        self._now = now
        self._seconds = seconds

    async def person(self, person_id: str) -> bool:
        """By the key."""
        known = await self._store.read(_person, person_id)
        if known is None:
            return False
        webex_id, context, has_location = known
        told, account, locations = await self._within(
            self._api.person(webex_id),
            self._api.account(context.key, person_id),
            self._api.locations(context.organization) if has_location else _none(),
        )
        if told is _GONE and not account:
            return await self._store.write(mark_gone, person_id, self._now())
        if not told:
            return False
        before = await self._store.read(person_snapshot, person_id)
        # Where the locations were not told, its location stays as it is known.
        await self._write(PERSON, person_id, rows.person(told, replace(context, locations=locations or {})))
        if account:
            await write_accounts(self._store, context.key, [account])
        return await self._store.read(person_snapshot, person_id) != before

    async def organization(self, organization_id: str) -> bool:
        """With its licenses, whose use changes all day."""
        known = await self._store.read(_organization, organization_id)
        if known is None:
            return False
        context = Context(known, organization_id)
        told, items = await self._within(self._api.organization(known), self._all_licenses(known))
        before = await self._store.read(organization_snapshot, organization_id)
        if told:
            await self._write(ORGANIZATION, organization_id, rows.organization(told))
        licenses = [one for item in items or () if (one := rows.license_(item, context))]
        await write_changed(self._store, LICENSE, licenses, self._now())
        return await self._store.read(organization_snapshot, organization_id) != before

    async def _all_licenses(self, organization: str) -> list[Any]:
        return [item async for page in self._api.licenses(organization) for item in page]

    async def _write(self, kind: RecordKind, key: str, found: Prepared | None) -> None:
        if found is None or found.row["id"] != key:  # not what was asked for
            return
        if not await write_changed(self._store, kind, [found], self._now()):
            moved = {name: value for name, value in found.row.items() if name in rows.MOVING}
            await self._store.write(touch, kind, key, {**moved, "synced_at": self._now()})

    async def _within(self, *calls: Any) -> list[Any]:
        """What each of them gives in time; _GONE where Webex knows no such thing, None for the others."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._or_nothing(call)) for call in calls]
        return [task.result() for task in tasks]

    async def _or_nothing(self, call: Any) -> Json | list[Any] | None:
        try:
            async with asyncio.timeout(self._seconds):
                answer: Json | list[Any] = await call
                return answer
        except StoreUnavailable:
            raise
        except WebexNotFound:
            return _GONE
        except (Unavailable, AdminTokenRefused, TimeoutError):
            return None


async def _none() -> dict[str, str]:
    return {}


def _person(session: Session, person_id: str) -> tuple[str, Context, bool] | None:
    """Its id as Webex gave it, its organization, and whether it has a location."""
    known = select(Person, Organization.webex_id, Organization.country).join(Organization)
    found = session.exec(known.where(Person.id == person_id)).first()
    if found is None:
        return None
    person, organization, country = found
    licenses = licenses_of(session, person.organization_id)
    context = Context(organization, person.organization_id, licenses, roles_there(session), country=country)
    return person.webex_id, context, person.location is not None


def _organization(session: Session, organization_id: str) -> str | None:
    return session.exec(select(Organization.webex_id).where(Organization.id == organization_id)).first()
