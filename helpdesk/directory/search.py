"""The one box: from a text to a page of hits over all customers."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlmodel import Session, col, select

from helpdesk.directory import Cursor, Found, Hit, HitKind, NotFound
from helpdesk.directory.names import name_words
from helpdesk.directory.reading import Kind, Reading, read
from helpdesk.store.tables import Domain, Organization, Person, PersonEmail, Site

PAGE = 5
# What is looked for here; the rest is in helpdesk.directory.things.
KINDS = frozenset({Kind.EMAIL, Kind.ID, Kind.DOMAIN, Kind.NAME})
# Similar names are looked for among this many; enough for a slip of the finger, bounded for a million people.
NEAR_CANDIDATES = 400
NEAR_ENOUGH = 0.72


def find(
    session: Session,
    text: str,
    organization_id: str | None = None,
    after: Cursor | None = None,
    readings: Sequence[Reading] | None = None,
    customers: frozenset[str] | None = None,
) -> Found:
    """The hits for `text`, organizations before people, in order of name; inside one organization when given.

    `readings` are those to try: helpdesk.directory.box gives the ones of a kind that is looked for here.

    A text that can be read in several ways is tried in each until one finds something. Raises BadInput
    for a text that cannot be looked up, NotFound for an organization that is not there.
    """
    readings = readings or [reading for reading in read(text) if reading.kind in KINDS]
    organization = session.get(Organization, organization_id) if organization_id else None
    if organization_id and organization is None:
        raise NotFound
    for reading in readings:
        rows = _rows(session, reading, organization_id, after)
        if rows:
            page = rows[:PAGE]
            return Found(
                text=reading.text,
                kind=reading.kind,
                hits=[_hit(row) for row in page],
                next=_cursor(page[-1]) if len(rows) > PAGE else None,
                organization=organization,
            )
    first = readings[0]
    # `sam.okafro` reads as a domain first, yet what comes close to it is a name: the last reading.
    near = [] if after else _near(session, readings[-1], organization_id)
    return Found(text=first.text, kind=first.kind, hits=[], near=near, organization=organization)


def person_by_address(session: Session, address: str) -> str | None:
    """The id of the person who has `address` (in lower case)."""
    query = select(PersonEmail.person_id).where(PersonEmail.address == address).order_by(PersonEmail.person_id)
    return session.exec(query).first()


def organization_of_address(session: Session, address: str) -> str | None:
    """The id of the organization that who has `address` (in lower case) belongs to."""
    query = select(Person.organization_id).join(PersonEmail).where(PersonEmail.address == address)
    return session.exec(query.order_by(Person.id)).first()


# An organization, or a person with the name of theirs.
Row = Organization | tuple[Person, str]


# What agents paste most, so it is put together only once.
_HOLDERS = (
    select(Person, Organization.display_name)
    .join(Organization)
    .where(col(Person.id).in_(select(PersonEmail.person_id).where(PersonEmail.address == bindparam("address"))))
    .order_by(Person.search_name, Person.id)
    .limit(PAGE + 1)
)


def _rows(session: Session, reading: Reading, organization_id: str | None, after: Cursor | None) -> list[Row]:
    """One row more than a page, so that the caller knows whether there is another."""
    if reading.kind is Kind.EMAIL and organization_id is None and after is None:
        holders = session.exec(_HOLDERS, params={"address": reading.text})
        return [(person, name) for person, name in holders]
    rows: list[Row] = []
    organizations = _organizations_matching(reading)
    if organizations is not None and organization_id is None and (after is None or after.kind is HitKind.ORGANIZATION):
        query = select(Organization).where(organizations)
        if after:
            query = query.where(_behind(Organization, after))
        rows += session.exec(query.order_by(Organization.search_name, Organization.id).limit(PAGE + 1)).all()
    people = _people_matching(reading)
    if people is not None and len(rows) <= PAGE:
        matching = select(Person, Organization.display_name).join(Organization).where(people)
        if organization_id:
            matching = matching.where(Person.organization_id == organization_id)
        if after and after.kind is HitKind.PERSON:
            matching = matching.where(_behind(Person, after))
        matching = matching.order_by(Person.search_name, Person.id).limit(PAGE + 1 - len(rows))
        rows += [(person, name) for person, name in session.exec(matching)]
    return rows


def _organizations_matching(reading: Reading) -> ColumnElement[bool] | None:
    match reading.kind:
        case Kind.ID:
            return col(Organization.id) == reading.text
        case Kind.DOMAIN:
            domains = select(Domain.organization_id).where(Domain.domain == reading.text)
            sites = select(Site.organization_id).where(Site.url == reading.text)
            used = select(Person.organization_id).join(PersonEmail).where(PersonEmail.domain == reading.text)
            ids = domains.union(sites, used)
            return col(Organization.id).in_(ids)
        case Kind.NAME:
            return _named(Organization, reading.text)
    return None


def _people_matching(reading: Reading) -> ColumnElement[bool] | None:
    match reading.kind:
        case Kind.EMAIL:
            holders = select(PersonEmail.person_id).where(PersonEmail.address == reading.text)
            return col(Person.id).in_(holders)
        case Kind.ID:
            return col(Person.id) == reading.text
        case Kind.NAME:
            return _named(Person, reading.text)
    return None


def _named(model: type[Organization | Person], text: str) -> ColumnElement[bool]:
    # Words hold letters and digits only, so no wildcard of LIKE can get in.
    return and_(*(col(model.search_name).like(f"% {word}%") for word in name_words(text)))


def _behind(model: type[Organization | Person], after: Cursor) -> ColumnElement[bool]:
    name, key = col(model.search_name), col(model.id)
    return or_(name > after.search_name, and_(name == after.search_name, key > after.id))


def _near(session: Session, reading: Reading, organization_id: str | None) -> list[Hit]:
    """The hits most like what was typed, best first."""
    if reading.kind is Kind.EMAIL:
        wanted = reading.text
        candidates = col(Person.id).in_(
            select(PersonEmail.person_id).where(PersonEmail.domain == wanted.rpartition("@")[2])
        )
        people = _people(session, candidates, organization_id)
        return _best([(_likeness(wanted, row[0].email), row) for row in people])
    if reading.kind is not Kind.NAME:
        return []
    words = name_words(reading.text)
    wanted = "".join(f" {word}" for word in words)
    starts = [f"% {word[:2]}%" for word in words]
    matching = or_(*(col(Person.search_name).like(start) for start in starts))
    rows: list[Row] = [*_people(session, matching, organization_id)]
    if organization_id is None:
        matching = or_(*(col(Organization.search_name).like(start) for start in starts))
        named = select(Organization).where(matching).order_by(Organization.search_name, Organization.id)
        rows += session.exec(named.limit(NEAR_CANDIDATES)).all()
    return _best([(_likeness(wanted, _cursor(row).search_name), row) for row in rows])


def _people(session: Session, matching: ColumnElement[bool], organization_id: str | None) -> list[tuple[Person, str]]:
    query = select(Person, Organization.display_name).join(Organization).where(matching)
    if organization_id:
        query = query.where(Person.organization_id == organization_id)
    rows = session.exec(query.order_by(Person.search_name, Person.id).limit(NEAR_CANDIDATES))
    return [(person, name) for person, name in rows]


def _likeness(wanted: str, name: str) -> float:
    return SequenceMatcher(None, wanted, name, autojunk=False).ratio()


def _best(scored: Sequence[tuple[float, Row]]) -> list[Hit]:
    near = sorted((pair for pair in scored if pair[0] >= NEAR_ENOUGH), key=lambda pair: -pair[0])
    return [_hit(row) for _, row in near[:PAGE]]


def _hit(row: Row) -> Hit:
    if isinstance(row, Organization):
        return Hit(HitKind.ORGANIZATION, row.id, row.display_name)
    person, organization_name = row
    return Hit(HitKind.PERSON, person.id, person.display_name, person.email, organization_name)


def _cursor(row: Row) -> Cursor:
    if isinstance(row, Organization):
        return Cursor(HitKind.ORGANIZATION, row.search_name, row.id)
    return Cursor(HitKind.PERSON, row[0].search_name, row[0].id)
