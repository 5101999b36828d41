"""Consents on a database with the demo's customers, and agents who ask; a clock that is moved."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from helpdesk.people.access import Role, Sender
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person, PersonRole, WebexRole
from helpdesk.proof.consent.asking import ConsentQuestion
from helpdesk.proof.consent.cases import Case
from helpdesk.proof.consent.consents import Consents
from helpdesk.proof.consent.links import Links
from tests.sessions import rows, writing

ANA = Sender("ana", "ana.ruiz@partner.example", Role.ADVANCED)
BO = Sender("bo", "bo.larsen@partner.example", Role.ADVANCED)
ACME, MUELLER = "Acme Corporation", "Müller & Söhne Maschinenbau"  # the first one's setting allows it
JUERGEN = "jurgen.grossmann@mueller-soehne.example"
WHY = "Calls of the Berlin office fail"
_events = count()


@dataclass
class Asking:
    store: Store
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    consents: Consents = field(init=False)

    def __post_init__(self) -> None:
        self.consents = self.another()

    def another(self) -> Consents:
        """The same, as another process has it."""
        return Consents(self.store, Links("a secret of the tests, long enough"), lambda: self.now)

    def later(self, **how: float) -> None:
        self.now += timedelta(**how)

    async def asks(self, who: Sender = ANA, name: str = MUELLER, event: str = "") -> Case:
        event = event or f"press {next(_events)}"
        question = ConsentQuestion(who, await self.id_of(name), WHY, event, "the space", "the thread", False)
        return await self.consents.ask(question)

    async def granted(self, who: Sender = ANA) -> Case:
        asked = await self.asks(who)
        case, has_counted = await self.consents.answer(asked.consent.id, 1, is_approved=True)
        assert has_counted
        return case

    async def id_of(self, name: str) -> str:
        (found,) = await rows(self.store, select(Organization).where(Organization.display_name == name))
        return str(found.id)

    async def person(self, email: str) -> Person:
        (found,) = await rows(self.store, select(Person).where(Person.email == email))
        return found  # type: ignore[no-any-return]

    async def appoint(self, number: int, role: str = "Full Administrator", **about: Any) -> list[Person]:
        """So many more of Müller's people have that role."""
        (wanted,) = await rows(self.store, select(WebexRole).where(WebexRole.name == role))
        theirs = select(Person).where(
            Person.organization_id == await self.id_of(MUELLER),
            col(Person.id).not_in(select(PersonRole.person_id)),
        )
        people = await rows(self.store, theirs.order_by(Person.id).limit(number))
        async with writing(self.store) as session:
            ids, known = [each.id for each in people], {"login_enabled": True, **about}
            await session.exec(update(Person).where(col(Person.id).in_(ids)).values(**known))
            session.add_all(PersonRole(person_id=each.id, role_id=wanted.id) for each in people)
        return people
