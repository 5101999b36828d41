"""What names are found by is, after any writing, what it would be if it were made anew."""

from random import Random
from typing import Any

from sqlalchemy import delete, event, update
from sqlmodel import Session, SQLModel, col, select

from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.search import NameKey, NearWord
from helpdesk.platform.text.names import search_name
from helpdesk.search.index import entries_of_organization, entries_of_person, followed, near_rows, words_of
from tests.helpdesk.directory.partner import CUSTOMERS, GIVEN, house, partner
from tests.helpdesk.files import bring_in, organization, person, person_key

PEOPLE = 200


def _found_by(session: Session) -> tuple[set[Any], set[Any]]:
    connection = session.connection()
    keys = connection.execute(select(NameKey.shelf, NameKey.key, NameKey.name, NameKey.id, NameKey.organization_id))
    words = connection.execute(select(NearWord.key, NearWord.word))
    return {tuple(row) for row in keys}, {tuple(row) for row in words}


def _made_anew(session: Session) -> tuple[set[Any], set[Any]]:
    connection = session.connection()
    entries = {
        entry
        for model, entries_of in ((Person, entries_of_person), (Organization, entries_of_organization))
        for row in connection.execute(select(model.__table__)).mappings()  # type: ignore[attr-defined]
        for entry in entries_of(row)
    }
    return {tuple(entry) for entry in entries}, {(key, word) for word in words_of(entries) for key in near_rows(word)}


async def is_in_step(store: Store) -> bool:
    return await store.read(_found_by) == await store.read(_made_anew)


def _change(session: Session, model: type[SQLModel], keys: list[str], values: dict[str, Any]) -> None:
    with followed(session, model, keys):
        session.connection().execute(update(model).where(col(model.id).in_(keys)).values(values))  # type: ignore[attr-defined]


def _remove(session: Session, model: type[SQLModel], keys: list[str]) -> None:
    with followed(session, model, keys):
        session.connection().execute(delete(model).where(col(model.id).in_(keys)))  # type: ignore[attr-defined]


async def test_an_import_is_found(store: Store) -> None:
    await bring_in(store, **partner(PEOPLE))
    assert await is_in_step(store)
    keys, words = await store.read(_found_by)
    assert len(keys) > PEOPLE
    assert len(words) > PEOPLE


async def test_people_who_are_renamed_deactivated_moved_or_removed_are_found_as_they_are(store: Store) -> None:
    random = Random(7)  # noqa: S311 - changes of any kind
    await bring_in(store, **partner(PEOPLE))
    for _ in range(30):
        keys = [person_key(random.randint(1, PEOPLE)) for _ in range(5)]
        name = f"{random.choice(GIVEN)} Vorübergehend{random.randint(1, 3)}"
        changes: list[dict[str, Any]] = [
            {"display_name": name, "search_name": search_name([name])},
            {"login_enabled": random.random() > 0.5},
            {"organization_id": house(random.randrange(CUSTOMERS))},
        ]
        await store.write(_change, Person, keys, random.choice(changes))
        assert await is_in_step(store)
        await store.write(_remove, Person, keys[:1])
        assert await is_in_step(store)


async def test_a_word_that_nobody_has_any_more_is_forgotten(store: Store) -> None:
    await bring_in(store, organizations=[organization()], people=[person(1, "Pat Quisling"), person(2, "Pat Brandt")])
    await store.write(_remove, Person, [person_key(1)])
    _, words = await store.read(_found_by)
    assert {word for _, word in words} == {"pat", "brandt", "acme", "corporation"}


async def test_where_nothing_changed_nothing_is_written(store: Store) -> None:
    await bring_in(store, **partner(PEOPLE))
    asked: list[str] = []

    def follow(session: Session) -> None:
        event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2]))
        with followed(session, Person, [person_key(number) for number in range(1, PEOPLE)]):
            pass

    await store.write(follow)
    assert {statement.split()[0] for statement in asked} <= {"SELECT", "COMMIT"}
