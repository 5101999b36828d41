"""What is asked of the audit, and as much of the answer as the person who asks may see.

An agent sees what they did themself, of a customer that they are limited to; who may read the audit of all, everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from helpdesk.audit.reading import Selection, page
from helpdesk.audit.refused import pending
from helpdesk.directory import NotFound
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.store.tables.audit import AuditRow, RefusedTry
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.services import Helpdesk


class Scope(StrEnum):
    MINE = "mine"
    USER = "user"
    CUSTOMER = "customer"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """`of` is an address, or a customer's id; `since` the first moment that is asked for."""

    scope: Scope
    of: str = ""
    since: datetime | None = None

    @classmethod
    def read(cls, about: Mapping[str, str]) -> "AuditQuestion":
        """Out of what `about` gave."""
        since = about.get("since")
        return cls(Scope(about["scope"]), about["of"], datetime.fromisoformat(since) if since else None)

    @property
    def about(self) -> dict[str, str]:
        told = {"scope": self.scope.value, "of": self.of}
        return {**told, "since": self.since.isoformat()} if self.since else told


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows, newest first, and whether there are older ones. `of` names who or what they are about.

    `customers` are the names of those that the rows name by id. `refused` is what was refused of late, no row yet.
    """

    question: AuditQuestion
    of: str
    rows: Sequence[AuditRow]
    has_more: bool
    customers: Mapping[str, str]
    refused: Sequence[RefusedTry] = ()


async def ask(
    question: AuditQuestion, reader: Sender, desk: Helpdesk, size: int, before: int | None = None
) -> AuditPage:
    """`desk` is as `reader` may see it. Raises NotFound where the customer is none that they may see."""
    of = await _name(question, desk)
    rows = await page(desk.store, await _selection(question, reader, desk), size + 1, before)
    shown = rows[:size]
    ids = {row.organization_id for row in shown if row.organization_id}
    sees_refused = question.scope is Scope.ALL and before is None and reader.may(Permission.READ_AUDIT)
    refused = await pending(desk.store) if sees_refused else ()
    return AuditPage(question, of, shown, len(rows) > size, await desk.store.read(_names, ids), refused)


async def _name(question: AuditQuestion, desk: Helpdesk) -> str:
    if question.scope is not Scope.CUSTOMER:
        return question.of
    names = await desk.directory.names(frozenset({question.of}))
    if not names:
        raise NotFound
    return names[0]


async def _selection(question: AuditQuestion, reader: Sender, desk: Helpdesk) -> Selection:
    is_own = question.scope is Scope.MINE or not reader.may(Permission.READ_AUDIT)
    return Selection(
        actor=reader.email if is_own else None,
        subjects=await _addresses(question.of, desk) if question.scope is Scope.USER else None,
        organization_id=question.of if question.scope is Scope.CUSTOMER else None,
        since=question.since,
        customers=reader.customers,
    )


async def _addresses(address: str, desk: Helpdesk) -> Sequence[str]:
    """The user is in the audit by their first address, whichever of theirs was typed; mail by the one it went to."""
    user = await desk.directory.person_with(address)
    return sorted({address, user.person.email}) if user else [address]


def _names(session: Session, ids: set[str]) -> Mapping[str, str]:
    query = select(Organization.id, Organization.display_name).where(col(Organization.id).in_(ids))
    return {str(each): name for each, name in session.exec(query)}
