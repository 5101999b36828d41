"""What is looked up by a number: devices, phone numbers, orders and subscriptions. Exact matches, a page at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, literal, select, tuple_, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from helpdesk.directory.people_and_organizations import PAGE
from helpdesk.directory.phones import shown
from helpdesk.directory.reading import QueryKind, Reading
from helpdesk.platform.store.tables.directory import (
    Device,
    DeviceSip,
    License,
    Number,
    Order,
    Organization,
    Person,
    PersonPhone,
)
from helpdesk.search import Cursor, Hit, HitKind
from helpdesk.search.limited import Customers, Limited
from helpdesk.search.name_search import Page

_FORMS: Any = bindparam("forms", expanding=True)


def key_of(organization_id: str, number: str) -> str:
    """What leads to a number, an order or a subscription: the same may belong to two customers."""
    return f"{organization_id} {number}"


def parts_of(key: str) -> tuple[str, str]:
    """The organization's id and the number within a key."""
    organization_id, _, number = key.partition(" ")
    return organization_id, number


def _statement(model: type[Any], key: Any, name: Any, detail: Any, *where: ColumnElement[bool]) -> Limited:
    """The rows of `model` behind a cursor, by organization."""
    # The same number may be kept by two customers of the same name.
    place = (col(Organization.search_name), col(Organization.id), key)
    statement = (
        select(
            key.label("key"),
            name.label("name"),
            detail.label("detail"),
            col(Organization.id).label("organization_id"),
            col(Organization.display_name).label("organization_name"),
            col(Organization.search_name).label("search_name"),
        )
        .select_from(model)
        .join(Organization, col(Organization.id) == model.organization_id)
        .where(*where, tuple_(*place) > tuple_(*map(bindparam, ("after_name", "after_id", "after_key"))))
        .order_by(*place)
        .limit(bindparam("limit"))
    )
    return Limited(statement)


def _devices(is_found: ColumnElement[bool]) -> Limited:
    told_apart = func.coalesce(col(Device.serial), col(Device.mac), col(Device.sip_url), "")
    return _statement(Device, col(Device.id), col(Device.display_name), told_apart, is_found)


# By keys from two indexes: with OR, PostgreSQL would go through all devices.
_BY_SIP = col(Device.id).in_(
    union(
        select(col(Device.id)).where(col(Device.sip_url).in_(_FORMS)),
        select(col(DeviceSip.device_id)).where(col(DeviceSip.sip_url).in_(_FORMS)),
    )
)


def _numbers(*where: ColumnElement[bool]) -> Limited:
    number = col(Number.phone_number)
    same_house = col(Person.organization_id) == Number.organization_id
    owner = select(col(Person.display_name)).where(col(Person.id) == Number.owner_id, same_house).scalar_subquery()
    return _statement(Number, number, number, func.coalesce(owner, col(Number.owner_name), ""), *where)


def _people(*where: ColumnElement[bool]) -> Limited:
    return _statement(Person, col(Person.id), col(Person.display_name), col(Person.email), *where)


def _codes(model: type[Any], code: Any, *where: ColumnElement[bool]) -> Limited:
    return _statement(model, col(code), col(code), literal(""), col(code).in_(_FORMS), *where)


def _not_their_own(number: ColumnElement[bool]) -> ColumnElement[bool]:
    """A number leads to its owner by itself: the owner is no hit beside it."""
    same_house = col(Number.organization_id) == Person.organization_id
    return ~exists().where(and_(number, same_house, col(Number.owner_id) == Person.id))


_DIALLED = col(Number.phone_number).in_(_FORMS)
_WITH_PHONE = col(Person.id).in_(select(col(PersonPhone.person_id)).where(col(PersonPhone.number).in_(_FORMS)))
_BY_EXTENSION = col(Number.extension) == Person.extension
# Behind a main number: whose extension it is, in the organization whose main number that is.
_BEHIND: Any = bindparam("extension")
_MAIN = aliased(Number)
_SAME_HOUSE = col(Organization.id).in_(select(col(_MAIN.organization_id)).where(col(_MAIN.phone_number).in_(_FORMS)))
_SAME = aliased(License)
_FIRST_OF_SUBSCRIPTION = ~exists().where(
    and_(
        col(_SAME.subscription_id) == License.subscription_id,
        col(_SAME.organization_id) == License.organization_id,
        col(_SAME.id) < License.id,
    )
)

_Sources = Sequence[tuple[HitKind, Limited]]
_BEHIND_MAIN: _Sources = (
    (HitKind.NUMBER, _numbers(col(Number.extension) == _BEHIND, _SAME_HOUSE)),
    (HitKind.PERSON, _people(col(Person.extension) == _BEHIND, _SAME_HOUSE, _not_their_own(_BY_EXTENSION))),
)
_SOURCES: Mapping[QueryKind, _Sources] = {
    QueryKind.PHONE: (
        (HitKind.NUMBER, _numbers(_DIALLED)),
        (HitKind.PERSON, _people(_WITH_PHONE, _not_their_own(_DIALLED))),
    ),
    QueryKind.EXTENSION: (
        (HitKind.NUMBER, _numbers(col(Number.extension).in_(_FORMS))),
        (HitKind.PERSON, _people(col(Person.extension).in_(_FORMS), _not_their_own(_BY_EXTENSION))),
    ),
    QueryKind.MAC: ((HitKind.DEVICE, _devices(col(Device.mac).in_(_FORMS))),),
    QueryKind.SERIAL: ((HitKind.DEVICE, _devices(col(Device.serial).in_(_FORMS))),),
    QueryKind.SIP: ((HitKind.DEVICE, _devices(_BY_SIP)),),
    QueryKind.ID: ((HitKind.DEVICE, _devices(col(Device.id).in_(_FORMS))),),
    QueryKind.ORDER: ((HitKind.ORDER, _codes(Order, Order.number)),),
    QueryKind.SUBSCRIPTION: ((HitKind.SUBSCRIPTION, _codes(License, License.subscription_id, _FIRST_OF_SUBSCRIPTION)),),
}
KINDS = frozenset(_SOURCES)


def find(session: Session, reading: Reading, customers: Customers = None, after: Cursor | None = None) -> Page:
    """A page of hits, and where the next begins. An extension behind a number is looked for before the number."""
    if reading.extension:
        page = _page(session, _BEHIND_MAIN, reading, customers, after)
        if page[0]:
            return page
    return _page(session, _SOURCES[reading.kind], reading, customers, after)


def _page(session: Session, sources: _Sources, reading: Reading, customers: Customers, after: Cursor | None) -> Page:
    kinds = [kind for kind, _ in sources]
    begin = kinds.index(after.kind) if after and after.kind in kinds else 0
    found: list[tuple[HitKind, Any]] = []
    for kind, statement in sources[begin:]:
        name, last_id = (after.search_name, after.id) if after and after.kind is kind else ("", "")
        organization_id, key = parts_of(last_id)
        values = {
            "forms": reading.forms,
            "extension": reading.extension,
            "after_name": name,
            "after_id": organization_id,
            "after_key": key,
            "limit": PAGE + 1 - len(found),
        }
        found += [(kind, row) for row in statement.rows(session, values, customers)]
        if len(found) > PAGE:
            break
    hits = [_hit(kind, row) for kind, row in found[:PAGE]]
    if len(found) <= PAGE:
        return hits, None
    last_kind, last = found[PAGE - 1]
    return hits, Cursor(last_kind, last.search_name, key_of(last.organization_id, last.key))


def _hit(kind: HitKind, row: Any) -> Hit:
    is_uuid = kind in (HitKind.DEVICE, HitKind.PERSON)
    key = row.key if is_uuid else key_of(row.organization_id, row.key)
    name = shown(row.name) if kind is HitKind.NUMBER else row.name
    return Hit(kind, key, name, row.detail, row.organization_name)
