"""Links that open a view once, and the views they opened: of every secret, the database has only a hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from helpdesk.people.access import Sender
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.proof import ViewLink, ViewSession
from helpdesk.proof.view import LINK_LIFE, End, LinkClosed, ViewClosed


@dataclass(frozen=True, slots=True)
class Views:
    store: Store
    now: Clock

    async def link(self, agent: Sender, organization_id: str, grant_id: str, until: datetime) -> str:
        """The token of a new link for `agent`, whose consent ends at `until`."""
        token = secrets.token_urlsafe(32)
        link = ViewLink(
            token_hash=_hash(token),
            agent_id=agent.person_id,
            agent_email=agent.email,
            organization_id=organization_id,
            grant_id=grant_id,
            until=until,
            lapses_at=min(until, self.now() + LINK_LIFE),
        )
        await self.store.write(_add, link)
        return token

    async def is_good(self, token: str) -> bool:
        """Whether a link would open; asking spends nothing."""
        link = await self.store.read(_link, _hash(token))
        return link is not None and link.spent_at is None and self.now() < link.lapses_at

    async def open(self, token: str, proof: str) -> ViewSession:
        """Spend a link; gives the view it opens, to whoever has `proof`, a secret. Raises LinkClosed."""
        session = await self.store.write(_open, _hash(token), _hash(proof), secrets.token_urlsafe(12), self.now())
        if session is None:
            raise LinkClosed
        return session

    async def opened(self, view_id: str, proof: str) -> ViewSession:
        """The view that a browser with this proof has open. Raises ViewClosed."""
        session = await self.store.read(_session, view_id)
        if session is None or not hmac.compare_digest(session.secret_hash, _hash(proof)):
            raise ViewClosed
        if session.ended_for:
            raise ViewClosed(End(session.ended_for))
        return session

    async def end(self, view_id: str, why: End) -> bool:
        """Close a view, for good; says whether it was open until now."""
        return await self.store.write(_end, view_id, why)


def _hash(secret: str) -> str:
    # Of 256 random bits, so there is nothing to guess and no need to be slow.
    return hashlib.sha256(secret.encode()).hexdigest()


def _add(session: Session, link: ViewLink) -> None:
    session.add(link)


def _link(session: Session, token_hash: str) -> ViewLink | None:
    return session.get(ViewLink, token_hash)


def _session(session: Session, view_id: str) -> ViewSession | None:
    return session.get(ViewSession, view_id)


def _open(session: Session, token_hash: str, secret_hash: str, view_id: str, now: datetime) -> ViewSession | None:
    spending = (
        update(ViewLink)
        .where(col(ViewLink.token_hash) == token_hash, col(ViewLink.spent_at).is_(None), col(ViewLink.lapses_at) > now)
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )
    if session.exec(spending).rowcount != 1:
        return None
    link = session.get_one(ViewLink, token_hash)
    opened = ViewSession(
        id=view_id,
        secret_hash=secret_hash,
        agent_id=link.agent_id,
        agent_email=link.agent_email,
        organization_id=link.organization_id,
        grant_id=link.grant_id,
        started_at=now,
        until=link.until,
    )
    session.add(opened)
    return opened


def _end(session: Session, view_id: str, why: End) -> bool:
    ending = (
        update(ViewSession)
        .where(col(ViewSession.id) == view_id, col(ViewSession.ended_for).is_(None))
        .values(ended_for=why.value)
        .execution_options(synchronize_session=False)
    )
    return session.exec(ending).rowcount == 1
