"""Codes and approvals in the store. Every decision is one transaction, so of two at once exactly one counts."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.idempotency import once
from helpdesk.platform.store import Store, one_at_a_time
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.proof import Verification, VerificationFailure
from helpdesk.proof.verification import (
    Asker,
    Carrier,
    Challenge,
    NotACode,
    NotProven,
    NotYours,
    OwnApproval,
    Policy,
    Proof,
    Purpose,
    Verified,
    Wrong,
)
from helpdesk.proof.verification.limits import MAY_BE_OUT, Limits

DIGITS = 6
_OUTCOME: TypeAdapter[Verified | Wrong] = TypeAdapter(Verified | Wrong)
_VERIFIED = TypeAdapter(Verified)
_LIVE = (
    select(Verification.proof, Verification.verified_until)
    .where(
        Verification.person_id == bindparam("person"),
        Verification.agent_id == bindparam("agent"),
        col(Verification.proof).in_(bindparam("proofs", expanding=True)),
        col(Verification.verified_until) > bindparam("now"),
    )
    .order_by(col(Verification.verified_until).desc())
    .limit(1)
)


class Verifications:
    def __init__(
        self,
        store: Store,
        secret: str,
        carriers: Mapping[Proof, Carrier],
        policy: Policy | None = None,
        now: Clock = utc_now,
    ) -> None:
        self._store = store
        self._key = hashlib.sha256(b"verification codes\n" + secret.encode()).digest()
        self._carriers = carriers
        self._now = now
        self._policy = policy or Policy()
        self._limits = Limits(self._policy, now)
        self._customers: frozenset[str] | None = None
        self._missed: set[str] | None = None

    def scoped_to(self, customers: frozenset[str], missed: set[str]) -> "Verifications":
        """These, but for codes of other customers' users: entering one is as if it had never been sent.

        The id of such a verification is added to `missed`.
        """
        seen = copy(self)
        seen._customers, seen._missed = customers, missed
        return seen

    async def send(
        self, person: Person, organization: Organization, proof: Proof, asker: Asker, event_id: str
    ) -> Challenge:
        """Send a new code to the user; from now on it is the only one that counts, unless it certainly fails.

        Raises TooSoon, TooMany or Locked before anything is sent, and what the carrier raises when the
        code certainly did not go out (it then counts as not sent). The same event sends once; where it
        was cut off before it knew, it says that it is uncertain.
        """
        row, code = await self._store.write(self._open, person, proof, asker, event_id)
        if code is None:
            return self._challenge(row, is_certain=row.sent_at is not None)
        try:
            is_certain = await self._carriers[proof].carry(code, person, organization, asker, self._policy.code_life)
        except HelpdeskError:
            await self._store.write(_mark, row.id, {"failed_at": self._now()})
            raise
        if is_certain:
            await self._store.write(_mark, row.id, {"sent_at": self._now()})
        return self._challenge(row, is_certain=is_certain)

    async def has_sent(self, event_id: str) -> bool:
        """Whether this event sent a code, or may have."""
        return await self._store.read(_has_sent, event_id)

    async def check(self, verification_id: str, asker: Asker, entered: str, event_id: str) -> Verified | Wrong:
        """Hold what the caller said against the code; counts as one try.

        The same event counts once, whatever came after it, and is given the same answer again.

        Raises NotACode (nothing counted), NotYours, CodeExpired, CodeUsed, CodeReplaced, NoTriesLeft or Locked.
        """
        return await self._store.write(self._check, verification_id, asker, parse_code(entered), event_id)

    async def approve(self, person_id: str, asker: Asker, approver_id: str, reason: str, event_id: str) -> Verified:
        """A second person answers for the caller: good for the asker as a right code is. Raises OwnApproval.

        `person_id` may be an address that is no user's.
        """
        if approver_id == asker.agent_id:
            raise OwnApproval
        return await self._store.write(self._approve, person_id, asker, approver_id, reason, event_id)

    async def live(self, person_id: str, agent_id: str) -> Verified | None:
        """The agent's verification of this user that still holds, if any."""
        return await self._store.read(self._live, person_id, agent_id, frozenset(Proof))

    async def require(self, person_id: str, agent_id: str, proofs: frozenset[Proof], event_id: str) -> Verified:
        """What this event's act rests on, now and when the event is worked on again. Raises NotProven."""
        return await self._store.write(self._require, person_id, agent_id, proofs, event_id)

    def _check(
        self, session: Session, verification_id: str, asker: Asker, code: str, event_id: str
    ) -> Verified | Wrong:
        row = session.get(Verification, verification_id)
        if row is None or not self._is_seen(session, row.person_id):
            if self._missed is not None:
                self._missed.add(verification_id)
            raise NotYours
        if (row.agent_id, row.space_id) != (asker.agent_id, asker.space_id):
            raise NotYours
        return once(session, event_id, f"verification.check {row.id}", _OUTCOME, lambda: self._try(session, row, code))

    def _is_seen(self, session: Session, person_id: str) -> bool:
        if self._customers is None:
            return True
        return session.exec(select(Person.organization_id).where(Person.id == person_id)).first() in self._customers

    def _try(self, session: Session, row: Verification, code: str) -> Verified | Wrong:
        _alone_with(session, row.person_id)
        _alone_with_agent(session, row.agent_id)
        session.refresh(row)
        self._limits.require_live(session, row)
        now = self._now()
        row.tries += 1
        session.add(row)
        if hmac.compare_digest(self._hmac(row.id, code), row.code_hmac or ""):
            row.used_at, row.verified_until = now, now + self._policy.verified_window
            return Verified(row.person_id, Proof(row.proof), row.verified_until)
        session.add(VerificationFailure(person_id=row.person_id, agent_id=row.agent_id, at=now))
        session.flush()
        return Wrong(self._challenge(row), *self._limits.locked_until(session, row.person_id, row.agent_id))

    def _approve(
        self, session: Session, person_id: str, asker: Asker, approver_id: str, reason: str, event_id: str
    ) -> Verified:
        now = self._now()
        _alone_with(session, person_id)
        query = select(Verification).where(Verification.event_id == event_id)
        row = session.exec(query).first() or Verification(
            id=str(uuid4()),
            person_id=person_id,
            agent_id=asker.agent_id,
            space_id=asker.space_id,
            purpose=Purpose.CALLER.value,
            proof=Proof.APPROVAL.value,
            event_id=event_id,
            created_at=now,
            expires_at=now,
            used_at=now,
            verified_until=now + self._policy.verified_window,
            approver_id=approver_id,
            reason=reason,
        )
        session.add(row)
        return Verified(person_id, Proof.APPROVAL, row.verified_until or now)

    def _require(
        self, session: Session, person_id: str, agent_id: str, proofs: frozenset[Proof], event_id: str
    ) -> Verified:
        def live() -> Verified:
            verified = self._live(session, person_id, agent_id, proofs)
            if verified is None:
                raise NotProven
            return verified

        return once(session, event_id, f"verification.require {person_id}", _VERIFIED, live)

    def _live(self, session: Session, person_id: str, agent_id: str, proofs: frozenset[Proof]) -> Verified | None:
        of_both = {"person": person_id, "agent": agent_id, "proofs": sorted(proofs), "now": self._now()}
        row = session.connection().execute(_LIVE, of_both).first()
        if row is None or row.verified_until is None:
            return None
        return Verified(person_id, Proof(row.proof), row.verified_until)

    def _open(
        self, session: Session, person: Person, proof: Proof, asker: Asker, event_id: str
    ) -> tuple[Verification, str | None]:
        """A row for a new code and the code; or the row that this event opened before, and None."""
        now = self._now()
        _alone_with(session, person.id)
        _alone_with_agent(session, asker.agent_id)
        opened = session.exec(select(Verification).where(Verification.event_id == event_id)).first()
        if opened is not None and opened.failed_at is None:
            return opened, None
        self._limits.require_allowed(session, person.id, asker.agent_id)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        row = opened or Verification(
            id=str(uuid4()),
            person_id=person.id,
            agent_id=asker.agent_id,
            space_id=asker.space_id,
            purpose=Purpose.CALLER.value,
            proof=proof.value,
            event_id=event_id,
            created_at=now,
            expires_at=now,
        )
        row.created_at, row.expires_at, row.failed_at = now, now + self._policy.code_life, None
        row.code_hmac = self._hmac(row.id, code)
        row.tries = self._limits.tries_kept(session, person.id)
        session.add(row)
        return row, code

    def _challenge(self, row: Verification, is_certain: bool = True) -> Challenge:
        left = max(0, self._policy.tries - row.tries)
        return Challenge(row.id, row.person_id, Proof(row.proof), row.expires_at, left, is_certain)

    def _hmac(self, verification_id: str, code: str) -> str:
        return hmac.new(self._key, f"{verification_id}:{code}".encode(), hashlib.sha256).hexdigest()


def parse_code(entered: str) -> str:
    """Six digits from what people type: `123 456`, `123-456`, full-width digits. Raises NotACode."""
    plain = unicodedata.normalize("NFKC", entered)
    code = "".join(letter for letter in plain if not letter.isspace() and letter not in "-–—.·")
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise NotACode
    return code


def _has_sent(session: Session, event_id: str) -> bool:
    query = select(Verification.id).where(Verification.event_id == event_id, *MAY_BE_OUT)
    return session.exec(query).first() is not None


def _mark(session: Session, verification_id: str, times: dict[str, datetime]) -> None:
    session.exec(update(Verification).where(col(Verification.id) == verification_id).values(times))


def _alone_with(session: Session, person_id: str) -> None:
    """Until this transaction ends, nobody else decides about codes for this user."""
    # Not a lock on the user's row in the directory: it may be gone, and an import holds all of them for long.
    one_at_a_time(session, f"codes for the user {person_id}")


def _alone_with_agent(session: Session, agent_id: str) -> None:
    """Always after the user: two who wait for each other would wait for ever."""
    one_at_a_time(session, f"codes of the agent {agent_id}")


class HasVerification(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def verification(self) -> Verifications: ...
