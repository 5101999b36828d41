"""The settings of a customer that Webex's APIs tell; all others are the import file's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization

# By Webex's key. There is no list of the keys there are, and only this one is documented as readable.
READABLE: Mapping[str, str] = {"allow-admin-invite-emails": "allowAdminInviteEmails"}


async def write_settings(store: Store, organization: str, told: Mapping[str, bool]) -> int:
    """Put what was `told` among an organization's settings, by our names; 1 where that is new, else 0."""
    known = await store.read(_known, organization)
    if known is None or all(known.get(name) is value for name, value in told.items()):
        return 0
    return int(await store.write(_write, organization, told))


def _known(session: Session, organization: str) -> dict[str, Any] | None:
    query = select(col(Organization.settings)).where(col(Organization.id) == organization)
    found: dict[str, Any] | None = session.connection().scalar(query)
    return found


def _write(session: Session, organization: str, told: Mapping[str, bool]) -> bool:
    # As they are by now: an import may have come in between.
    known = _known(session, organization)
    if known is None:
        return False
    of_it = update(Organization).where(col(Organization.id) == organization)
    session.connection().execute(of_it.values(settings={**known, **told}))
    return True
