"""Generated races over codes: whatever comes at once, no code is used twice and no wrong one is forgotten.

Each race is one user, two agents and two processes. In rounds, sends, resends and entries, right and wrong, of new
codes and old ones, some told twice, are let loose at the same moment; then time passes. What came of each is held
against what the database says at the end.
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlmodel import col, select

from helpdesk.platform.errors import Refused
from helpdesk.platform.store import Store, batches
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.proof import Verification, VerificationFailure
from helpdesk.proof.verification import (
    Asker,
    Challenge,
    CodeExpired,
    CodeReplaced,
    CodeUsed,
    Locked,
    NoTriesLeft,
    NotYours,
    Proof,
    TooManyCodes,
    TooSoon,
    Verified,
    Wrong,
)
from helpdesk.proof.verification.codes import Verifications
from tests.chat import SECRET, another_code
from tests.databases import Databases
from tests.sessions import rows

pytestmark = pytest.mark.long

# RACES=10000 runs the number that is promised; it takes some minutes a database.
RACES = int(os.environ.get("RACES", "200"))
AT_ONCE = 16
CUSTOMER = Organization(id="o", webex_id="o", display_name="Acme", search_name="acme")


@dataclass(frozen=True, slots=True)
class Sent:
    challenge: Challenge
    code: str
    agent: Asker
    round: int


@dataclass(frozen=True, slots=True)
class Entered:
    event: str
    sent: Sent
    agent: Asker
    is_right: bool
    round: int
    outcome: Verified | Wrong


@dataclass
class Race:
    """Made from its number alone. It is over before an hour, so that a lock holds to its end."""

    number: int
    stores: Sequence[Store]
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    carried: list[str] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    entered: list[Entered] = field(default_factory=list)
    refused: Counter[type[Refused]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.number)  # noqa: S311, a race that fails can be run again
        names = {"email": "pat@acme.example", "display_name": "Pat", "search_name": "pat"}
        self.person = Person(id=f"user {self.number}", webex_id="", organization_id="o", **names)
        self.agents = [Asker(f"agent {which} of {self.number}", "", "the desk") for which in range(2)]
        carriers = {Proof.MAILBOX: self}
        self.desks = [Verifications(store, SECRET, carriers, now=lambda: self.now) for store in self.stores]

    async def carry(self, code: str, *_: object) -> bool:
        self.carried.append(code)
        return True

    async def run(self) -> None:
        # Every tenth caller guesses, and goes on guessing with every code: these races reach the lock. Others ask for
        # more codes than a day allows.
        is_guessing, is_long = self.number % 10 == 0, self.number % 5 == 0
        for number in range(9 if is_long else self.random.choice([2, 2, 3])):
            known = list(self.sent.values())[-1 if is_guessing else -2 :]
            sends = (number + 1) % 2 if is_guessing else self.random.choice([0, 1, 1, 2] if known else [1, 2])
            acts = [self._send(f"{number} send {which}", number) for which in range(sends)]
            for which in range((4 if is_guessing else self.random.randint(1, 3)) if known else 0):
                sent = self.random.choice([known[0], known[-1], known[-1]])
                is_right = not is_guessing and self.random.random() < 0.6
                agent = sent.agent if is_guessing or self.random.random() < 0.9 else self.random.choice(self.agents)
                times = self.random.choice([1, 1, 1, 2])  # the same press, told twice
                acts += [self._enter(f"{number} entry {which}", sent, agent, is_right, number) for _ in range(times)]
            self.random.shuffle(acts)
            await asyncio.gather(*acts)
            self.now += timedelta(seconds=31 if is_long else self.random.choice([1, 31, 31, 601]))

    async def _send(self, event: str, number: int) -> None:
        agent, desk = self.random.choice(self.agents), self.random.choice(self.desks)
        try:
            sent = await desk.send(self.person, CUSTOMER, Proof.MAILBOX, agent, f"{event} of {self.number}")
            self.sent[sent.id] = Sent(sent, self.carried[-1], agent, number)
        except Refused as refused:
            self.refused[type(refused)] += 1

    async def _enter(self, event: str, sent: Sent, agent: Asker, is_right: bool, number: int) -> None:
        desk, event = self.random.choice(self.desks), f"{event} of {self.number}"
        code = sent.code if is_right else another_code(sent.code)
        try:
            outcome = await desk.check(sent.challenge.id, agent, code, event)
            self.entered.append(Entered(event, sent, agent, is_right, number, outcome))
        except Refused as refused:
            self.refused[type(refused)] += 1

    def judge(self, codes: Sequence[Verification], failures: int) -> None:
        self._judge_what_was_sent(codes)
        self._judge_who_was_believed()
        told = defaultdict(set)
        for each in self.entered:
            told[each.event].add(each.outcome)
        assert all(len(answers) == 1 for answers in told.values()), "a press told twice is answered the same"
        counted = {each.event: each for each in self.entered}.values()
        assert failures == sum(isinstance(each.outcome, Wrong) for each in counted) <= 10, "no wrong code is forgotten"
        for row in codes:
            entries = [each for each in counted if each.sent.challenge.id == row.id]
            uses = sum(isinstance(each.outcome, Verified) for each in entries)
            assert uses == (row.used_at is not None) <= 1, "a code is used once"
            kept = 3 - self.sent[row.id].challenge.tries_left
            assert row.tries == kept + len(entries) <= 3, "no try is forgotten"

    def _judge_what_was_sent(self, codes: Sequence[Verification]) -> None:
        assert {row.id for row in codes} == set(self.sent)
        assert len(codes) == len(self.carried) <= 5
        times = sorted(row.created_at for row in codes)
        assert all(later - earlier >= timedelta(seconds=30) for earlier, later in pairwise(times))

    def _judge_who_was_believed(self) -> None:
        for each in self.entered:
            assert each.agent == each.sent.agent
            assert isinstance(each.outcome, Verified) == each.is_right
            newest = max(sent.round for sent in self.sent.values() if sent.round < each.round)
            assert each.sent.round == newest, "an older code counts for nothing"


@pytest.fixture
async def stores(databases: Databases) -> AsyncIterator[list[Store]]:
    """One database, as two processes have it."""
    async with databases.fresh("empty") as url:
        stores = [Store(url), Store(url)]
        yield stores
        for store in stores:
            await store.close()


@pytest.mark.timeout(120 + RACES)
async def test_whatever_comes_at_once_no_code_is_used_twice_and_no_wrong_one_is_forgotten(stores: list[Store]) -> None:
    refused: Counter[type[Refused]] = Counter()
    for numbers in batches(range(RACES), AT_ONCE):
        races = [Race(number, stores) for number in numbers]
        await asyncio.gather(*(race.run() for race in races))
        people = [race.person.id for race in races]
        codes, failures = defaultdict(list), Counter()
        for row in await rows(stores[0], select(Verification).where(col(Verification.person_id).in_(people))):
            codes[row.person_id].append(row)
        wrong = select(VerificationFailure.person_id).where(col(VerificationFailure.person_id).in_(people))
        failures.update(await rows(stores[0], wrong))
        for race in races:
            race.judge(codes[race.person.id], failures[race.person.id])
            refused += race.refused
    every = {TooSoon, TooManyCodes, Locked, CodeUsed, CodeReplaced, CodeExpired, NoTriesLeft, NotYours}
    assert set(refused) == every, "races that meet no rule prove nothing of it"
