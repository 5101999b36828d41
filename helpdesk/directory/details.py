"""Everything that a card shows of a user, a customer, a device, a number or an order.

Nothing is found of an organization that is not among the `customers` that may be seen.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func
from sqlmodel import Session, col, select

from helpdesk.directory import (
    FIRST_ADMINISTRATORS,
    Administrator,
    Details,
    DeviceDetails,
    NotFound,
    NumberDetails,
    OrderDetails,
    OrganizationDetails,
    PersonDetails,
    UserStatus,
    freshness,
)
from helpdesk.directory import administrators as administrators_of
from helpdesk.directory.exact_lookup import parts_of
from helpdesk.directory.parts import DEVICES, LICENSES, NUMBERS, PEOPLE
from helpdesk.platform.store.tables.directory import (
    Device,
    DeviceSip,
    Domain,
    License,
    Number,
    Order,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonRole,
    RecordSource,
    WebexRole,
    WebexSite,
)
from helpdesk.search import HitKind
from helpdesk.search.limited import Customers, Limited

# As many administrators as a customer's card shows; the rest is asked for.

# Statements are made once: putting one together takes longer than SQLite takes to answer it.
_OF: Any = bindparam("of")
_ORGANIZATION = Limited(select(Organization).where(col(Organization.id) == _OF))
_NAMES = (
    select(Organization.display_name)
    .where(col(Organization.id).in_(bindparam("organizations", expanding=True)))
    .order_by(Organization.search_name, Organization.id)
)
_PERSON = Limited(select(Person, Organization).join(Organization).where(col(Person.id) == _OF))
_EMAILS = select(PersonEmail.address).where(col(PersonEmail.person_id) == _OF).order_by(PersonEmail.address)
# What a person is said to hold is shown where it is of the same organization: bad data must not lead to another one.
_HOME = select(col(Person.organization_id)).where(col(Person.id) == _OF).scalar_subquery()


def _of_home(organization_id: Any) -> ColumnElement[bool]:
    # With something put behind it, the column is in no index: SQLite would go through all that the customer has.
    return col(organization_id).concat("") == _HOME


_LICENSES = (
    select(License)
    .join(PersonLicense)
    .where(col(PersonLicense.person_id) == _OF, _of_home(License.organization_id))
    .order_by(License.name, License.id)
)
_ROLES = select(WebexRole.name).join(PersonRole).where(col(PersonRole.person_id) == _OF).order_by(WebexRole.name)
_DEVICES = (
    select(Device)
    .where(col(Device.person_id) == _OF, _of_home(Device.organization_id))
    .order_by(Device.display_name, Device.id)
)
_NUMBERS = (
    select(Number).where(col(Number.owner_id) == _OF, _of_home(Number.organization_id)).order_by(Number.phone_number)
)
_DOMAINS = select(Domain).where(col(Domain.organization_id) == _OF).order_by(Domain.status, Domain.domain)
_SITES = select(WebexSite.url).where(col(WebexSite.organization_id) == _OF).order_by(WebexSite.url)
_ORDERS = select(Order.number).where(col(Order.organization_id) == _OF).order_by(Order.number)
_ALL_LICENSES = (
    select(License)
    .where(col(License.organization_id) == _OF)
    .order_by(col(License.subscription_id).nulls_last(), License.name, License.id)
)
_COUNTS = {
    model: select(func.count()).select_from(model).where(col(model.organization_id) == _OF)
    for model in (Person, Device, Number)
}
_DEVICE = Limited(
    select(Device, Organization, Person)
    .join(Organization, col(Organization.id) == Device.organization_id)
    .outerjoin(Person, (col(Person.id) == Device.person_id) & (col(Person.organization_id) == Device.organization_id))
    .where(col(Device.id) == _OF)
)
_SIPS = select(DeviceSip.sip_url).where(col(DeviceSip.device_id) == _OF).order_by(DeviceSip.sip_url)
_CODE: Any = bindparam("code")
_NUMBER = Limited(
    select(Number, Organization, Person)
    .join(Organization, col(Organization.id) == Number.organization_id)
    .outerjoin(Person, (col(Person.id) == Number.owner_id) & (col(Person.organization_id) == Number.organization_id))
    .where(col(Number.organization_id) == _OF, col(Number.phone_number) == _CODE)
)
_ORDER = Limited(select(Organization).join(Order).where(col(Order.organization_id) == _OF, col(Order.number) == _CODE))
_SUBSCRIPTION = (
    select(License)
    .where(col(License.organization_id) == _OF, col(License.subscription_id) == _CODE)
    .order_by(License.name, License.id)
)


def details_of(session: Session, kind: HitKind, identifier: str, customers: Customers = None) -> Details:
    """What a hit leads to. Raises NotFound."""
    return _DETAILS[kind](session, identifier, customers)


def person_details(session: Session, person_id: str, customers: Customers = None) -> PersonDetails:
    """Raises NotFound."""
    of = {"of": person_id}
    found = _PERSON.first(session, of, customers)
    if found is None:
        raise NotFound
    person, organization = found
    # Past the session where there are no rows to keep: a third of the cost.
    plain = session.connection()
    others = [address for address in plain.scalars(_EMAILS, of) if address != person.email]
    return PersonDetails(
        person=person,
        organization=organization,
        status=user_status(person),
        emails=[person.email, *others],
        licenses=_all(session, _LICENSES, of),
        roles=list(plain.scalars(_ROLES, of)),
        devices=_all(session, _DEVICES, of),
        numbers=_all(session, _NUMBERS, of),
        as_of=freshness.as_of(session, person, organization.id, PEOPLE),
    )


def visible_organization(session: Session, organization_id: str, customers: Customers = None) -> Organization:
    """Raises NotFound."""
    found = _ORGANIZATION.first(session, {"of": organization_id}, customers)
    if found is None:
        raise NotFound
    organization: Organization = found[0]
    return organization


def organization_names(session: Session, organizations: frozenset[str]) -> list[str]:
    """In order; without those that are gone."""
    return list(session.connection().scalars(_NAMES, {"organizations": list(organizations)}))


def organization_details(session: Session, organization_id: str, customers: Customers = None) -> OrganizationDetails:
    """With the first of its administrators only. Raises NotFound."""
    organization = visible_organization(session, organization_id, customers)
    of = {"of": organization_id}
    plain = session.connection()
    counts = {model: plain.scalar(count, of) or 0 for model, count in _COUNTS.items()}
    return OrganizationDetails(
        organization=organization,
        domains=_all(session, _DOMAINS, of),
        sites=list(plain.scalars(_SITES, of)),
        orders=list(plain.scalars(_ORDERS, of)),
        licenses=_all(session, _ALL_LICENSES, of),
        administrators=administrators_of.some(session, organization_id, 0, FIRST_ADMINISTRATORS),
        administrator_count=administrators_of.count(session, organization_id),
        people_count=counts[Person],
        device_count=counts[Device],
        number_count=counts[Number],
    )


def administrators(
    session: Session, organization_id: str, start: int, most: int, customers: Customers = None
) -> list[Administrator]:
    """Some of an organization's administrators, by role. Raises NotFound."""
    visible_organization(session, organization_id, customers)
    return administrators_of.some(session, organization_id, start, most)


def device_details(session: Session, device_id: str, customers: Customers = None) -> DeviceDetails:
    """Raises NotFound."""
    found = _DEVICE.first(session, {"of": device_id}, customers)
    if found is None:
        raise NotFound
    device, organization, owner = found
    numbers = _all(session, _NUMBERS, {"of": owner.id}) if owner else []
    sip_urls = [device.sip_url] if device.sip_url else []
    sip_urls += [url for url in session.connection().scalars(_SIPS, {"of": device.id}) if url not in sip_urls]
    as_of = freshness.as_of(session, device, organization.id, DEVICES)
    return DeviceDetails(device, organization, owner, numbers, sip_urls, as_of)


def number_details(session: Session, key: str, customers: Customers = None) -> NumberDetails:
    """`key` is what a hit gives. Raises NotFound."""
    organization_id, code = parts_of(key)
    found = _NUMBER.first(session, {"of": organization_id, "code": code}, customers)
    if found is None:
        raise NotFound
    number, organization, owner = found
    devices = _all(session, _DEVICES, {"of": owner.id}) if owner else []
    return NumberDetails(
        number, organization, owner, devices, freshness.as_of(session, number, organization.id, NUMBERS)
    )


def order_details(session: Session, key: str, customers: Customers = None) -> OrderDetails:
    """`key` is what a hit gives. Which licenses an order brought is not known. Raises NotFound."""
    organization_id, code = parts_of(key)
    found = _ORDER.first(session, {"of": organization_id, "code": code}, customers)
    if found is None:
        raise NotFound
    licenses = _all(session, _ALL_LICENSES, {"of": organization_id})
    return OrderDetails(HitKind.ORDER, code, found[0], licenses, RecordSource.IMPORT, found[0].imported_at)


def subscription_details(session: Session, key: str, customers: Customers = None) -> OrderDetails:
    """`key` is what a hit gives. Raises NotFound."""
    organization_id, code = parts_of(key)
    organization = visible_organization(session, organization_id, customers)
    licenses = _all(session, _SUBSCRIPTION, {"of": organization_id, "code": code})
    if not licenses:
        raise NotFound
    as_of = freshness.as_of(session, licenses[0], organization_id, LICENSES)
    return OrderDetails(HitKind.SUBSCRIPTION, code, organization, licenses, licenses[0].source, as_of)


_DETAILS: Mapping[HitKind, Callable[[Session, str, Customers], Details]] = {
    HitKind.PERSON: person_details,
    HitKind.ORGANIZATION: organization_details,
    HitKind.DEVICE: device_details,
    HitKind.NUMBER: number_details,
    HitKind.ORDER: order_details,
    HitKind.SUBSCRIPTION: subscription_details,
}


def user_status(person: Person) -> UserStatus:
    """The tool's word for what `loginEnabled`, `invitePending`, `lastActivity` and SCIM `accountStatus` say."""
    account = (person.account_status or "").lower()
    if person.login_enabled is False or account == "disabled":
        return UserStatus.INACTIVE
    if account == "transient":
        return UserStatus.DELAYED_CLAIM
    if account == "pending":
        return UserStatus.NOT_VERIFIED
    if person.invite_pending:
        return UserStatus.PENDING
    return UserStatus.ACTIVE if person.last_activity or account == "active" else UserStatus.VERIFIED


def _all(session: Session, statement: Any, values: Mapping[str, Any]) -> list[Any]:
    return list(session.execute(statement, values).scalars())
