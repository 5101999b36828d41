"""The desk as it is seen by who is limited to some customers: what is of others is as if it were not there.

The directory leaves others out by itself, in SQL, and so do verifications. Where mail is concerned, addresses are
known and no customers: there the same is asked, in the same order, whether the address is of the agent's
customers or not, and what is said of any other is not looked at.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from helpdesk.audit.outcomes import AuditOutcome
from helpdesk.directory import NotFound
from helpdesk.directory.index import Directory
from helpdesk.directory.owners import owners
from helpdesk.mail.delivery import DeliveryLog, LastDelivery
from helpdesk.mail.suppression import Removal, SuppressionEntry, SuppressionList
from helpdesk.people.access import Sender
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from helpdesk.services import Helpdesk


@asynccontextmanager
async def scoped_to(sender: Sender, desk: Helpdesk, event_id: str, action: str) -> AsyncIterator[Helpdesk]:
    """The desk as `sender` may see it in this event. What they ask for in vain by its exact name is audited."""
    if sender.customers is None:
        yield desk
        return
    missed: set[str] = set()
    directory = desk.directory.scoped_to(sender.customers, missed)
    try:
        yield replace(
            desk,
            directory=directory,
            delivery=SeenDelivery(desk.delivery, directory),
            suppression=SeenSuppressions(desk.suppression, directory),
            verification=desk.verification.scoped_to(sender.customers, missed),
        )
    finally:
        await audit_missed(sender, replace(desk, directory=directory), event_id, action)


async def audit_missed(sender: Sender, desk: Helpdesk, event_id: str, action: str) -> None:
    """Audit what was asked for in vain until now; also to be called where work goes on behind the event's own."""
    if sender.customers is None:
        return
    for name in sorted(desk.directory.missed or ()):
        await _audit(name, sender, sender.customers, desk, event_id, action)


async def _audit(
    name: str, sender: Sender, customers: frozenset[str], desk: Helpdesk, event_id: str, action: str
) -> None:
    """A row that tells the partner administrator whose it is; it has no organization where it is nobody's.

    Written in either case: the time it takes must not tell the agent which it was.
    """
    found = await desk.store.read(owners, name)
    if not customers.isdisjoint(found):
        return  # of their own, only not where it was looked for
    await desk.audit.record(
        actor=sender.email,
        action=action,
        subject=name,
        outcome=AuditOutcome.BEYOND_SCOPE,
        event_id=event_id,
        organization_id=next(iter(found), None),
    )


@dataclass(frozen=True, slots=True)
class SeenDelivery:
    """A DeliveryLog in which there is no mail to anybody else's address."""

    provider: DeliveryLog
    directory: Directory

    async def last(self, address: str) -> LastDelivery:
        is_seen = await _is_seen(address, self.directory)
        last = await self.provider.last(address)
        return last if is_seen else LastDelivery(DeliveryStatus.NONE)


@dataclass(frozen=True, slots=True)
class SeenSuppressions:
    """A SuppressionList that nobody else's address is on."""

    provider: SuppressionList
    directory: Directory

    async def find(self, address: str) -> Sequence[SuppressionEntry]:
        is_seen = await _is_seen(address, self.directory)
        entries = await self.provider.find(address)
        return entries if is_seen else ()

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason] = ()) -> Removal:
        is_seen = await _is_seen(address, self.directory)
        # Nothing is taken off where every reason is kept, and it takes as long as for an address that is not listed.
        removal = await self.provider.remove(address, event_id, keeping if is_seen else frozenset(Reason))
        return removal if is_seen else Removal()

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        if not await _is_seen(entry.address, self.directory):
            raise NotFound
        return await self.provider.restore(entry, event_id)


async def _is_seen(address: str, directory: Directory) -> bool:
    return await directory.organization_of(address) is not None
