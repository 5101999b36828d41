"""Taking an address off a provider's list, once for each event, although no transaction spans that list and our store.

What was there is noted before any of it is taken off. Worked on again after a crash, the event takes off what is
left of that and nothing that was listed since. Of several who do it at once, in whatever process, one goes first;
the others find what it left.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from pydantic import TypeAdapter
from sqlmodel import Session

from helpdesk.mail.provider_errors import CALL_SECONDS, ProviderUnavailable
from helpdesk.mail.suppression import Removal, SuppressionEntry
from helpdesk.platform.clock import utc_now
from helpdesk.platform.idempotency import once
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.platform.store.tables.mail import Reason

Find = Callable[[str], Awaitable[Sequence[SuppressionEntry]]]
# Takes entries off, those that are gone already included; gives those that the provider does not let go.
TakeOff = Callable[[Sequence[SuppressionEntry]], Awaitable[Collection[SuppressionEntry]]]

_REMOVAL = TypeAdapter(Removal)
# A search, a removal, and what is noted in between; who holds an address longer has died.
WORK_SECONDS = 3 * CALL_SECONDS
_HELD_FOR = timedelta(seconds=WORK_SECONDS + 5)


class RemoteRemoval:
    """`provider` is its name; `find` and `take_off` ask it, and raise MailProviderError."""

    def __init__(self, store: Store, provider: str, find: Find, take_off: TakeOff) -> None:
        self._store = store
        self._provider = provider
        self._find = find
        self._take_off = take_off

    async def remove(self, address: str, event_id: str, keeping: Collection[Reason]) -> Removal:
        """As SuppressionList.remove. What the provider does not let go is among the kept, as not removable."""
        if done := await self._store.read(_done, event_id, address):
            return done
        try:
            async with asyncio.timeout(WORK_SECONDS), self._held(address, event_id):
                return await self._remove(address, event_id, keeping)
        except TimeoutError:
            raise ProviderUnavailable(self._provider) from None

    async def _remove(self, address: str, event_id: str, keeping: Collection[Reason]) -> Removal:
        found = await self._find(address)
        planned = await self._store.write(_plan_once, event_id, address, _split(found, keeping))
        listed = {_identity(entry) for entry in found}
        refused = await self._take_off([entry for entry in planned.removed if _identity(entry) in listed])
        return await self._store.write(_note_once, event_id, address, _less(planned, refused))

    @asynccontextmanager
    async def _held(self, address: str, event_id: str) -> AsyncIterator[None]:
        """Alone with `address`, but for who works on the same event: what that does twice comes to the same."""
        # No event of this loop tells when another process is done.
        while not await self._store.write(_hold, self._provider, address, event_id):  # noqa: ASYNC110
            await asyncio.sleep(random.uniform(0.05, 0.15))  # noqa: S311  (jitter is no secret)
        try:
            yield
        finally:
            await self._store.write(_let_go, self._provider, address, event_id)


def newest_first(entries: Sequence[SuppressionEntry]) -> Sequence[SuppressionEntry]:
    """Undated last; several of one time in the order of their reasons."""
    by_reason = sorted(entries, key=lambda entry: entry.reason)
    return sorted(by_reason, key=lambda entry: entry.since.timestamp() if entry.since else 0.0, reverse=True)


def _split(found: Sequence[SuppressionEntry], keeping: Collection[Reason]) -> Removal:
    kept = [entry for entry in found if entry.reason in keeping or not entry.is_removable]
    return Removal(tuple(entry for entry in found if entry not in kept), tuple(kept))


def _less(planned: Removal, refused: Collection[SuppressionEntry]) -> Removal:
    removed = tuple(entry for entry in planned.removed if entry not in refused)
    return Removal(removed, (*planned.kept, *refused))


def _identity(entry: SuppressionEntry) -> tuple[object, ...]:
    return entry.address, entry.list_name, entry.reason, entry.since


def _done(session: Session, event_id: str, address: str) -> Removal | None:
    noted = session.get(CompletedAct, (event_id, f"suppression.remove {address}"))
    return _REMOVAL.validate_python(noted.result) if noted else None


def _plan_once(session: Session, event_id: str, address: str, plan: Removal) -> Removal:
    return once(session, event_id, f"suppression.plan {address}", _REMOVAL, lambda: plan)


def _note_once(session: Session, event_id: str, address: str, outcome: Removal) -> Removal:
    return once(session, event_id, f"suppression.remove {address}", _REMOVAL, lambda: outcome)


def _hold(session: Session, provider: str, address: str, event_id: str) -> bool:
    key, now = (f"removing at {provider}", address), utc_now()
    if insert_once(session, CompletedAct, {"event_id": key[0], "name": key[1], "result": {"by": event_id}, "at": now}):
        return True
    held = session.get(CompletedAct, key, with_for_update=True)
    if held is None or (held.result["by"] != event_id and held.at > now - _HELD_FOR):
        return False
    held.result, held.at = {"by": event_id}, now
    return True


def _let_go(session: Session, provider: str, address: str, event_id: str) -> None:
    held = session.get(CompletedAct, (f"removing at {provider}", address), with_for_update=True)
    if held is not None and held.result["by"] == event_id:
        session.delete(held)
