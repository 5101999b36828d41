"""The audit trail: one row an act, only ever appended to. Codes and secrets never enter it.

Each row is tied to the one before it (chain), so that one that is altered, removed or put in by hand shows
(verifying). An event that is worked on again after a crash adds no second row of the same action, subject and outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from helpdesk.audit.writing import append
from helpdesk.clock import Clock, utc_now
from helpdesk.store import Store
from helpdesk.store.tables import AuditRow


@dataclass(frozen=True, slots=True)
class Audit:
    store: Store
    now: Clock = utc_now

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
        row = {
            "at": self.now(),
            "actor": actor,
            "action": action,
            "subject": subject,
            "organization_id": organization_id,
            "reason": reason,
            "outcome": outcome,
            "event_id": event_id,
        }
        await self.store.write(append, row)

    async def about(self, subject: str) -> Sequence[AuditRow]:
        """Every act on `subject`, oldest first."""
        return await self.store.read(_about, subject)


def _about(session: Session, subject: str) -> Sequence[AuditRow]:
    return session.exec(select(AuditRow).where(AuditRow.subject == subject).order_by(col(AuditRow.id))).all()
