"""What no list gives and others tell by the way: domains in use from people's addresses, sites from licenses.

What the import file says of them stays.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from helpdesk.directory.records.rows import site_host
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.tables.directory import Domain, DomainStatus, License, RecordSource, WebexSite


async def write_domains(store: Store, organization: str, domains: Collection[str]) -> int:
    """Make `domains` the ones in use; says how many changed."""
    return await _replace(store, Domain, "domain", organization, domains, {"status": DomainStatus.IN_USE.value})


async def write_sites(store: Store, organization: str) -> int:
    """Make those of the stored licenses the organization's: what was not told of a license this time is known there."""
    return await _replace(store, WebexSite, "url", organization, await store.read(_sites_of, organization), {})


def _sites_of(session: Session, organization: str) -> set[str]:
    query = select(col(License.site_url)).where(col(License.organization_id) == organization)
    return {site_host(url) for url in session.connection().scalars(query) if url}


async def _replace(
    store: Store,
    model: type[Domain] | type[WebexSite],
    column: str,
    organization: str,
    names: Collection[str],
    more: dict[str, Any],
) -> int:
    there = await store.read(_there, model, column, organization)
    gone = [name for name, source in there.items() if source == RecordSource.SYNC and name not in names]
    new = [
        {"organization_id": organization, column: name, "source": RecordSource.SYNC.value, **more}
        for name in sorted(names)
        if name not in there
    ]
    if gone or new:
        await store.write(_write, model, column, organization, gone, new)
    return len(gone) + len(new)


def _there(session: Session, model: type[Domain] | type[WebexSite], column: str, organization: str) -> dict[str, str]:
    query = select(getattr(model, column), col(model.source)).where(col(model.organization_id) == organization)
    return {name: source for name, source in session.connection().execute(query)}  # noqa: C416 - rows are no pairs to mypy


def _write(
    session: Session,
    model: type[Domain] | type[WebexSite],
    column: str,
    organization: str,
    gone: list[str],
    new: list[dict[str, Any]],
) -> None:
    if gone:
        lapsed = getattr(model, column).in_(gone)
        session.connection().execute(delete(model).where(col(model.organization_id) == organization, lapsed))
    for row in new:
        insert_once(session, model, row)
