"""A record as people see it, to tell whether it is another one by now; where it came from and when does not count."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from helpdesk.platform.store.tables.directory import (
    License,
    Organization,
    Person,
    PersonEmail,
    PersonLicense,
    PersonPhone,
    PersonRole,
)
from helpdesk.sync.rows import MOVING, by_day

UNSEEN = {"source", "synced_at", "digest", "webex_id"}
Snapshot = list[list[tuple[Any, ...]]]


def person_snapshot(session: Session, key: str) -> Snapshot:
    links = (PersonEmail, PersonPhone, PersonLicense, PersonRole)
    return [_rows(session, Person, "id", key), *(_rows(session, model, "person_id", key) for model in links)]


def organization_snapshot(session: Session, key: str) -> Snapshot:
    return [_rows(session, Organization, "id", key), _rows(session, License, "organization_id", key)]


def _rows(session: Session, model: type[SQLModel], column: str, key: str) -> list[tuple[Any, ...]]:
    table: Any = model.__table__  # type: ignore[attr-defined]
    seen = [each for each in table.columns if each.name not in UNSEEN]
    found = session.connection().execute(select(*seen).where(table.c[column] == key)).mappings()
    rows = [tuple(by_day(value) if name in MOVING else value for name, value in row.items()) for row in found]
    return sorted(rows, key=repr)
