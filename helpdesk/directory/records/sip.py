"""The SIP addresses of devices, beside their first one."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from helpdesk.platform.store import batches
from helpdesk.platform.store.tables.directory import Device, DeviceSip

_OWNER = select(col(Device.person_id)).where(col(Device.id) == DeviceSip.device_id).scalar_subquery()
_KEEP = (
    update(DeviceSip).where(col(DeviceSip.device_id).in_(bindparam("devices", expanding=True))).values(person_id=_OWNER)
)


def keep_owners(session: Session, devices: Sequence[str]) -> None:
    """Who is forgotten takes the SIP addresses of their devices along: each says whose its device is by now."""
    for batch in batches(devices):
        session.connection().execute(_KEEP, {"devices": batch})
