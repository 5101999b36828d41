"""A person who is in every table there is: each row about them, and each text and JSON that may name them.

Made from the tables themselves: a new column that can hold a text is filled, too.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, SmallInteger
from sqlmodel import Session, SQLModel

from helpdesk.personal.holdings import HOLDINGS
from helpdesk.platform.store.tables.bulk import BulkItem
from helpdesk.platform.store.tables.columns import UtcDateTime
from helpdesk.platform.store.tables.directory import (
    License,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonPhone,
    PersonRole,
    WebexRole,
)
from helpdesk.platform.store.tables.people import Agent, AgentCustomer
from helpdesk.platform.store.tables.proof import ConsentAdministrator
from helpdesk.platform.store.tables.search import NameKey, NearWord
from helpdesk.platform.store.tables.sync import SyncedOrganization, SyncRun
from helpdesk.platform.text.names import search_name
from helpdesk.search.index import followed

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ACME = "a0000000-0000-4000-8000-000000000001"


class Human:
    """`number` tells people apart."""

    def __init__(self, number: int, first: str, last: str) -> None:
        self.number = number
        self.id = f"b0000000-0000-4000-8000-{number:012}"
        self.webex_id = f"Y2lzY29zcGFyazovL3VzL1BFT1BMRS9{number:020}"
        self.first, self.last = first, last
        self.name = f"{first} {last}"
        self.address = f"{first}.{last}@acme.example".lower()
        self.alias = f"{last}@acme.example".lower()
        self.phone = f"+1408555{number:04}"

    @property
    def all(self) -> tuple[str, ...]:
        return self.id, self.webex_id, self.name, self.address, self.alias, self.phone


PAT = Human(1, "Pat", "Quillfeather")
SAM = Human(2, "Sam", "Brandywine")
SPELLINGS = {"said": "Called by {name} <{ADDRESS}>, {spaced}, id {id}; alias {alias}."}


def said(human: Human) -> str:
    phone = human.phone
    return SPELLINGS["said"].format(
        name=human.name.upper(),
        ADDRESS=human.address.title(),
        alias=human.alias,
        id=human.id,
        spaced=f"+1 ({phone[2:5]}) {phone[5:8]}-{phone[8:]}",
    )


def put(session: Session, human: Human) -> None:
    """A row of every table, and a second one, which is about another and names them."""
    connection = session.connection()
    if session.get(Organization, ACME) is None:
        session.add(Organization(id=ACME, webex_id="acme", display_name="Acme", search_name="acme"))
        session.add(SyncRun(id=1, started_at=AT))
        session.flush()
        session.add(License(id="license", organization_id=ACME, name="Meetings"))
        session.add(WebexRole(id="role", name="Administrator"))
        session.flush()
    by_hand = [_person(human), *_links(human)]
    with followed(session, Person, [human.id]):
        for row in by_hand:
            session.add(row)
            session.flush()
    made = {type(row) for row in by_hand} | {NameKey, NearWord, Agent, AgentCustomer}
    for holding in sorted(HOLDINGS, key=lambda each: each.model in (BulkItem, ConsentAdministrator)):
        table = holding.model.__table__  # type: ignore[attr-defined]
        for turn in ("about", "naming"):
            if holding.model in made or (turn == "about" and not (holding.whose or holding.owned_by)):
                continue
            if turn == "naming" and not holding.words:
                continue
            about = {*holding.whose, *holding.owned_by} if turn == "about" else set[str]()
            row = {each.name: _value(each, human, turn, about, holding.words) for each in table.c}
            if turn == "naming" and holding.owned_by:
                row |= dict.fromkeys(holding.owned_by) if table.c[holding.owned_by[0]].nullable else {}
                if not table.c[holding.owned_by[0]].nullable:
                    continue
            connection.execute(table.insert().values(**row))


def _person(human: Human) -> Person:
    return Person(
        **{"id": human.id, "webex_id": human.webex_id, "organization_id": ACME, "email": human.address.title()},
        **{"display_name": human.name, "first_name": human.first, "last_name": human.last},
        search_name=search_name([human.name]),
        phone_numbers=[human.phone],
    )


def _links(human: Human) -> list[SQLModel]:
    return [
        PersonEmail(person_id=human.id, address=human.address, domain="acme.example"),
        PersonEmail(person_id=human.id, address=human.alias, domain="acme.example"),
        PersonPhone(person_id=human.id, number=human.phone),
        PersonLicense(person_id=human.id, license_id="license"),
        PersonRole(person_id=human.id, role_id="role"),
        SyncedOrganization(
            **{
                "run_id": 1,
                "organization_id": f"customer {human.number}",
                "name": "Acme",
                "read": 0,
                "written": 0,
                "removed": 0,
            },
            **{"left_out": 0, "failures": [{"part": "people", "reason": said(human)}], "ended_at": AT},
        ),
    ]


def _value(column: Column[Any], human: Human, turn: str, about: set[str], words: tuple[str, ...]) -> Any:
    is_key = column.primary_key or column.unique
    unique = f"{turn} {human.number}"
    if column.name in about:
        return {"email": human.address, "address": human.address}.get(column.name, human.id)
    if column.foreign_keys:
        return _reference(column, unique, human) if column.name not in words else human.id
    if isinstance(column.type, JSON) and turn == "naming" and column.name not in words:
        return []
    if isinstance(column.type, JSON):
        return {"actor_id": human.id, "actor_email": human.address, "said": [said(human)], human.address: 1}
    if isinstance(column.type, UtcDateTime):
        return AT
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | SmallInteger):
        return human.number * 10 + (turn == "about")
    # Of a row about them, all that is theirs; of another, only the words in it.
    own = {"source": "sync", "phone_number": human.phone, "owner_name": human.name}
    if column.name in own:
        return own[column.name]
    if column.name in words:
        return {"address": human.alias}.get(column.name, f"{unique} {said(human)}" if is_key else said(human))
    return unique


def _reference(column: Column[Any], unique: str, human: Human) -> str:
    (key,) = column.foreign_keys
    name = key.column.table.name
    # Lists have rows that name somebody and none about them; a consent, too.
    return {"organizations": ACME}.get(name, f"naming {human.number}")
