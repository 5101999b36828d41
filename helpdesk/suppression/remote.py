"""Taking entries off a list that a provider keeps, so that each is reported by one event, told the same again.

What will be taken off is noted first, then done in calls that may be repeated: an event worked on again after a crash
finds the note, and takes off what is left of it. An entry is claimed with the note, so that of several events at once
one reports it. A call that fails gives note and claims up, and whoever tries again starts afresh.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session

from helpdesk.acts import once
from helpdesk.clock import utc_now
from helpdesk.providers import CALL_SECONDS, MailProviderError
from helpdesk.store import Store, insert_once
from helpdesk.store.tables import Act, Reason
from helpdesk.suppression import Entry, Removal

# Still listed so long after it was claimed, an entry outlived whoever claimed it.
CLAIMED_FOR = timedelta(seconds=3 * CALL_SECONDS)
_REMOVAL = TypeAdapter(Removal)


async def remove_once(
    store: Store,
    address: str,
    event_id: str,
    found: Sequence[Entry],
    keeping: Collection[Reason],
    take_off: Callable[[Entry], Awaitable[None]],
) -> Removal:
    """`found` is what stands on the list now; for `take_off`, an entry that is gone already is no error."""
    removal = await store.write(_noted, address, event_id, found, keeping)
    try:
        for entry in removal.removed:
            # Not what was listed anew since an earlier try.
            if entry in found:
                await take_off(entry)
    except MailProviderError:
        await store.write(_forget, address, event_id, removal)
        raise
    return removal


def _noted(
    session: Session, address: str, event_id: str, found: Sequence[Entry], keeping: Collection[Reason]
) -> Removal:
    kept = tuple(entry for entry in found if entry.reason in keeping or not entry.is_removable)

    def plan() -> Removal:
        return Removal(tuple(entry for entry in found if entry not in kept and _claim(session, entry)), kept)

    return once(session, event_id, _name(address), _REMOVAL, plan)


def _claim(session: Session, entry: Entry) -> bool:
    key, now = _claim_of(entry), utc_now()
    if insert_once(session, Act, {**key, "result": {}, "at": now}):
        return True
    claim = session.get_one(Act, tuple(key.values()), with_for_update=True)
    if claim.at > now - CLAIMED_FOR:
        return False
    claim.at = now
    return True


def _forget(session: Session, address: str, event_id: str, removal: Removal) -> None:
    keys: list[dict[str, Any]] = [{"event_id": event_id, "name": _name(address)}, *map(_claim_of, removal.removed)]
    for key in keys:
        if act := session.get(Act, tuple(key.values())):
            session.delete(act)


def _name(address: str) -> str:
    return f"suppression.remove {address}"


def _claim_of(entry: Entry) -> dict[str, Any]:
    return {
        "event_id": f"{entry.address} {entry.list_name} {entry.reason} {entry.since}",
        "name": "suppression.claim",
    }
