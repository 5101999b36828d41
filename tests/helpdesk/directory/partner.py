"""A partner of 50 customers whose people have each other's names, words of them, or nearly so: made by a seed."""

from random import Random
from typing import Any

from helpdesk.directory import Found
from helpdesk.directory.lookup import find
from helpdesk.platform.store import Store
from helpdesk.search import Cursor, Hit
from helpdesk.search.limited import Customers
from tests.helpdesk.files import organization, person

GIVEN = (
    *("Maria", "María", "Marina", "Mario", "Anna", "Ana", "Ann-Marie", "Annemarie", "Jürgen", "Juergen", "Jurgen"),
    *("Li", "Lia", "Liam", "Wei", "Søren", "Soeren", "Zoë", "Joe", "山本", "山本太郎", "Ирина", "김하늘", "Ｗｅｉ"),
)
FAMILY = (
    *("Müller", "Mueller", "Muller", "Möller", "Fernandes", "Fernandez", "Hernandes", "Li", "Lin", "Lindqvist"),
    *("Lindkvist", "O'Brien", "OBrien", "Brien", "Großmann", "Grossmann", "Aasen", "Åsen", "太郎", "Лебедева", "하늘"),
)
HOUSES = ("Maria Foods", "Lindqvist AB", "Müller & Söhne", "Anna's", "Wei Li Trading", "100% Sure", "Fernandes")
CUSTOMERS = 50


def house(number: int) -> str:
    return f"a0000000-0000-4000-8000-{number:012}"


def partner(people: int, seed: int = 4) -> dict[str, list[dict[str, Any]]]:
    """An import file. Every third customer shares its name with others."""
    random = Random(seed)  # noqa: S311 - names of nobody
    return {
        "organizations": [organization(house(n), f"{random.choice(HOUSES)} {n % 3 or ''}") for n in range(CUSTOMERS)],
        "people": [
            person(
                number,
                random.choice(("{0} {1}", "{1} {0}", "{0} {2} {1}", "{1}, {0}", "{0}")).format(
                    random.choice(GIVEN), random.choice(FAMILY), random.choice(GIVEN)
                ),
                org=house(random.randrange(CUSTOMERS)),
                loginEnabled=random.random() > 0.2,
            )
            for number in range(1, people + 1)
        ],
    }


def typed(count: int, seed: int = 5) -> list[str]:
    """What agents may type: names, beginnings of them, two of them, slips of the finger."""
    random = Random(seed)  # noqa: S311 - names of nobody
    words = [*GIVEN, *FAMILY, *" ".join(HOUSES).replace("%", "").split()]
    texts = [random.choice(words) for _ in range(count)]
    for place in range(count):
        text, other = texts[place], random.choice(words)
        match place % 6:
            case 1:
                texts[place] = text[: random.randint(1, 3)]
            case 2:
                texts[place] = f"{text} {other}"
            case 3:
                texts[place] = f"{text[: random.randint(1, 4)]} {other[: random.randint(1, 3)]}"
            case 4:
                at = random.randrange(len(text))
                texts[place] = text[:at] + random.choice("xaeit") + text[at + random.randint(0, 1) :]
            case 5:
                texts[place] = f"{other} {text[1:2]}{text[:1]}{text[2:]}"
    return texts


async def everything(
    store: Store, text: str, customers: Customers = None, inside: str | None = None
) -> tuple[list[Hit], list[Hit]]:
    """The hits on all pages, and the near names."""
    found: Found = await store.read(find, text, inside, None, customers)
    near, hits = found.near, list(found.hits)
    after: Cursor | None = found.next
    while after:
        found = await store.read(find, text, inside, after, customers, found.kind)
        hits += found.hits
        after = found.next
    return hits, near
