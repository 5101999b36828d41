"""The worked example of helpdesk/search/README.md is run: its keys, ranges, hits and numbers are those of the code."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.search import NameKey
from helpdesk.platform.text.names import search_name
from helpdesk.search import fuzzy, keys, name_search
from helpdesk.search.fuzzy_words import close_keys, distance, most_wrong
from tests.helpdesk.files import bring_in, organization, person

ROOM = Path(keys.__file__).parent
PAGE = (ROOM / "README.md").read_text()
TYPED = "Maria Lin"
MARIA = "Maria Lindqvist"


def table(head: str) -> list[list[str]]:
    """The rows of the page's table with this head, its cells without their code marks."""
    _, found, rest = PAGE.partition(f"{head}\n|---")
    assert found, head
    rows = rest.partition("\n\n")[0].splitlines()[1:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split(" | ")] for row in rows]


NAMES = {row[0]: row[1] for row in table("| name | group |")}


@pytest.fixture
async def filled(store: Store) -> Store:
    customers = [name for name, group in NAMES.items() if group == "organization"]
    ids = [f"a0000000-0000-4000-8000-{number:012}" for number in range(len(customers))]
    people = [(name, group == "active") for name, group in NAMES.items() if group != "organization"]
    await bring_in(
        store,
        organizations=[organization(key, name) for key, name in zip(ids, customers, strict=True)],
        people=[
            person(number, name, org=ids[0], loginEnabled=is_active) for number, (name, is_active) in enumerate(people)
        ],
    )
    return store


def test_every_file_of_the_room_is_on_the_page_and_no_other() -> None:
    named = {name for row in table("| file | what is in it |") for name in re.findall(r"\w+\.py", row[0])}
    assert named == {path.name for path in ROOM.glob("[a-z]*.py")}


def test_partitions_are_numbered_as_told() -> None:
    told = {
        head: [int(number) for number in numbers] for head, *numbers in table("| | first word | other word | pair |")
    }
    assert told == {group.name.lower(): [keys.shelf(group, part) for part in keys.KeyPart] for group in keys.Group}


async def test_the_name_has_the_keys_that_are_told(filled: Store) -> None:
    def read(session: Session) -> list[list[str]]:
        rows = session.exec(select(NameKey).where(col(NameKey.name) == search_name([MARIA])))
        return sorted([str(row.shelf), row.key] for row in rows)

    assert search_name([MARIA]) == " maria lindqvist"
    found = await filled.read(read)
    assert found == table("| partition | key |")
    assert f"`{MARIA}` has {len(found)} rows" in PAGE


def test_the_typed_text_becomes_the_key_ranges_that_are_told() -> None:
    made = keys.stretches(TYPED)
    told = table("| partition | key range | which names |")
    assert [[str(each.shelf), each.low.key] for each in made] == [row[:2] for row in told]
    assert [each.words == ("maria", "lin") for each in made] == ["have both words" in row[2] for row in told]
    assert {each.start or each.low.name for each in made} == {" maria lin"}
    assert f"There are {len(made)}\nkey ranges" in PAGE


async def test_the_hits_are_those_that_are_told_where_they_are_told(filled: Store) -> None:
    def places(session: Session) -> list[list[str]]:
        found = []
        hits, cursor = name_search.find(session, TYPED, 1)
        while True:
            found += [hit.name for hit in hits]
            if cursor is None:
                return found
            cursors.append([str(cursor.shelf), cursor.key])
            hits, cursor = name_search.find(session, TYPED, 1, after=cursor)

    cursors: list[list[str]] = []
    told = table("| hit | partition | key |")
    assert await filled.read(places) == [row[0] for row in told]
    # The last page has no cursor.
    assert cursors == [row[1:] for row in told[:-1]]
    assert set(NAMES) - {row[0] for row in told} == {"Marina Lindholm"}
    assert "mar lin" in {key for _, key in keys.keys_of(keys.Group.ACTIVE, search_name(["Marina Lindholm"]))}


async def test_the_next_page_begins_where_it_is_told(filled: Store) -> None:
    size, shelf, key, rest = re.findall(
        rf"With (\d) hits a page, .*`{MARIA}`: partition (\d), key `(\w+)`.*?holds (\d) hits", PAGE, re.DOTALL
    )[0]
    hits, cursor = await filled.read(name_search.find, TYPED, int(size))
    assert cursor
    assert (hits[-1].name, str(cursor.shelf), cursor.key) == (MARIA, shelf, key)
    hits, cursor = await filled.read(lambda session: name_search.find(session, TYPED, int(size), after=cursor))
    assert (len(hits), cursor) == (int(rest), None)


async def test_what_comes_close_is_offered(filled: Store) -> None:
    typed = "Maria Lindkvist"
    assert typed in PAGE
    assert (await filled.read(name_search.find, typed, 5))[0] == []
    assert [hit.name for hit in await filled.read(fuzzy.find, typed, 5)] == [MARIA]
    assert f"share the key `{min(set(close_keys('lindkvist')) & set(close_keys('lindqvist')))}`" in PAGE
    wrong, most = distance("lindkvist", "lindqvist", 2), most_wrong("lindkvist")
    assert f"distance is {wrong} letter, and a word of this length may be {most} letters wrong" in PAGE


@pytest.mark.parametrize(("name", "value", "_"), table("| constant | value | what it bounds |"))
def test_numbers_are_those_of_the_code(name: str, value: str, _: str) -> None:
    module, constant = name.split(".")
    assert getattr(import_module(f"helpdesk.search.{module}"), constant) == int(value)
