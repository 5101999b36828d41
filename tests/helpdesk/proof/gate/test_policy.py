"""What each act needs is as the partner administrator decided, at once and everywhere; else it is the default."""

import asyncio

from helpdesk.platform.store import Store
from helpdesk.proof.gate import DEFAULTS, MAY_BE_TOLD, NEEDS, Act, Need, Rule
from helpdesk.proof.gate.policy import rules, set_rule
from tests.databases import Databases

STRICT = Rule(Need.SECOND_AGENT, is_told=True)


def test_by_default_clearing_takes_a_proven_caller_and_undoing_and_testing_nothing() -> None:
    assert {act: rule.need for act, rule in DEFAULTS.items()} == {
        Act.CLEAR: Need.CALLER,
        Act.CLEAR_LIST: Need.SECOND_AGENT,
        Act.RESTORE: Need.NOTHING,
        Act.SEND_TEST: Need.NOTHING,
        Act.MAIL_CUSTOMER: Need.CALLER,
        Act.VOUCH: Need.NOTHING,
    }
    assert [act for act, rule in DEFAULTS.items() if rule.is_told] == [Act.VOUCH]


def test_no_default_is_what_could_not_be_chosen() -> None:
    assert all(rule.need in (NEEDS[act] or (Need.NOTHING,)) for act, rule in DEFAULTS.items())
    assert all(act in MAY_BE_TOLD or not rule.is_told for act, rule in DEFAULTS.items())


async def test_a_decision_counts_at_once_in_every_process(databases: Databases) -> None:
    async with databases.fresh("empty") as url:
        here, there = Store(url), Store(url)
        assert await rules(there) == DEFAULTS
        assert await set_rule(here, Act.CLEAR, STRICT, "press") == DEFAULTS[Act.CLEAR]
        assert await rules(there) == {**DEFAULTS, Act.CLEAR: STRICT}
        for store in (here, there):
            await store.close()


async def test_the_same_decision_told_again_undoes_no_newer_one(store: Store) -> None:
    before = await set_rule(store, Act.CLEAR, STRICT, "first")
    newer = Rule(Need.NOTHING, is_told=False)
    await set_rule(store, Act.CLEAR, newer, "second")
    assert await set_rule(store, Act.CLEAR, STRICT, "first") == before
    assert (await rules(store))[Act.CLEAR] == newer


async def test_of_two_decisions_at_once_one_stands(store: Store) -> None:
    decided = [Rule(need, is_told=True) for need in Need]
    await asyncio.gather(*(set_rule(store, Act.CLEAR, rule, rule.need) for rule in decided))
    assert (await rules(store))[Act.CLEAR] in decided
