"""A request and everybody it concerns, as it stands at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from helpdesk.platform.store.tables.proof import Consent, ConsentAdministrator
from helpdesk.proof.consent import ConsentState


@dataclass(frozen=True, slots=True)
class Case:
    consent: Consent
    administrators: Sequence[ConsentAdministrator]

    @property
    def state(self) -> ConsentState:
        return ConsentState(self.consent.state)

    @property
    def answered_by(self) -> ConsentAdministrator | None:
        return self._numbered(self.consent.answered_by)

    @property
    def ended_by(self) -> ConsentAdministrator | None:
        return self._numbered(self.consent.ended_by)

    def _numbered(self, number: int | None) -> ConsentAdministrator | None:
        return next((each for each in self.administrators if each.number == number), None)


def load(session: Session, consent_id: str, now: datetime, *, to_change: bool = False) -> Case | None:
    """As it is now. `to_change` has others who would change it wait until this transaction has ended."""
    query = select(Consent).where(Consent.id == consent_id)
    row = session.exec(query.with_for_update() if to_change else query).first()
    if row is None:
        return None
    asked = select(ConsentAdministrator).where(ConsentAdministrator.consent_id == consent_id)
    administrators = session.exec(asked.order_by(col(ConsentAdministrator.number))).all()
    _settle(row, now)
    return Case(row, administrators)


def _settle(row: Consent, now: datetime) -> None:
    """What the clock has decided. Where this is only read, it is written by whoever changes something next."""
    if row.state == ConsentState.ASKED and now >= row.lapses_at:
        row.state, row.ended_at = ConsentState.LAPSED.value, row.lapses_at
    elif row.state == ConsentState.GRANTED and row.until is not None and now >= row.until:
        row.state, row.ended_at = ConsentState.OVER.value, row.until
