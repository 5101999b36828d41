"""The live grant of an agent, and the one that a customer's own setting stands for."""

from datetime import datetime
from uuid import uuid4

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from helpdesk.people.access import Sender
from helpdesk.platform.idempotency import once
from helpdesk.platform.store import one_at_a_time
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.proof import Consent
from helpdesk.proof.consent import ACCESS_SETTING, GRANT_LIFE, ConsentState, Grant, NotGranted, Source

_ID = TypeAdapter(str)


def live_grant(session: Session, agent_id: str, organization_id: str, now: datetime) -> Grant | None:
    """One on the setting lives as long as the customer leaves that as it is."""
    live = select(Consent).where(
        Consent.agent_id == agent_id,
        Consent.organization_id == organization_id,
        Consent.state == ConsentState.GRANTED.value,
        col(Consent.until) > now,
    )
    organization = session.get(Organization, organization_id)
    found = session.exec(live.order_by(Consent.source, col(Consent.until).desc()))
    good = (each for each in found if each.source == Source.ASKED or is_standing(organization))
    return next((_grant(each) for each in good), None)


def open_standing(session: Session, agent: Sender, organization_id: str, event_id: str, now: datetime) -> Grant | None:
    one_at_a_time(session, f"consent {organization_id}")
    organization = session.get(Organization, organization_id)
    made = session.exec(select(Consent.id).where(Consent.event_id == event_id)).first()
    live = live_grant(session, agent.person_id, organization_id, now)
    # An event that is worked on again makes no second one, be the first ended by now.
    if live or made or organization is None or not is_standing(organization):
        return live
    row = Consent(
        id=str(uuid4()),
        event_id=event_id,
        organization_id=organization.id,
        organization_name=organization.display_name,
        agent_id=agent.person_id,
        agent_email=agent.email,
        source=Source.STANDING.value,
        reason="",
        state=ConsentState.GRANTED.value,
        asked_at=now,
        lapses_at=now + GRANT_LIFE,
        answered_at=now,
        until=now + GRANT_LIFE,
    )
    session.add(row)
    return _grant(row)


def require_asked(session: Session, agent_id: str, organization_id: str, event_id: str, now: datetime) -> None:
    """An event that is worked on again is let through again, be the grant over by then. Raises NotGranted."""

    def find() -> str:
        live = live_grant(session, agent_id, organization_id, now)
        if live is None or live.source is not Source.ASKED:
            raise NotGranted
        return live.id

    once(session, event_id, f"consent of {organization_id}", _ID, find)


def is_standing(organization: Organization | None) -> bool:
    return organization is not None and organization.settings.get(ACCESS_SETTING) is True


def _grant(row: Consent) -> Grant:
    return Grant(
        id=row.id,
        organization_id=row.organization_id,
        agent_id=row.agent_id,
        agent_email=row.agent_email,
        reason=row.reason,
        until=row.until or row.lapses_at,
        source=Source(row.source),
    )
