"""Whose something is that has an exact name: asked for the audit of who is limited, never for an answer."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import bindparam, select, union
from sqlmodel import Session, col

from helpdesk.directory.exact_lookup import parts_of
from helpdesk.directory.reading import read
from helpdesk.platform.errors import BadInput
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
    WebexSite,
)
from helpdesk.platform.store.tables.proof import Verification

_FORMS: Any = bindparam("forms", expanding=True)
_NAMED = {
    Person.id: Person.organization_id,
    Organization.id: Organization.id,
    Domain.domain: Domain.organization_id,
    WebexSite.url: WebexSite.organization_id,
    Order.number: Order.organization_id,
    License.subscription_id: License.organization_id,
    Device.id: Device.organization_id,
    Device.serial: Device.organization_id,
    Device.mac: Device.organization_id,
    Device.sip_url: Device.organization_id,
    Number.phone_number: Number.organization_id,
}
_OWNERS = union(
    *(select(col(organization)).where(col(name).in_(_FORMS)) for name, organization in _NAMED.items()),
    select(col(Person.organization_id)).join(PersonEmail).where(col(PersonEmail.address).in_(_FORMS)),
    select(col(Device.organization_id)).join(DeviceSip).where(col(DeviceSip.sip_url).in_(_FORMS)),
    select(col(Person.organization_id))
    .join(Verification, col(Verification.person_id) == Person.id)
    .where(col(Verification.id).in_(_FORMS)),
)


def owners(session: Session, name: str) -> Collection[str]:
    """The ids of the organizations that something with this id, address, number or other exact name belongs to."""
    return sorted(session.connection().scalars(_OWNERS, {"forms": list(_forms(name))}))


def _forms(name: str) -> Iterator[str]:
    """As the store has it: a number may have been typed in another form, and a key begins with its organization's."""
    yield name
    yield parts_of(name)[0]
    try:
        readings = read(name)
    except BadInput:
        return
    for reading in readings:
        yield from reading.forms
