"""What a source tells of records, written: what it does not tell stays as it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, SQLModel, col

from helpdesk.platform.store import batches, insert_for
from helpdesk.platform.store.tables.directory import Person
from helpdesk.platform.text.names import search_name

Row = dict[str, Any]
NAMES = ("display_name", "first_name", "last_name")
_KNOWN_NAMES = select(col(Person.id), *(col(getattr(Person, name)) for name in NAMES)).where(
    col(Person.id).in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Told:
    """A record as its source tells it: `row` is what it says, with the key.

    `new` is what a new row has where the source says nothing; a row that is there keeps what it has.
    """

    row: Row
    new: Row = field(default_factory=dict)


def write_told(
    session: Session, model: type[SQLModel], told: Sequence[Told], origin: Mapping[str, Any] | None = None
) -> None:
    """Insert or update `told`, of which `origin` is said too. Records need not tell the same fields."""
    if model is Person:
        told = _with_whole_names(session, told)
    connection = session.connection()
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Row]] = {}
    for each in told:
        said = {**each.row, **(origin or {})}
        inserted = {**each.new, **said}
        groups.setdefault((tuple(sorted(said)), tuple(sorted(inserted))), []).append(inserted)
    for (said_columns, columns), rows in groups.items():
        connection.execute(_statement(model, said_columns, columns, connection.dialect.name), rows)


# Bounded: records come with more sets of fields than are worth remembering.
@lru_cache(maxsize=256)
def _statement(model: type[SQLModel], said: tuple[str, ...], inserted: tuple[str, ...], dialect: str) -> Any:
    # One row a statement, which is made once: with values of many rows it would be made anew for every page.
    table: Any = model.__table__  # type: ignore[attr-defined]
    statement = insert_for(dialect)(table).values({name: bindparam(name) for name in inserted})
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in said if name not in keys}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _with_whole_names(session: Session, people: Sequence[Told]) -> list[Told]:
    """The same, with what people are shown and found by; where only some of their names are told, with the others."""
    partly = [each.row["id"] for each in people if any(n in each.row for n in NAMES) and not _has_all_names(each.row)]
    known: dict[str, Row] = {}
    for batch in batches(partly):
        found = session.connection().execute(_KNOWN_NAMES, {"ids": batch})
        known |= {key: dict(zip(NAMES, names, strict=True)) for key, *names in found}
    return [_named(each, known.get(each.row["id"], {})) for each in people]


def _named(person: Told, known: Row) -> Told:
    told = {name: person.row[name] for name in NAMES if name in person.row}
    merged = {**dict.fromkeys(NAMES), **known, **told}
    shown = merged["display_name"] or " ".join(filter(None, (merged["first_name"], merged["last_name"])))
    names: Row = {"display_name": shown or person.row["email"]}
    names["search_name"] = search_name([names["display_name"], merged["first_name"], merged["last_name"]])
    if not told:
        return Told(person.row, {**names, **person.new})
    row = {**person.row, "search_name": names["search_name"]}
    if "display_name" in told:
        row["display_name"] = names["display_name"]
    return Told(row, {**names, **person.new})


def _has_all_names(row: Row) -> bool:
    return all(name in row for name in NAMES)
