"""Who of a customer is asked, and whether one more question may go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from helpdesk.directory import NotFound
from helpdesk.people.access import Sender
from helpdesk.platform.store import one_at_a_time
from helpdesk.platform.store.tables.directory import Organization, Person, PersonRole, WebexRole
from helpdesk.platform.store.tables.proof import Consent, ConsentAdministrator
from helpdesk.platform.text.address import canonical_address, is_address
from helpdesk.proof.consent import (
    A_DAY,
    FULL_ADMINISTRATOR,
    MOST_ASKED,
    REQUEST_LIFE,
    AllowedAlready,
    AskedAlready,
    AskedTooOften,
    ConsentState,
    NobodyToAsk,
    Source,
)
from helpdesk.proof.consent.cases import Case, load
from helpdesk.proof.consent.granting import is_standing, live_grant

_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ConsentQuestion:
    """What an agent asks of a customer, why, and where they are told the answer."""

    agent: Sender
    organization_id: str
    reason: str
    event_id: str
    space_id: str
    thread_id: str
    is_direct: bool


def ask(session: Session, question: ConsentQuestion, now: datetime) -> Case:
    """The request of this event, made where there is none yet. Raises NotFound, or one of the refusals."""
    one_at_a_time(session, f"consent {question.organization_id}")
    made = session.exec(select(Consent.id).where(Consent.event_id == question.event_id)).first()
    if made is not None and (case := load(session, made, now)):
        return case
    organization = session.get(Organization, question.organization_id)
    if organization is None:
        raise NotFound
    _require_allowed(session, question, organization, now)
    administrators = _to_be_asked(session, question)
    if not administrators:
        raise NobodyToAsk(organization.display_name)
    row = Consent(
        id=str(uuid4()),
        event_id=question.event_id,
        organization_id=organization.id,
        organization_name=organization.display_name,
        agent_id=question.agent.person_id,
        agent_email=question.agent.email,
        source=Source.ASKED.value,
        reason=question.reason,
        state=ConsentState.ASKED.value,
        asked_at=now,
        lapses_at=now + REQUEST_LIFE,
        space_id=question.space_id,
        thread_id=question.thread_id,
        is_direct=question.is_direct,
    )
    session.add(row)
    session.flush()  # no relationship tells that it goes before those who are asked
    asked = [
        ConsentAdministrator(
            consent_id=row.id,
            number=number,
            person_id=each.id,
            email=each.email,
            name=each.display_name,
            language=each.preferred_language,
        )
        for number, each in enumerate(administrators, start=1)
    ]
    session.add_all(asked)
    return Case(row, asked)


def is_administrator(session: Session, person_id: str, organization_id: str) -> bool:
    query = _full_administrators(organization_id).where(Person.id == person_id)
    return session.exec(query).first() is not None


def _require_allowed(session: Session, question: ConsentQuestion, organization: Organization, now: datetime) -> None:
    agent_id = question.agent.person_id
    if is_standing(organization) or live_grant(session, agent_id, organization.id, now):
        raise AllowedAlready(organization.id)
    asked = select(Consent).where(
        Consent.organization_id == organization.id,
        Consent.source == Source.ASKED.value,
        Consent.asked_at > now - _DAY,
    )
    recent = session.exec(asked.order_by(col(Consent.asked_at))).all()
    for each in recent:
        if each.agent_id == agent_id and each.state == ConsentState.ASKED and now < each.lapses_at:
            raise AskedAlready(each.lapses_at)
    if len(recent) >= A_DAY:
        raise AskedTooOften(recent[-A_DAY].asked_at + _DAY)


def _to_be_asked(session: Session, question: ConsentQuestion) -> Sequence[Person]:
    """Who was seen last comes first. Nobody is asked by themself, and a name that is no address is not written to."""
    agent = question.agent
    found = session.exec(
        _full_administrators(question.organization_id).order_by(
            col(Person.last_activity).desc().nulls_last(), col(Person.search_name), col(Person.id)
        )
    )
    others = (
        each
        for each in found
        if each.id != agent.person_id and canonical_address(each.email) != canonical_address(agent.email)
    )
    return [each for each in others if is_address(each.email)][:MOST_ASKED]


def _full_administrators(organization_id: str) -> Any:
    """Of this very customer; who cannot sign in any more is none."""
    return (
        select(Person)
        .join(PersonRole, col(PersonRole.person_id) == Person.id)
        .join(WebexRole, col(WebexRole.id) == PersonRole.role_id)
        .where(
            Person.organization_id == organization_id,
            func.lower(WebexRole.name) == FULL_ADMINISTRATOR.lower(),
            col(Person.login_enabled).is_not(False),
        )
    )
