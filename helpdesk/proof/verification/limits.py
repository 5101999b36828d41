"""When a code may be sent and when it counts: the policy's numbers, held against what is in the store."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from helpdesk.platform.clock import Clock
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.proof import Verification, VerificationFailure
from helpdesk.proof.verification import (
    AgentLocked,
    CodeExpired,
    CodeReplaced,
    CodeUsed,
    Locked,
    NoTriesLeft,
    Policy,
    Proof,
    TooManyCodes,
    TooSoon,
)

_HOUR, _DAY = timedelta(hours=1), timedelta(hours=24)
# Codes that went out or may have: a process that died on the way says neither.
MAY_BE_OUT = (col(Verification.proof) != Proof.APPROVAL.value, col(Verification.failed_at).is_(None))


@dataclass(frozen=True, slots=True)
class Limits:
    """Asked in the transaction that then acts, with the user locked in it."""

    policy: Policy
    now: Clock

    def require_allowed(self, session: Session, person_id: str, agent_id: str) -> None:
        """Raises Locked, AgentLocked, TooSoon or TooMany where no code may be sent to this user, or by this agent."""
        now = self.now()
        self._require_unlocked(session, person_id, agent_id)
        of_person = select(Verification.created_at).where(
            Verification.person_id == person_id, col(Verification.created_at) > now - _DAY, *MAY_BE_OUT
        )
        sent = sorted(session.exec(of_person))
        if sent and now - sent[-1] < self.policy.resend_after:
            raise TooSoon(self.policy.resend_after - (now - sent[-1]))
        if len(sent) >= self.policy.codes_per_day:
            until = sent[-self.policy.codes_per_day] + _DAY
            raise TooManyCodes(Text("This user was sent as many codes as one day allows."), until)
        of_agent = select(func.count(), func.min(Verification.created_at)).where(
            Verification.agent_id == agent_id, col(Verification.created_at) > now - _HOUR, *MAY_BE_OUT
        )
        count, first = session.exec(of_agent).one()
        if count >= self.policy.codes_per_agent_hour:
            until = first + _HOUR
            raise TooManyCodes(Text("You have sent as many codes as one hour allows."), until)

    def tries_kept(self, session: Session, person_id: str) -> int:
        """Tries already used up: a resend does not hand out new ones while the last code could still be tried."""
        query = select(Verification).where(Verification.person_id == person_id, *MAY_BE_OUT)
        last = session.exec(query.order_by(col(Verification.created_at).desc()).limit(1)).first()
        if last is None or last.used_at is not None or last.expires_at <= self.now():
            return 0
        return last.tries if last.tries < self.policy.tries else 0

    def require_live(self, session: Session, row: Verification) -> None:
        """Raises CodeUsed, CodeReplaced, CodeExpired, Locked, AgentLocked or NoTriesLeft where it counts no more."""
        if row.used_at is not None:
            raise CodeUsed
        if _is_replaced(session, row):
            raise CodeReplaced
        if row.expires_at <= self.now() or row.failed_at is not None:
            raise CodeExpired
        self._require_unlocked(session, row.person_id, row.agent_id)
        if row.tries >= self.policy.tries:
            raise NoTriesLeft

    def locked_until(self, session: Session, person_id: str, agent_id: str) -> tuple[datetime | None, datetime | None]:
        """Until when codes for this user are locked, after too many wrong ones; and codes of this agent."""
        now = self.now()
        # Both in one statement: every code that is sent or entered asks for both.
        query = select(VerificationFailure.person_id, VerificationFailure.agent_id, VerificationFailure.at).where(
            or_(col(VerificationFailure.person_id) == person_id, col(VerificationFailure.agent_id) == agent_id),
            col(VerificationFailure.at) > now - _DAY,
        )
        failures = session.exec(query).all()
        of_person = sorted(at for person, _, at in failures if person == person_id)
        of_agent = sorted(at for _, agent, at in failures if agent == agent_id)
        return self._persons(of_person, now), self._agents(of_agent, now)

    def _persons(self, failures: list[datetime], now: datetime) -> datetime | None:
        if len(failures) < self.policy.failures_before_lock:
            return None
        return _unless_over(failures[-1] + self.policy.lock, now)

    def _agents(self, failures: list[datetime], now: datetime) -> datetime | None:
        most = self.policy.wrong_per_agent_hour
        # While locked, no more can be added: the last of them locked.
        if len(failures) < most or failures[-1] - failures[-most] > _HOUR:
            return None
        return _unless_over(failures[-1] + self.policy.lock, now)

    def _require_unlocked(self, session: Session, person_id: str, agent_id: str) -> None:
        person, agent = self.locked_until(session, person_id, agent_id)
        if person:
            raise Locked(person)
        if agent:
            raise AgentLocked(agent)


def _unless_over(until: datetime, now: datetime) -> datetime | None:
    return until if until > now else None


def _is_replaced(session: Session, row: Verification) -> bool:
    """Whether a newer code may be out."""
    # Asked of the newer ones rather than written down here: a newer code counts from when it is made until it
    # certainly fails, so a crash at whatever moment leaves exactly one that counts.
    query = select(Verification.id).where(
        Verification.person_id == row.person_id,
        Verification.purpose == row.purpose,
        col(Verification.created_at) > row.created_at,
        *MAY_BE_OUT,
    )
    return session.exec(query.limit(1)).first() is not None
