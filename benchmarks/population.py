"""Made-up customers and their people, the same for the same seed: few names are common, most are rare."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from helpdesk.platform.text.names import search_name

Row = dict[str, Any]

SEED = 4
# In order of how many people have them.
GIVEN = (
    *("Maria", "Mohammed", "Wei", "Anna", "James", "Li", "Jose", "David", "Olga", "Yusuf", "Michael", "Fatima", "Jan"),
    *("Sofia", "Thomas", "Priya", "Jürgen", "Chloé", "Søren", "Ahmed", "Laura", "Robert", "Łucja", "Noor", "Carlos"),
    *("Emma", "Zoë", "Ivan", "Amara", "Daniel", "Jean-Luc", "Ingrid", "Hiroshi", "Anne-Marie", "Åsa", "Patrick"),
)
FAMILY = (
    *("Li", "Wang", "Smith", "Garcia", "Müller", "Kim", "Fernandes", "Nguyen", "Singh", "Johnson", "Ivanova", "Silva"),
    *("Schmidt", "Rossi", "Martin", "Jones", "Larsen", "O'Brien", "Kowalski", "Dubois", "Schneider", "Lindqvist"),
    *("Haddad", "Okafor", "Jørgensen", "Petrov", "Yılmaz", "Tanaka-Reed", "Mueller", "Fischer", "Großmann", "Castaño"),
)
ELSEWHERE = ("山本 さくら", "王小雨", "李 明哲", "김 하늘", "Ирина Лебедева", "Павел Соколенко", "Νίκος Αλεξίου")
_ONSETS = (
    *("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p"),
    *("pr", "r", "s", "sch", "st", "t", "tr", "v", "w", "z"),
)
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ei", "ou"]
_CODAS = ["", "", "", *["l", "n", "r", "s", "t", "nd", "rt", "ck"]]
_ENDINGS = ["", *["er", "ez", "i", "in", "man", "o", "off", "on", "s", "sen", "ski", "son", "ton"]]
_GIVEN_COUNT, _FAMILY_COUNT = 4_000, 60_000
_TRADES = ("Logistics", "Foods", "Health", "Energy", "Bank", "Insurance", "Systems", "Textiles", "Motors", "Media")


@dataclass(frozen=True)
class Population:
    """Rows of tables, all at once: they are gone through several times. Ids and names are in no common order."""

    people: Sequence[Row]
    organizations: Sequence[Row]


def population(people: int, organizations: int) -> Population:
    random = Random(SEED)  # noqa: S311 - names of nobody
    sizes = list(accumulate(1 / (rank + 10) for rank in range(organizations)))
    houses = random.choices(range(organizations), cum_weights=sizes, k=people)
    given = _drawn(random, [*GIVEN, *_invented(random, _GIVEN_COUNT)], people)
    family = _drawn(random, [*FAMILY, *_invented(random, _FAMILY_COUNT)], people)
    names = [_name(random, number, *pair) for number, pair in enumerate(zip(given, family, strict=True))]
    return Population(
        [
            _person(number, name, organization_id(house))
            for number, (name, house) in enumerate(zip(names, houses, strict=True))
        ],
        [
            _organization(number, f"{word} {random.choice(_TRADES)}")
            for number, word in enumerate(_invented(random, organizations))
        ],
    )


def _name(random: Random, number: int, first: str, last: str) -> str:
    if number % 40 == 0:
        return random.choice(ELSEWHERE)
    return f"{first} {random.choice(GIVEN)} {last}" if number % 10 == 0 else f"{first} {last}"


def organization_id(number: int) -> str:
    return f"a0000000-0000-4000-8000-{number:012x}"


def person_id(number: int) -> str:
    # Multiplied, so that ids are in the order of nothing else, as Webex's are.
    return f"{number * 2_654_435_761 % 2**32:08x}-0000-4000-8000-{number:012x}"


def _organization(number: int, name: str) -> Row:
    key = organization_id(number)
    return {"id": key, "webex_id": key, "display_name": name, "search_name": search_name([name])}


def _person(number: int, name: str, organization: str) -> Row:
    key, words = person_id(number), search_name([name])
    local = ".".join(words.split()[:2]) if words.isascii() else "user"
    return {
        "id": key,
        "webex_id": key,
        "organization_id": organization,
        "email": f"{local}.{number}@customer-{int(organization[-12:], 16)}.example",
        "display_name": name,
        "search_name": words,
        "login_enabled": number % 12 != 0,
        "account_status": None,
    }


def _drawn(random: Random, names: Sequence[str], count: int) -> list[str]:
    """The n-th name is drawn about 1 / n as often as the first."""
    return random.choices(names, cum_weights=list(accumulate(1 / (rank + 8) for rank in range(len(names)))), k=count)


def _invented(random: Random, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        syllables = [
            random.choice(part) for _ in range(random.choice((1, 2, 2))) for part in (_ONSETS, _VOWELS, _CODAS)
        ]
        names["".join([*syllables, random.choice(_ENDINGS)]).capitalize()] = None
    return list(names)
