"""Everything a user's or a customer's card shows."""

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from helpdesk.directory import Administrator, NotFound, OrganizationDetails, PersonDetails, UserStatus
from helpdesk.store.tables import (
    Device,
    Domain,
    License,
    Number,
    Order,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonRole,
    Role,
    Site,
)

# Made once: putting a statement together takes longer than SQLite takes to answer it.
_PERSON = select(Person, Organization).join(Organization).where(Person.id == bindparam("person"))
_EMAILS = select(PersonEmail.address).where(PersonEmail.person_id == bindparam("person")).order_by(PersonEmail.address)
_LICENSES = (
    select(License)
    .join(PersonLicense)
    .where(PersonLicense.person_id == bindparam("person"))
    .order_by(License.name, License.id)
)
_ROLES = select(Role.name).join(PersonRole).where(PersonRole.person_id == bindparam("person")).order_by(Role.name)
_DEVICES = select(Device).where(Device.person_id == bindparam("person")).order_by(Device.display_name, Device.id)
_NUMBERS = select(Number).where(Number.owner_id == bindparam("person")).order_by(Number.phone_number)


def person_details(session: Session, person_id: str) -> PersonDetails:
    """Raises NotFound."""
    of_person = {"person": person_id}
    found = session.exec(_PERSON, params=of_person).first()
    if found is None:
        raise NotFound
    person, organization = found
    # Past the session where there are no rows to keep: a third of the cost.
    plain = session.connection()
    others = [address for address in plain.scalars(_EMAILS, of_person) if address != person.email]
    return PersonDetails(
        person=person,
        organization=organization,
        status=user_status(person),
        emails=[person.email, *others],
        licenses=list(session.exec(_LICENSES, params=of_person)),
        roles=list(plain.scalars(_ROLES, of_person)),
        devices=list(session.exec(_DEVICES, params=of_person)),
        numbers=list(session.exec(_NUMBERS, params=of_person)),
    )


def organization_details(session: Session, organization_id: str) -> OrganizationDetails:
    """Raises NotFound."""
    organization = session.get(Organization, organization_id)
    if organization is None:
        raise NotFound
    administrators = session.exec(
        select(Person, Role.name)
        .join(PersonRole, col(PersonRole.person_id) == Person.id)
        .join(Role, col(Role.id) == PersonRole.role_id)
        .where(Person.organization_id == organization_id)
        .order_by(Role.name, Person.search_name, Person.id)
    )
    return OrganizationDetails(
        organization=organization,
        domains=list(
            session.exec(
                select(Domain).where(Domain.organization_id == organization_id).order_by(Domain.status, Domain.domain)
            )
        ),
        sites=list(session.exec(select(Site.url).where(Site.organization_id == organization_id).order_by(Site.url))),
        orders=list(
            session.exec(select(Order.number).where(Order.organization_id == organization_id).order_by(Order.number))
        ),
        licenses=list(
            session.exec(
                select(License)
                .where(License.organization_id == organization_id)
                .order_by(col(License.subscription_id).nulls_last(), License.name, License.id)
            )
        ),
        administrators=[
            Administrator(person.id, person.display_name, person.email, role) for person, role in administrators
        ],
        people_count=_count(session, Person, organization_id),
        device_count=_count(session, Device, organization_id),
        number_count=_count(session, Number, organization_id),
    )


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


def _count(session: Session, model: type[Person | Device | Number], organization_id: str) -> int:
    query = select(func.count()).select_from(model).where(col(model.organization_id) == organization_id)
    return session.exec(query).one()
