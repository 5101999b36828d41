"""Consents as the database keeps them: each changes in one transaction, so that two who answer at once do not both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete
from sqlmodel import Session, col

from helpdesk.people.access import Sender
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.proof import Consent, ConsentAdministrator
from helpdesk.proof.consent import GRANT_LIFE, ConsentState, Grant, NotAskedOfYou, NotYourConsent
from helpdesk.proof.consent.asking import ConsentQuestion, ask, is_administrator
from helpdesk.proof.consent.cases import Case, load
from helpdesk.proof.consent.granting import live_grant, open_standing, require_asked
from helpdesk.proof.consent.links import Links

# Says whether it changed anything; what cannot be changed any more stays as it is.
Change = Callable[[Case, datetime], bool]


@dataclass(frozen=True, slots=True)
class Consents:
    """`links` are those that administrators answer by."""

    store: Store
    links: Links
    now: Clock

    async def grant_of(self, agent_id: str, organization_id: str) -> Grant | None:
        """The agent's live grant; one that an administrator answered goes before one on the customer's setting."""
        return await self.store.read(live_grant, agent_id, organization_id, self.now())

    async def require(self, agent_id: str, organization_id: str, event_id: str) -> None:
        """That an administrator lets the agent in, now and when the event is worked on again. Raises NotGranted."""
        await self.store.write(require_asked, agent_id, organization_id, event_id, self.now())

    async def open(self, agent: Sender, organization_id: str, event_id: str) -> Grant | None:
        """The agent's live grant; where they have none and the customer's setting stands for one, a new one."""
        live = await self.grant_of(agent.person_id, organization_id)
        return live or await self.store.write(open_standing, agent, organization_id, event_id, self.now())

    async def ask(self, question: ConsentQuestion) -> Case:
        """The request of this event. Raises NotFound, or what says why it may not be asked."""
        return await self.store.write(ask, question, self.now())

    async def forget(self, consent_id: str) -> None:
        """A request that nobody was told of."""
        await self.store.write(_forget, consent_id)

    async def case(self, consent_id: str) -> Case | None:
        return await self.store.read(load, consent_id, self.now())

    async def answer(self, consent_id: str, number: int, *, is_approved: bool) -> tuple[Case, bool]:
        """What the administrator of that number says; and whether it counted. Raises NotAskedOfYou."""

        def change(case: Case, now: datetime) -> bool:
            row = case.consent
            if case.state is not ConsentState.ASKED:
                return False
            row.answered_at, row.answered_by = now, number
            if is_approved:
                row.state, row.until = ConsentState.GRANTED.value, now + GRANT_LIFE
            else:
                row.state, row.ended_at = ConsentState.REFUSED.value, now
            return True

        return await self.store.write(_as_administrator, consent_id, number, change, self.now())

    async def revoke(self, consent_id: str, number: int) -> tuple[Case, bool]:
        """An administrator ends what one of them allowed; whether it was still on. Raises NotAskedOfYou."""

        def change(case: Case, now: datetime) -> bool:
            if case.state is not ConsentState.GRANTED:
                return False
            case.consent.ended_by = number
            _end(case, ConsentState.REVOKED, now)
            return True

        return await self.store.write(_as_administrator, consent_id, number, change, self.now())

    async def end(self, consent_id: str, agent_id: str) -> tuple[Case, bool]:
        """The agent needs it no more; whether there was anything to end. Raises NotYourConsent."""

        def change(case: Case, now: datetime) -> bool:
            if case.consent.agent_id != agent_id:
                raise NotYourConsent
            return _end(case, ConsentState.WITHDRAWN if case.state is ConsentState.ASKED else ConsentState.ENDED, now)

        return await self.store.write(_change, consent_id, change, self.now())

    async def close(self, consent_id: str) -> tuple[Case, bool]:
        """The desk ends it: the agent may not look at this customer any more."""
        return await self.store.write(
            _change, consent_id, lambda case, now: _end(case, ConsentState.CLOSED, now), self.now()
        )

    async def mailed(self, consent_id: str, number: int) -> None:
        """The question goes out to the administrator of that number."""
        await self.store.write(_mailed, consent_id, number, self.now())

    async def not_mailed(self, consent_id: str, number: int) -> None:
        """It certainly did not."""
        await self.store.write(_mailed, consent_id, number, None)


def _end(case: Case, state: ConsentState, now: datetime) -> bool:
    if not case.state.is_open:
        return False
    case.consent.state, case.consent.ended_at = state.value, now
    return True


def _as_administrator(
    session: Session, consent_id: str, number: int, change: Change, now: datetime
) -> tuple[Case, bool]:
    """`change`, made by an administrator who was asked and still is one."""
    case = load(session, consent_id, now, to_change=True)
    asked = next((each for each in case.administrators if each.number == number), None) if case else None
    if case is None or asked is None or not is_administrator(session, asked.person_id, case.consent.organization_id):
        raise NotAskedOfYou
    return case, change(case, now)


def _change(session: Session, consent_id: str, change: Change, now: datetime) -> tuple[Case, bool]:
    case = load(session, consent_id, now, to_change=True)
    if case is None:
        raise NotAskedOfYou
    return case, change(case, now)


def _forget(session: Session, consent_id: str) -> None:
    session.exec(delete(Consent).where(col(Consent.id) == consent_id))


def _mailed(session: Session, consent_id: str, number: int, at: datetime | None) -> None:
    session.get_one(ConsentAdministrator, (consent_id, number)).mailed_at = at


class HasConsent(Protocol):
    """Whatever offers this service: a use case names what it needs."""

    @property
    def consent(self) -> Consents: ...
