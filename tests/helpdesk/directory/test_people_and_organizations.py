"""Whatever is typed finds what it should, page by page, the same on both databases."""

from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from helpdesk.directory import Found, NotFound
from helpdesk.directory.lookup import find
from helpdesk.directory.people_and_organizations import PAGE, person_by_address
from helpdesk.directory.reading import LONGEST, QueryKind
from helpdesk.platform.errors import BadInput
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.search import HitKind
from playground.identifiers import identifier
from tests.chat import PAT
from tests.databases import Databases
from tests.helpdesk.files import ACME, MUELLER, bring_in, organization, person, person_key
from tests.helpdesk.platform.text.texts import SPELLINGS
from tests.sessions import reading, writing

HOSTILE = [
    "100% Sure",
    "under_score Ltd",
    "Robert'); DROP TABLE people;--",
    'The "Quoted" Man',
    "Star * Fish",
    "Back\\slash",
]


def names(found: Found) -> list[str]:
    return [hit.name for hit in found.hits]


async def all_names(store: Store, text: str, organization_id: str | None = None) -> list[str]:
    """The names on every page."""
    found = await store.read(find, text, organization_id)
    result = names(found)
    while found.next:
        found = await store.read(find, text, organization_id, found.next)
        result += names(found)
    return result


async def people_named(store: Store, *given: str, **more: Any) -> None:
    people = [person(number, name, **more) for number, name in enumerate(given, 1)]
    await bring_in(store, organizations=[organization()], people=people)


@pytest.mark.parametrize("text", [PAT, f"Pat <mailto:{PAT}>", PAT.upper()])
async def test_an_address_finds_its_person(demo_store: Store, text: str) -> None:
    found = await demo_store.read(find, text)
    (hit,) = found.hits
    assert (found.kind, hit.kind, hit.name, hit.detail) == (QueryKind.EMAIL, HitKind.PERSON, "Pat Lindqvist", PAT)
    assert hit.organization_name == "Acme Corporation"


@pytest.mark.parametrize("text", ["Pat Lindqvist", "lindqvist pat", "lindq", "pat lin", "PAT", "Lindqvist, Pat"])
async def test_a_name_or_the_beginning_of_its_words_finds_its_person(demo_store: Store, text: str) -> None:
    assert "Pat Lindqvist" in await all_names(demo_store, text)


@pytest.mark.parametrize("text", ["indqvist", "pat lindqvist x", "patlindqvist"])
async def test_the_middle_of_a_word_or_a_word_too_many_does_not(demo_store: Store, text: str) -> None:
    assert "Pat Lindqvist" not in await all_names(demo_store, text)


async def test_a_name_is_found_however_it_is_spelt(store: Store) -> None:
    await people_named(store, *(name for name, _ in SPELLINGS))
    for name, spelt in SPELLINGS:
        missing = [typed for typed in (*spelt, name) if name not in await all_names(store, typed)]
        assert missing == [], name


async def test_an_id_in_either_form_finds_its_person_or_organization(store: Store) -> None:
    await people_named(store, "Pat")
    for form in (person_key(1), identifier("PEOPLE", person_key(1)), f"({person_key(1).upper()})."):
        assert names(await store.read(find, form)) == ["Pat"]
    for form in (ACME, identifier("ORGANIZATION", ACME) + "=="):
        assert names(await store.read(find, form)) == ["Acme Corporation"]


@pytest.mark.parametrize(
    "text",
    [
        "acme.example",
        "ACME.example",
        "labs.acme.example",
        "used.example",
        "acme.webex.example",
        "https://acme.webex.example/j",
    ],
)
async def test_a_domain_claimed_verified_or_used_or_a_site_finds_its_organization(store: Store, text: str) -> None:
    domains = [{"domain": "acme.example", "status": "claimed"}, {"domain": "labs.acme.example", "status": "verified"}]
    await bring_in(
        store,
        organizations=[organization(domains=domains, sites=["acme.webex.example"]), organization(MUELLER, "Müller")],
        people=[{**person(1, "Pat"), "emails": ["pat@used.example"]}],
    )
    found = await store.read(find, text)
    assert (found.kind, names(found)) == (QueryKind.DOMAIN, ["Acme Corporation"])


async def test_a_domain_of_several_customers_finds_them_all(store: Store) -> None:
    both = [organization(name="Acme"), organization(MUELLER, "Müller")]
    await bring_in(store, organizations=both, people=[person(1), person(2, org=MUELLER)])
    assert names(await store.read(find, "acme.example")) == ["Acme", "Müller"]


async def test_organizations_come_before_people_and_names_that_start_with_the_text_before_others(store: Store) -> None:
    people = [person(1, "Müller Zoe"), person(2, "Ana Muller"), person(3, "Bo Möller")]
    await bring_in(store, organizations=[organization(), organization(MUELLER, "Müller & Söhne")], people=people)
    assert await all_names(store, "muller") == ["Müller & Söhne", "Müller Zoe", "Ana Muller"]


async def test_what_looks_like_a_domain_and_is_none_is_looked_up_as_a_name(store: Store) -> None:
    await people_named(store, "J. Smith")
    found = await store.read(find, "j.smith")
    assert (found.kind, names(found)) == (QueryKind.NAME, ["J. Smith"])


async def test_search_inside_an_organization_finds_nobody_else(demo_store: Store) -> None:
    twins = await demo_store.read(find, "Maria Fernandes")
    assert {hit.organization_name for hit in twins.hits} == {"Acme Corporation", "Müller & Söhne Maschinenbau"}
    async with reading(demo_store) as session:
        acme = (await session.exec(select(Organization).where(Organization.display_name == "Acme Corporation"))).one()
    for text in ("Maria Fernandes", "acme", PAT, "fernandes maria"):
        found = await demo_store.read(find, text, acme.id)
        assert {hit.organization_name for hit in found.hits} <= {"Acme Corporation"}
        assert all(hit.kind is HitKind.PERSON for hit in found.hits)
        assert found.organization == acme
    elsewhere = await demo_store.read(find, "jurgen.grossmann@mueller-soehne.example", acme.id)
    assert elsewhere.hits == []
    assert {hit.organization_name for hit in elsewhere.near} <= {"Acme Corporation"}


async def test_an_organization_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.read(find, "pat", ACME)


async def test_what_means_something_to_the_database_is_plain_text(store: Store) -> None:
    await people_named(store, *HOSTILE)
    for hostile in HOSTILE:
        assert names(await store.read(find, hostile)) == [hostile]


async def test_wildcards_alone_are_nothing_to_look_for(store: Store) -> None:
    await people_named(store, *HOSTILE)
    for text in ("%", "_", "*", '"', "'", "\\", "%%%", "'; --"):
        with pytest.raises(BadInput):
            await store.read(find, text)


@pytest.mark.parametrize(
    "text",
    [" ".join("a" * (LONGEST // 2)), "\ufdfa" * LONGEST, "\ufdfa " * (LONGEST // 2), "x" * LONGEST, "İ" * LONGEST],
)
async def test_the_longest_texts_are_looked_up(demo_store: Store, text: str) -> None:
    assert len((await demo_store.read(find, text)).hits) <= PAGE


async def test_an_id_with_a_nul_character_in_it_is_no_id(store: Store) -> None:
    assert QueryKind.ID not in (await store.read(find, identifier("PEOPLE", "a\0b"))).tried


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Pat Lindqist", "Pat Lindqvist"), ("Sam Okfaor", "Sam Okafor"), ("acme corpration", "Acme Corporation")],
)
async def test_a_slip_of_the_finger_brings_the_nearest_name_first(demo_store: Store, typed: str, meant: str) -> None:
    found = await demo_store.read(find, typed)
    assert found.hits == []
    assert found.near[0].name == meant
    assert len(found.near) <= PAGE


async def test_a_slip_in_an_address_brings_the_nearest_of_that_domain(demo_store: Store) -> None:
    found = await demo_store.read(find, PAT.replace("lindqvist", "lindqist"))
    assert found.near[0].detail == PAT


async def test_nothing_like_it_brings_no_near_names(demo_store: Store) -> None:
    found = await demo_store.read(find, "Xyzzy Plugh")
    assert (found.hits, found.near, found.next) == ([], [], None)


@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, 3 * PAGE, 3 * PAGE + 1])
async def test_pages_hold_every_hit_once_and_the_last_has_no_next(store: Store, count: int) -> None:
    await people_named(store, *(["Same Name"] * count))
    found = await store.read(find, "same")
    pages = [found]
    while found.next:
        found = await store.read(find, "same", after=found.next)
        pages.append(found)
    ids = [hit.id for page in pages for hit in page.hits]
    assert ids == sorted(ids) == [person_key(number) for number in range(1, count + 1)]
    assert all(len(page.hits) == PAGE for page in pages[:-1])
    assert len(pages) == max(1, -(-count // PAGE))


async def test_a_page_can_begin_among_organizations_and_end_among_people(store: Store) -> None:
    organizations = [organization(f"a0000000-0000-4000-8000-{n:012}", f"Nord {n}") for n in range(1, 8)]
    await bring_in(store, organizations=organizations, people=[person(n, f"Nord Person {n}") for n in range(1, 8)])
    everything = await all_names(store, "nord")
    assert everything == [f"Nord {n}" for n in range(1, 8)] + [f"Nord Person {n}" for n in range(1, 8)]


async def test_rows_that_come_and_go_between_pages_neither_repeat_nor_lose_a_hit(store: Store) -> None:
    await people_named(store, *(f"Same {letter}" for letter in "bdfhjlnprtvx"))
    first = await store.read(find, "same")
    async with writing(store) as session:
        await session.exec(delete(Person).where(col(Person.display_name).in_(["Same b", "Same j"])))
    await bring_in(store, people=[person(50, "Same a"), person(51, "Same k"), person(52, "Same z")])
    assert first.next is not None
    rest = []
    found = await store.read(find, "same", after=first.next)
    rest += names(found)
    while found.next:
        found = await store.read(find, "same", after=found.next)
        rest += names(found)
    assert names(first) == [f"Same {letter}" for letter in "bdfhj"]
    assert rest == [f"Same {letter}" for letter in "klnprtvxz"]


async def test_both_databases_give_the_same_hits_in_the_same_order(sqlite: Databases, postgres: Databases) -> None:
    spelt = [name for name, _ in SPELLINGS]
    people = [
        person(number, name) for number, name in enumerate([*spelt, *HOSTILE, "ab", "AB", "a b", "Ab-c", "Äb"], 1)
    ]
    texts = [
        *"abcdejmoprstz",
        "ma",
        "an",
        "pat lin",
        "acme",
        "example",
        "maria fernades",
        "грош",
        "東",
        "李",
        "김",
        "acme.example",
    ]
    texts += [typed for _, typings in SPELLINGS for typed in typings] + ["ab", "lindqist", "acme corpration", PAT[1:]]
    given = []
    for databases in (sqlite, postgres):
        async with databases.fresh("demo") as url:
            store = Store(url)
            await bring_in(store, organizations=[organization(name="Ätna AB")], people=people)
            hits = {text: await all_names(store, text) for text in texts}
            near = {text: [hit.name for hit in (await store.read(find, text)).near] for text in texts}
            given.append((hits, near))
            await store.close()
    assert given[0] == given[1]
    assert sum(map(len, given[0][0].values())) > 500


async def test_an_address_leads_to_its_person_only_in_full(demo_store: Store) -> None:
    assert await demo_store.read(person_by_address, PAT) is not None
    for near in (PAT[1:], PAT + "x", "%" + PAT[1:], ""):
        assert await demo_store.read(person_by_address, near) is None
