"""One person, by all that the desk knows them under, and whether a text or a JSON value names them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func
from sqlmodel import Session, col, select

from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.store import batches
from helpdesk.platform.store.tables.bulk import BulkRun
from helpdesk.platform.store.tables.directory import Number, Person, PersonEmail, PersonPhone
from helpdesk.platform.store.tables.events import ClaimedEvent
from helpdesk.platform.store.tables.people import AgentAccount
from helpdesk.platform.store.tables.proof import Consent, ConsentAdministrator, ViewLink, ViewSession
from helpdesk.platform.text.address import address_spellings, canonical_address, parse_address

# Where an id and an address stand side by side: who has none of the directory's records is known from here.
_SIDE_BY_SIDE: tuple[tuple[Any, Any], ...] = (
    (ConsentAdministrator.person_id, ConsentAdministrator.email),
    (AgentAccount.person_id, AgentAccount.email),
    (Consent.agent_id, Consent.agent_email),
    (BulkRun.agent_id, BulkRun.agent_email),
    (ViewLink.agent_id, ViewLink.agent_email),
    (ViewSession.agent_id, ViewSession.agent_email),
)
_ACTIVITY: Any = ClaimedEvent.activity
# A name of one word is a word of the language as well: only a name of several is looked for within texts.
_SEVERAL_WORDS = re.compile(r"\S+\s+\S+")
_SHORTEST_NUMBER = 7


@dataclass(frozen=True)
class DataSubject:
    """`addresses` are in lower case and in every spelling of their domains, `ids` as the directory has them.

    `organizations` are those they belong to.
    """

    addresses: frozenset[str]
    ids: frozenset[str] = frozenset()
    webex_ids: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """What a column that says whose a row is may hold."""
        return self.addresses | self.ids | self.webex_ids | self.phones

    def has(self, value: Any) -> bool:
        """Whether a column that says whose a row is says that it is theirs."""
        return isinstance(value, str) and (value in self.keys or canonical_address(value) in self.keys)

    @property
    def called(self) -> frozenset[str]:
        """All that stands for them alone, names too."""
        return self.keys | self.names

    def is_named_in(self, value: Any) -> bool:
        """`value` is a text, or what JSON can hold."""
        if isinstance(value, str):
            return self._may_be_in(value) and bool(self._pattern.search(value))
        if isinstance(value, dict):
            return any(self.is_named_in(each) for pair in value.items() for each in pair)
        return isinstance(value, list) and any(map(self.is_named_in, value))

    def blinded(self, value: Any, pseudonym: Callable[[str], str]) -> Any:
        """`value` with a pseudonym wherever they are named."""
        if isinstance(value, str):
            return self._pattern.sub(lambda found: pseudonym(self._plain(found[0])), value)
        if isinstance(value, dict):
            return {self.blinded(key, pseudonym): self.blinded(each, pseudonym) for key, each in value.items()}
        return [self.blinded(each, pseudonym) for each in value] if isinstance(value, list) else value

    def _may_be_in(self, text: str) -> bool:
        """Much quicker than the pattern, and for nearly all texts enough."""
        lower = text.lower()
        if any(each in lower for each in self._literals):
            return True
        if not self.phones:
            return False
        digits = "".join(filter(str.isdigit, lower))
        return any(each in digits for each in self._numbers)

    @cached_property
    def _literals(self) -> tuple[str, ...]:
        first_words = (each.split()[0].lower() for each in self.names if _SEVERAL_WORDS.search(each))
        return (*self.addresses, *self.ids, *(each.lower() for each in self.webex_ids), *first_words)

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        return tuple(re.sub(r"\D", "", each) for each in self.phones)

    def _plain(self, found: str) -> str:
        """A number in the one form, however it was spelled; names with one blank."""
        if "@" in found:
            return canonical_address(found)
        digits = re.sub(r"\D", "", found)
        numbers = {re.sub(r"\D", "", each): each for each in self.phones}
        return numbers[digits] if digits in numbers else " ".join(found.split())

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = [each for each in self.names if _SEVERAL_WORDS.search(each)]
        parts = [
            *(rf"(?<![\w.+-]){re.escape(each)}(?![\w-]|\.\w)" for each in self.addresses),
            *(rf"(?<![\w-]){re.escape(each)}(?![\w-])" for each in self.ids | self.webex_ids),
            *(r"\b" + r"\s+".join(map(re.escape, each.split())) + r"\b" for each in names),
            *map(_of_number, self.phones),
        ]
        # The longest first: of two that begin alike, the whole is meant.
        return re.compile("|".join(sorted(filter(None, parts), key=len, reverse=True)), re.IGNORECASE)


class SharedAddress(BadInput):
    """Who is meant is not known: nobody has it as their first address, and several as another."""

    def __init__(self) -> None:
        super().__init__(
            Text("Several people have this address beside another one."),
            Text("Name the person by their first address."),
        )


def find_subject(session: Session, text: str) -> DataSubject:
    """Whoever has this address, by each other address and id that leads on from it.

    What several people share, such as the address of a team, is not this one's. Raises BadInput for no address, and
    SharedAddress.
    """
    address = parse_address(text)
    ids, addresses = _meant(session, address), {address}
    while True:
        before = len(addresses) + len(ids)
        ids |= _ids(session, addresses)
        addresses |= _own_addresses(session, ids)
        if len(addresses) + len(ids) == before:
            break
    people = session.exec(select(Person).where(col(Person.id).in_(ids))).all()
    phones = {*session.exec(select(PersonPhone.number).where(col(PersonPhone.person_id).in_(ids)))}
    phones |= {*session.exec(select(Number.phone_number).where(col(Number.owner_id).in_(ids)))}
    phones |= {number for each in people for number in each.phone_numbers}
    names = {each.display_name for each in people}
    names |= {f"{each.first_name} {each.last_name}" for each in people if each.first_name and each.last_name}
    return DataSubject(
        frozenset(spelling for each in addresses for spelling in address_spellings(each)),
        frozenset(ids),
        frozenset(each.webex_id for each in people),
        frozenset(each for each in phones if len(re.sub(r"\D", "", each)) >= _SHORTEST_NUMBER),
        frozenset(filter(None, names)),
        frozenset(each.organization_id for each in people),
    )


def _meant(session: Session, address: str) -> set[str]:
    having = select(Person.id, Person.email).join(PersonEmail).where(col(PersonEmail.address) == address)
    found = session.exec(having).all()
    first = {key for key, email in found if canonical_address(email) == address}
    if not first and len(found) > 1:
        raise SharedAddress
    return first or {key for key, _ in found}


def _own_addresses(session: Session, ids: set[str]) -> set[str]:
    """Of these people, the first ones, and those others that nobody else has."""
    first = {canonical_address(email) for email in session.exec(select(Person.email).where(col(Person.id).in_(ids)))}
    every = set(session.exec(select(PersonEmail.address).where(col(PersonEmail.person_id).in_(ids))))
    others = select(PersonEmail.address).where(
        col(PersonEmail.address).in_(every), col(PersonEmail.person_id).not_in(ids)
    )
    return first | (every - set(session.connection().scalars(others)))


def _ids(session: Session, addresses: Iterable[str]) -> set[str]:
    """Who has one of these as their first address, here or at another customer, or did something under it."""
    found: set[str] = set()
    for batch in batches(sorted(addresses)):
        first = select(Person.id).join(PersonEmail).where(col(PersonEmail.address).in_(batch))
        theirs = first.where(func.lower(Person.email) == PersonEmail.address)
        found.update(session.connection().scalars(theirs))
        for person_id, email in _SIDE_BY_SIDE:
            found.update(session.connection().scalars(_beside(person_id, email, batch)))
        actor, address = (_ACTIVITY[name].as_string() for name in ("actor_id", "actor_email"))
        found.update(session.connection().scalars(_beside(actor, address, batch)))
    return {each for each in found if each}


def _beside(person_id: Any, email: Any, addresses: Iterable[str]) -> Select[Any]:
    statement: Select[Any] = select(person_id).where(func.lower(email).in_(addresses)).distinct()
    return statement


def _of_number(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    spelled = r"[\s().\-/]*".join(digits)
    return rf"(?<!\d)\+?{spelled}(?!\d)"
