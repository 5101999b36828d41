"""How long does a search take among a million people, and among ten thousand?"""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from string import ascii_lowercase

from sqlalchemy import text as sql
from sqlmodel import Session

from benchmarks.commands import percentile
from benchmarks.databases import POSTGRESQL, SQLITE
from benchmarks.loading import connected, load
from benchmarks.population import FAMILY, GIVEN, SEED, Population, population
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage
from helpdesk.directory.index import Directory
from helpdesk.platform.store import Store

SIZES = {10_000: 100, 1_000_000: 10_000}
BUDGET_MS = {SQLITE: 5.0, POSTGRESQL: 20.0}
MOST_GROWTH = 2.0
ASKED, WARM_UP = 300, 30
PLAIN_ASKED = 5
CUSTOMERS_OF_AN_AGENT = 50
# Below this, two times differ by what else the machine does.
TELLING_MS = 1.0

_PLAIN = sql(
    "SELECT people.id, display_name FROM people WHERE search_name LIKE :word ORDER BY search_name, id LIMIT 6"
).bindparams(word="%ria fer%")


@dataclass(frozen=True)
class Question:
    text: str
    organization: str | None = None
    customers: frozenset[str] | None = None


async def measure(stage: Stage) -> Table:
    rows, says = [], []
    times: dict[tuple[str, str, int], list[float]] = {}
    plain: dict[tuple[str, int], float] = {}
    for people, organizations in SIZES.items():
        made = population(people, organizations)
        asked = questions(made)
        for database in BUDGET_MS:
            async with _filled(stage, database, made) as store:
                plain[database, people] = await _plain(store)
                for kind, some in asked.items():
                    times[database, kind, people] = await _asked(store, some)
        kinds = list(asked)
        del made
    few, many = SIZES
    for database in BUDGET_MS:
        rows += [_row(database, kind, times, plain) for kind in kinds]
        says += _sentences(database, kinds, times, plain)
    return Table(
        "Search",
        (
            *("database", "asked for", "p50 ms", "p99 ms", f"p99 ms at {few:,}", "times", "x faster than LIKE"),
            *("budget", ""),
        ),
        rows,
        f"{many:,} people in {SIZES[many]:,} customers; each kind asked {ASKED} times, one after the other, through "
        f"the directory as commands do, details included where there is one hit. LIKE: '%...%' over the same names, "
        f"the fastest of {PLAIN_ASKED}, against p50. Budget: p99, and at most {MOST_GROWTH:g} times that at {few:,} "
        f"people, or {MOST_GROWTH * TELLING_MS:g} ms where that is more.",
        says,
    )


def questions(made: Population) -> dict[str, list[Question]]:
    """What is asked, by what it is called in the table."""
    random = Random(SEED)  # noqa: S311 - questions, no secrets
    houses = [row["id"] for row in made.organizations]
    some = random.choices(made.people, k=ASKED)
    common = [*GIVEN[:8], *FAMILY[:8]]
    limited = frozenset(random.sample(houses, CUSTOMERS_OF_AN_AGENT))
    many = frozenset(random.sample(houses, len(houses) // 2))
    two = [f"{random.choice(GIVEN)} {random.choice(FAMILY)}" for _ in range(ASKED)]
    slips = [_slip(random, row["display_name"]) for row in some]
    return {
        "a common name": [Question(each) for each in common],
        "one letter": [Question(each) for each in ascii_lowercase],
        "two letters": [Question(first + second) for first in ascii_lowercase for second in "aeo"],
        "two common names": [Question(each) for each in two],
        "two common given names": [Question(f"{a} {b}") for a in GIVEN[:8] for b in GIVEN[:8] if a != b],
        "a name and a letter": [Question(f"{each} {letter}") for each in common for letter in ascii_lowercase],
        "two letters apart": [Question(f"{a} {b}") for a in "abcdefgh" for b in "klmnopxz"],
        "somebody's name": [Question(row["display_name"]) for row in some],
        "an address": [Question(row["email"]) for row in some],
        "a name with a slip": [Question(each) for each in slips],
        "a common name with a slip": [Question(_slip(random, each)) for each in two],
        "an address with a slip": [Question(_slip(random, row["email"])) for row in some],
        "nothing like it": [Question(f"qx{letter}vz {letter}jkw") for letter in ascii_lowercase],
        "inside a big customer": [Question(each, houses[0]) for each in [*common, *two]],
        "inside, with a slip": [Question(_slip(random, each), houses[0]) for each in two],
        "limited to 50 customers": [Question(each, None, limited) for each in [*common, *ascii_lowercase, *two]],
        "limited, with a slip": [Question(each, None, limited) for each in slips],
        "limited to half of them": [Question(each, None, many) for each in [*common, *ascii_lowercase, *two]],
    }


def _slip(random: Random, name: str) -> str:
    place = random.randrange(1, max(2, min(len(name), 12) - 1))
    return name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]


@asynccontextmanager
async def _filled(stage: Stage, database: str, made: Population) -> AsyncIterator[Store]:
    name = f"search_{len(made.people)}"
    if database == SQLITE:
        url = f"sqlite+aiosqlite:///{(stage.folder / name).as_posix()}.db"
    else:
        server = stage.databases[POSTGRESQL]
        connection = await connected(server)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        url = server.replace("/websocket?", f"/{name}?")
    await load(made, url)
    store = Store(url)
    yield store
    await store.close()


async def _asked(store: Store, some: Sequence[Question]) -> list[float]:
    """Milliseconds each."""
    times = []
    for number, question in enumerate(islice(cycle(some), WARM_UP + ASKED)):
        directory = Directory(store, question.customers)
        began = time.perf_counter()
        await directory.find(question.text, question.organization)
        if number >= WARM_UP:
            times.append((time.perf_counter() - began) * 1000)
    return times


async def _plain(store: Store) -> float:
    def ask(session: Session) -> None:
        session.connection().execute(_PLAIN).all()

    times = []
    for _ in range(PLAIN_ASKED):
        began = time.perf_counter()
        await store.read(ask)
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


Times = Mapping[tuple[str, str, int], list[float]]


def _row(database: str, kind: str, times: Times, plain: Mapping[tuple[str, int], float]) -> tuple[str, ...]:
    few, many = (times[database, kind, size] for size in SIZES)
    p50, p99, p99_few = percentile(many, 0.5), percentile(many, 0.99), percentile(few, 0.99)
    return (
        *(database, kind, f"{p50:.1f}", f"{p99:.1f}", f"{p99_few:.1f}", f"{p99 / p99_few:.1f}"),
        *(
            f"{plain[database, max(SIZES)] / p50:.0f}",
            f"<= {BUDGET_MS[database]:g}",
            verdict(_is_met(database, few, many)),
        ),
    )


def _is_met(database: str, few: Sequence[float], many: Sequence[float]) -> bool:
    p99 = percentile(many, 0.99)
    return p99 <= BUDGET_MS[database] and p99 <= MOST_GROWTH * max(percentile(few, 0.99), TELLING_MS)


def _sentences(database: str, kinds: Sequence[str], times: Times, plain: Mapping[tuple[str, int], float]) -> list[str]:
    missed = [kind for kind in kinds if not _is_met(database, *(times[database, kind, size] for size in SIZES))]
    slowest = max(kinds, key=lambda kind: percentile(times[database, kind, max(SIZES)], 0.99))
    p99 = percentile(times[database, slowest, max(SIZES)], 0.99)
    return [
        f"{database}: of {len(kinds)} kinds of search among {max(SIZES):,} people the slowest is {slowest}, p99 "
        f"{p99:.1f} ms; LIKE takes {plain[database, max(SIZES)]:.0f} ms. Not within the budget: "
        f"{', '.join(missed) or 'none'}."
    ]
