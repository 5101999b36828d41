"""Keeps what names are found by in step with people and organizations, in the transaction that writes them.

Whoever writes them without `followed` leaves the search with what was. Only what changed is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, exists, select, update
from sqlmodel import Session, SQLModel, col

from helpdesk.platform.store import BATCH, batches, insert_unless_there
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.search import NameKey, NearWord
from helpdesk.platform.text.names import search_name
from helpdesk.search.fuzzy_words import near_keys
from helpdesk.search.key_ranges import HAS_WORD_SHELF
from helpdesk.search.keys import WORD_SHELVES, Group, keys_of

Row = dict[str, Any]


class IndexEntry(NamedTuple):
    """A row of `name_keys`."""

    shelf: int
    key: str
    name: str
    id: str
    organization_id: str


_IDS: Any = bindparam("ids", expanding=True)
_PEOPLE: Select[*tuple[Any, ...]] = select(
    *(col(each) for each in (Person.id, Person.organization_id, Person.search_name)),
    *(col(each) for each in (Person.login_enabled, Person.account_status)),
).where(col(Person.id).in_(_IDS))
_ORGANIZATIONS: Select[*tuple[Any, ...]] = select(col(Organization.id), col(Organization.search_name)).where(
    col(Organization.id).in_(_IDS)
)
_REMOVE_KEY = delete(NameKey).where(
    *(col(getattr(NameKey, name)) == bindparam(f"old_{name}") for name in ("shelf", "key", "name", "id"))
)
_OLD_WORD: Any = bindparam("old_word")
_REMOVE_UNUSED_WORD = delete(NearWord).where(
    col(NearWord.key) == bindparam("old_key"),
    col(NearWord.word) == _OLD_WORD,
    ~exists().where(HAS_WORD_SHELF, col(NameKey.key) == _OLD_WORD),
)
_KNOWN_WORDS = select(col(NearWord.word)).where(col(NearWord.key).in_(bindparam("keys", expanding=True)))


@contextmanager
def followed(session: Session, model: type[SQLModel], ids: Sequence[str]) -> Iterator[None]:
    """Whatever is done within to these rows of Person or Organization, the search follows it."""
    before = _stored(session, model, ids)
    yield
    _follow(session, before, _stored(session, model, ids))


def index_anew(session: Session) -> None:
    """Put all people and organizations into an empty index, by their names as the search sees them now."""
    _index_all(session, Organization, (Organization.display_name,))
    _index_all(session, Person, (Person.display_name, Person.first_name, Person.last_name))


def _index_all(session: Session, model: type[Organization | Person], names: Sequence[Any]) -> None:
    connection, key = session.connection(), col(model.id)
    query = select(key, *(col(name) for name in names)).order_by(key).limit(BATCH)
    last = ""
    while found := connection.execute(query.where(key > last)).all():
        last = found[-1].id
        named = [{"its_id": row.id, "its_name": search_name(row[1:])} for row in found]
        statement = update(model).where(key == bindparam("its_id")).values(search_name=bindparam("its_name"))
        connection.execute(statement, named)
        _follow(session, set(), _stored(session, model, [row.id for row in found]))


def _follow(session: Session, before: set[IndexEntry], after: set[IndexEntry]) -> None:
    """Write what differs."""
    gone, new = before - after, after - before
    connection = session.connection()
    if gone:
        connection.execute(_REMOVE_KEY, [{f"old_{name}": value for name, value in e._asdict().items()} for e in gone])
        words = words_of(gone) - words_of(after)
        if unused := [{"old_key": key, "old_word": word} for word in words for key in near_rows(word)]:
            connection.execute(_REMOVE_UNUSED_WORD, unused)
    if new:
        _insert(session, NameKey, [entry._asdict() for entry in new])
        _learn(session, words_of(new))


def _learn(session: Session, words: set[str]) -> None:
    """Words that were not there yet are found by their near keys, too."""
    rows = {word: found for word in words if (found := near_rows(word))}
    known: set[str] = set()
    for batch in batches([f"={word}" for word in rows]):
        known.update(session.connection().scalars(_KNOWN_WORDS, {"keys": batch}))
    new = [{"key": key, "word": word} for word, keys in rows.items() if word not in known for key in keys]
    if new:
        _insert(session, NearWord, new)


def near_rows(word: str) -> list[str]:
    """The keys that `word` has in `near_words`: one of its own, which tells that it is there, comes first."""
    keys = near_keys(word)
    return [f"={word}", *keys] if keys else []


def _insert(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> None:
    # In order of keys: neighbours go to the same page.
    ordered = sorted(rows, key=lambda row: tuple(row.values()))
    connection = session.connection()
    connection.execute(insert_unless_there(model, connection.dialect.name), ordered)


def _stored(session: Session, model: type[SQLModel], ids: Sequence[str]) -> set[IndexEntry]:
    if model not in _READING:
        return set()
    query, entries = _READING[model]
    return {
        entry
        for batch in batches(ids)
        for row in session.connection().execute(query, {"ids": batch}).mappings()
        for entry in entries(row)
    }


def entries_of_person(row: Any) -> Iterator[IndexEntry]:
    is_inactive = row["login_enabled"] is False or (row["account_status"] or "").lower() == "disabled"
    group = Group.INACTIVE if is_inactive else Group.ACTIVE
    return _entries(group, row["search_name"], row["id"], row["organization_id"])


def entries_of_organization(row: Any) -> Iterator[IndexEntry]:
    return _entries(Group.ORGANIZATION, row["search_name"], row["id"], row["id"])


def _entries(group: Group, name: str, key: str, organization_id: str) -> Iterator[IndexEntry]:
    return (IndexEntry(*place, name, key, organization_id) for place in keys_of(group, name))


_READING: dict[type[SQLModel], tuple[Select[*tuple[Any, ...]], Callable[[Any], Iterator[IndexEntry]]]] = {
    Person: (_PEOPLE, entries_of_person),
    Organization: (_ORGANIZATIONS, entries_of_organization),
}


def words_of(entries: Iterable[IndexEntry]) -> set[str]:
    return {entry.key for entry in entries if entry.shelf in WORD_SHELVES}
