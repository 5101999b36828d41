"""Numbers of all kinds that an earlier release stored as they were written, put into the one form they are found by."""

from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, SQLModel, col

from helpdesk.directory.forms import canonical_mac, canonical_serial, canonical_sip
from helpdesk.directory.phones import is_dialled, stored_number
from helpdesk.platform.store import BATCH, insert_unless_there
from helpdesk.platform.store.tables.directory import Device, Number, Organization, Person, PersonPhone


def devices_in_one_form(session: Session) -> None:
    connection = session.connection()
    for row in connection.execute(
        select(col(Device.id), col(Device.mac), col(Device.serial), col(Device.sip_url))
    ).all():
        forms = {
            "mac": canonical_mac(row.mac) or row.mac if row.mac else None,
            "serial": canonical_serial(row.serial) if row.serial else None,
            "sip_url": canonical_sip(row.sip_url) if row.sip_url else None,
        }
        if (row.mac, row.serial, row.sip_url) != tuple(forms.values()):
            connection.execute(update(Device).where(col(Device.id) == row.id).values(**forms))


def numbers_in_one_form(session: Session) -> None:
    """Those of organizations, and those that people are called by."""
    _numbers(session)
    _phones(session)


def _numbers(session: Session) -> None:
    """One that would become another that is there stays as it is."""
    connection = session.connection()
    country = _countries(session)
    given = connection.execute(select(col(Number.phone_number), col(Number.organization_id))).all()
    taken: set[tuple[str, str]] = {(row.phone_number, row.organization_id) for row in given}
    for number, organization in sorted(taken):
        # What is no whole number may be an extension.
        form = stored_number(number, country.get(organization)) if is_dialled(number.strip()) else number
        if form != number and (form, organization) not in taken:
            taken.add((form, organization))
            row = (col(Number.phone_number) == number, col(Number.organization_id) == organization)
            connection.execute(update(Number).where(*row).values(phone_number=form))


def _phones(session: Session) -> None:
    connection = session.connection()
    country = _countries(session)
    key = col(Person.id)
    query = select(key, col(Person.organization_id), col(Person.phone_numbers)).order_by(key).limit(BATCH)
    last = ""
    while found := connection.execute(query.where(key > last)).all():
        last = found[-1].id
        _insert(session, PersonPhone, [
            {"person_id": row.id, "number": stored_number(number.strip(), country.get(row.organization_id))}
            for row in found
            for number in row.phone_numbers or ()
            if is_dialled(number.strip())
        ])  # fmt: skip


def _insert(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        connection = session.connection()
        connection.execute(insert_unless_there(model, connection.dialect.name), rows)


def _countries(session: Session) -> dict[str, str | None]:
    """The country of each organization, as far as it is known."""
    found = session.connection().execute(select(col(Organization.id), col(Organization.country))).all()
    return {row.id: row.country for row in found}
