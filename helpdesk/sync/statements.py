"""The statements of a sync, each made once: putting one together takes longer than the database takes for it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, null, select, update
from sqlmodel import SQLModel, col

from helpdesk.platform.store import BATCH
from helpdesk.platform.store.tables.directory import Device, License, Number, Organization, Person, WebexRole


@dataclass(frozen=True)
class RecordKind:
    """A table and the column that tells its rows apart within an organization.

    `moving` is the time in it that moves all day.
    """

    model: type[SQLModel]
    key: str = "id"
    moving: str = ""

    @property
    def table(self) -> Any:
        return self.model.__table__  # type: ignore[attr-defined]


ORGANIZATION = RecordKind(Organization)
LICENSE = RecordKind(License)
PERSON = RecordKind(Person, moving="last_activity")
DEVICE = RecordKind(Device, moving="last_seen")
NUMBER = RecordKind(Number, key="phone_number")


PEOPLE = select(col(Person.id)).where(col(Person.id).in_(bindparam("keys", expanding=True)))


LICENSES = select(col(License.id)).where(col(License.organization_id) == bindparam("organization"))
COUNTRY = select(col(Organization.country)).where(col(Organization.id) == bindparam("organization"))
ROLES = select(col(WebexRole.id))


@cache
def known(kind: RecordKind) -> Any:
    columns = kind.table.c
    moved = columns[kind.moving] if kind.moving else null()
    known = select(columns[kind.key].label("key"), columns.digest, moved.label("moved")).where(
        columns[kind.key].in_(bindparam("keys", expanding=True))
    )
    # Two organizations may have the same number.
    return known.where(columns.organization_id == bindparam("organization")) if kind.key != "id" else known


@cache
def count(kind: RecordKind) -> Any:
    of_it = kind.table.c.organization_id == bindparam("organization")
    return select(func.count()).select_from(kind.table).where(of_it)


@cache
def stored(kind: RecordKind) -> Any:
    columns = kind.table.c
    key = columns[kind.key]
    of_it = columns.organization_id == bindparam("organization")
    return select(key).where(of_it, key > bindparam("after")).order_by(key).limit(BATCH)


@cache
def removal(kind: RecordKind) -> Any:
    columns = kind.table.c
    # Who moved to another organization meanwhile is there by now.
    of_it = columns.organization_id == bindparam("organization")
    return delete(kind.table).where(of_it, columns[kind.key].in_(bindparam("keys", expanding=True)))


@cache
def unlink(model: type[SQLModel]) -> Any:
    """What belongs to records: the first column says to which."""
    table = model.__table__  # type: ignore[attr-defined]
    return delete(table).where(next(iter(table.primary_key)).in_(bindparam("owners", expanding=True)))


def touch(kind: RecordKind, values: dict[str, Any]) -> Any:
    return update(kind.table).where(kind.table.c.id == bindparam("key")).values(values)
