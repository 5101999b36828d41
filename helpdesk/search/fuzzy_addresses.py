"""Addresses that are nearly what was typed: the domain mistyped, or the part before it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col

from helpdesk.platform.store.tables.directory import Person, PersonEmail
from helpdesk.platform.text.domains import unicode_domain
from helpdesk.search import Hit, fuzzy
from helpdesk.search.fuzzy_words import distance
from helpdesk.search.keys import END
from helpdesk.search.limited import Customers, Limited
from helpdesk.search.name_search import PEOPLE, person_hit

MOST_COMPARED = 50
# Letters wrong in either half of an address.
MOST_WRONG = 2
# The end of an address's first half may be wrong by so many letters, what is left being no shorter than that.
_END_LETTERS, _LEAST_LETTERS = 3, 3


def _alike(*where: Any) -> Limited:
    of_address = PEOPLE.add_columns(col(PersonEmail.address)).join(PersonEmail, col(PersonEmail.person_id) == Person.id)
    between = (col(PersonEmail.address) >= bindparam("low"), col(PersonEmail.address) < bindparam("high"))
    order = (col(PersonEmail.address), col(Person.id))
    return Limited(of_address.where(*between, *where).order_by(*order).limit(MOST_COMPARED))


_ANYWHERE = _alike()
# With something put behind it, the column is in no index: of a big customer's addresses, few begin like this.
_OF_DOMAIN = _alike(col(PersonEmail.domain).concat("") == bindparam("domain"))


def find(session: Session, address: str, size: int, customers: Customers = None) -> list[Hit]:
    """The `size` people whose addresses are nearest, nearest first."""
    nearest: dict[str, tuple[int, str, Hit]] = {}
    for found, hit in _candidates(session, address, customers):
        if (wrong := _wrong(address, found)) is not None:
            nearest[hit.id] = min(
                nearest.get(hit.id, (wrong, found, hit)), (wrong, found, hit), key=lambda one: one[:2]
            )
    return [hit for _, _, hit in sorted(nearest.values(), key=lambda one: (one[0], one[1], one[2].id))[:size]]


def _candidates(session: Session, address: str, customers: Customers) -> Iterator[tuple[str, Hit]]:
    local, _, domain = address.rpartition("@")
    same = {"low": f"{local}@{domain[:1]}", "high": f"{local}@{domain[:1]}{END}"}
    yield from _rows(_ANYWHERE.rows(session, same, customers))
    begin = local[: max(_LEAST_LETTERS, len(local) - _END_LETTERS)]
    begun = {"low": begin, "high": begin + END, "domain": domain}
    yield from _rows(_OF_DOMAIN.rows(session, begun, customers))
    # Most addresses are made of names, and names are found with a slip anywhere.
    yield from ((hit.detail, hit) for hit in fuzzy.find(session, local.replace(".", " "), MOST_COMPARED, customers))


def _rows(rows: Any) -> Iterator[tuple[str, Hit]]:
    return ((row.address, person_hit(row)) for row in rows)


def _wrong(typed: str, address: str) -> int | None:
    """How many letters; None for too many."""
    # As people write them: one letter wrong makes another ASCII form altogether.
    pairs = zip(_halves(typed), _halves(address), strict=True)
    halves = [distance(*pair, MOST_WRONG) for pair in pairs]
    return None if max(halves) > MOST_WRONG else sum(halves)


def _halves(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local, unicode_domain(domain)
