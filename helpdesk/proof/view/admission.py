"""Whether a view stays open, asked anew for each page: of the browser, the clock, the role and the consent."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from helpdesk.audit import HasAudit
from helpdesk.directory import NotFound
from helpdesk.directory.index import HasDirectory
from helpdesk.directory.inside import Inside
from helpdesk.people.access import HasAccess, Permission, Sender
from helpdesk.platform.clock import HasClock
from helpdesk.platform.language import Language, language
from helpdesk.platform.store import HasStore
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.proof import ViewSession
from helpdesk.proof.consent import Grant
from helpdesk.proof.consent.consents import HasConsent
from helpdesk.proof.view import End, ViewClosed
from helpdesk.proof.view.views import Views


@dataclass(frozen=True, slots=True)
class Viewing:
    """A view at this moment: who looks, in which language, at whom."""

    session: ViewSession
    agent: Sender
    say: Language
    organization: Organization
    inside: Inside


class AdmissionServices(HasStore, HasAccess, HasConsent, HasDirectory, HasAudit, HasClock, Protocol):
    """Admitting a browser to a view needs these."""


async def admitted(desk: AdmissionServices, view_id: str, proof: str) -> Viewing:
    """Raises ViewClosed. What was closed for a reason stays closed, should the reason go away."""
    session = await Views(desk.store, desk.now).opened(view_id, proof)
    if desk.now() >= session.until:
        await close(desk, session, End.TIME)
        raise ViewClosed(End.TIME)
    inside = Inside(desk.store, session.organization_id)
    (agent, chosen), grant, organization = await asyncio.gather(
        desk.access.recognise(session.agent_id, session.agent_email),
        desk.consent.grant_of(session.agent_id, session.organization_id),
        _organization(inside),
    )
    why = _closed_for(session, agent, grant)
    if organization is None or why:
        why = why or End.CUSTOMER
        await close(desk, session, why)
        raise ViewClosed(why)
    return Viewing(session, agent, language(chosen), organization, inside)


async def close(desk: AdmissionServices, session: ViewSession, why: End) -> None:
    """Close a view for good, and audit it, once."""
    if not await Views(desk.store, desk.now).end(session.id, why):
        return
    names = await desk.directory.names(frozenset({session.organization_id}))
    await desk.audit.record(
        actor=session.agent_email,
        action="view.end",
        subject=next(iter(names), session.organization_id),
        outcome=why.value,
        event_id=f"view {session.id}",
        organization_id=session.organization_id,
    )


def _closed_for(session: ViewSession, agent: Sender, grant: Grant | None) -> End | None:
    is_theirs = agent.customers is None or session.organization_id in agent.customers
    if not (agent.may(Permission.VIEW) and is_theirs):
        return End.ROLE
    # Another grant than the one this view was opened under is for another view.
    return None if grant and grant.id == session.grant_id else End.CONSENT


async def _organization(inside: Inside) -> Organization | None:
    try:
        return await inside.organization()
    except NotFound:
        return None
