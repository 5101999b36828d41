"""The one box: whatever is typed is tried as everything it may be, and leads to a page of hits."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from helpdesk.directory import Details, Found
from helpdesk.directory import exact_lookup as things
from helpdesk.directory import people_and_organizations as search
from helpdesk.directory.details import details_of, visible_organization
from helpdesk.directory.reading import LONGEST, QueryKind, Reading, read, read_elsewhere
from helpdesk.platform.errors import BadInput
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.text.pasted import clean
from helpdesk.search import Cursor, Hit, HitKind
from helpdesk.search.limited import Customers

_IN = re.compile(r"(.*\w.*?) (?:in|at|dans|chez) (.*\w.*)", re.IGNORECASE)


def find(
    session: Session,
    text: str,
    organization_id: str | None = None,
    after: Cursor | None = None,
    customers: Customers = None,
    kind: QueryKind | None = None,
) -> Found:
    """The hits for `text`, inside one organization when given; read as the one `kind` when given.

    The first reading that finds anything is shown; that others would too is said. Raises BadInput for a text
    that cannot be looked up, NotFound for an organization that is not there for who asks.
    """
    organization = visible_organization(session, organization_id, customers) if organization_id else None
    readings = read(text, organization.country if organization else None, kind)
    for place, reading in enumerate(readings):
        found = _read_as(session, reading, text, organization, customers, after)
        if found.hits:
            others = [] if after or kind else readings[place + 1 :]
            return replace(
                found,
                tried=_kinds(readings[: place + 1]),
                others=_finding(session, others, text, organization, customers),
                only=_only(session, found, customers) if after is None else None,
            )
    if organization is None and after is None and (inside := _inside(session, text, customers)):
        return inside
    if organization is None and (elsewhere := read_elsewhere(text, kind)):
        found = _read_as(session, elsewhere, text, None, customers, after)
        if found.hits:
            only = _only(session, found, customers) if after is None else None
            return replace(found, tried=_kinds(readings), only=only)
    first = readings[0]
    near = [] if after else _near(session, readings, organization, customers)
    return Found(
        text=_shown(first, text),
        kind=first.kind,
        hits=[],
        near=near,
        organization=organization,
        tried=_kinds(readings),
    )


def _inside(session: Session, text: str, customers: Customers) -> Found | None:
    """`alice in acme`: the search inside that customer, where the text names one. Asked when nothing is called so."""
    named = _IN.fullmatch(clean(text))
    if named is None:
        return None
    hits, _ = search.page(session, Reading(QueryKind.NAME, named[2]), None, None, customers)
    houses = [hit for hit in hits if hit.kind is HitKind.ORGANIZATION]
    return find(session, named[1], houses[0].id, customers=customers) if len(houses) == 1 else None


def find_each(session: Session, texts: Sequence[str], customers: Customers = None) -> list[Found]:
    """The first page of hits for each of `texts`; no hits for one that cannot be looked up."""
    return [_find_one(session, text, customers) for text in texts]


def _find_one(session: Session, text: str, customers: Customers) -> Found:
    try:
        return find(session, text, customers=customers)
    except BadInput:
        return Found(clean(text)[:LONGEST], QueryKind.NAME, [])


def _read_as(
    session: Session,
    reading: Reading,
    text: str,
    organization: Organization | None,
    customers: Customers,
    after: Cursor | None,
) -> Found:
    """What one reading finds. Ids lead to devices too, where they lead to nobody and no organization."""
    found = Found(_shown(reading, text), reading.kind, [], organization=organization)
    if reading.kind in search.KINDS:
        inside = organization.id if organization else None
        hits, following = search.page(session, reading, inside, after, customers)
        found = replace(found, hits=hits, next=following)
    if found.hits or reading.kind not in things.KINDS:
        return found
    scope = frozenset({organization.id}) if organization else customers
    hits, following = things.find(session, reading, scope, after)
    return replace(found, hits=hits, next=following)


def _near(
    session: Session, readings: Sequence[Reading], organization: Organization | None, customers: Customers
) -> list[Hit]:
    """What comes close by the first reading that anything comes close to."""
    inside = organization.id if organization else None
    near = (search.nearly(session, reading, inside, customers) for reading in readings)
    return next(filter(None, near), [])


def _finding(
    session: Session,
    readings: Sequence[Reading],
    text: str,
    organization: Organization | None,
    customers: Customers,
) -> tuple[QueryKind, ...]:
    """The kinds of those readings that find anything."""
    return _kinds(
        [each for each in readings if _read_as(session, each, text, organization, customers, after=None).hits]
    )


def _only(session: Session, found: Found, customers: Customers) -> Details | None:
    if len(found.hits) != 1:
        return None
    (hit,) = found.hits
    return details_of(session, hit.kind, hit.id, customers)


def _kinds(readings: Sequence[Reading]) -> tuple[QueryKind, ...]:
    return tuple(dict.fromkeys(reading.kind for reading in readings))


def _shown(reading: Reading, text: str) -> str:
    """What is said to be looked for: a number as it was typed, since it is read as several."""
    return reading.text if reading.kind in search.KINDS else clean(text)
