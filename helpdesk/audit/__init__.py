"""The audit trail: one row an act, only ever appended to. Codes and secrets never enter it.

Each row is tied to the one before it (chain), so that one that is altered, removed or put in by hand shows
(verifying). An event that is worked on again after a crash adds no second row of the same action, subject and outcome.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlmodel import Session, col, select

from helpdesk.audit.heads import SignedHead, tell
from helpdesk.audit.keys import Keys
from helpdesk.audit.refused import RefusedTries
from helpdesk.audit.removal import remove_older
from helpdesk.audit.writing import append, begin, storable
from helpdesk.platform.batches import Batches
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow


class Audit:
    """`kept_for` is how long a row is kept; None for ever. `keys` is None for one that is only read."""

    def __init__(
        self, store: Store, now: Clock = utc_now, kept_for: timedelta | None = None, keys: Keys | None = None
    ) -> None:
        self.store = store
        self._keys = keys
        self.kept_for = kept_for
        self.refused = RefusedTries(store, now)
        self._now = now
        # Writers wait for each other: what is told at the same moment costs one turn.
        self._batches = Batches(self._append)

    async def record(
        self,
        *,
        actor: str,
        action: str,
        subject: str,
        outcome: str,
        event_id: str,
        organization_id: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Append a row, unless this event has it there already.

        `actor` and `subject` are addresses where they have one, else ids.
        """
        said = {
            "actor": actor,
            "action": action,
            "subject": subject,
            "organization_id": organization_id,
            "reason": reason,
            "outcome": outcome,
            "event_id": event_id,
        }
        spelled = {name: value and storable(value) for name, value in said.items()}
        await self._batches.add({"at": self._now(), **spelled})

    async def begin(self) -> None:
        """To be called when the desk starts."""
        await self.store.write(begin, self.keys)

    async def tell_head(self) -> SignedHead | None:
        """The head, signed, to be kept outside; None where there is no row yet."""
        return await self.store.write(tell, self.keys, self._now())

    async def write_refused(self) -> None:
        """Write down now which tries were refused."""
        await self.refused.write(self.keys)

    async def keep_writing_refused(self) -> None:
        """Runs until cancelled."""
        await self.refused.keep_writing(self.keys)

    async def about(self, subject: str) -> Sequence[AuditRow]:
        """Every act on `subject`, oldest first."""
        return await self.store.read(_about, subject)

    async def remove_lapsed(self) -> int:
        """Remove a batch of what is kept no longer, and tell of it in a row; says how many rows went."""
        if self.kept_for is None:
            return 0
        now = self._now()
        return await self.store.write(remove_older, now - self.kept_for, now, self.keys)

    @property
    def keys(self) -> Keys:
        if self._keys is None:
            raise RuntimeError("this audit was made without a key: it can only be read")
        return self._keys

    async def _append(self, acts: Sequence[Mapping[str, Any]]) -> Sequence[bool]:
        return await self.store.write(append, acts, self.keys)


def _about(session: Session, subject: str) -> Sequence[AuditRow]:
    return session.exec(select(AuditRow).where(AuditRow.subject == subject).order_by(col(AuditRow.id))).all()


class HasAudit(Protocol):
    """Whatever offers the audit: a use case names what it needs."""

    @property
    def audit(self) -> Audit: ...
