"""A confirmed list is cleared: each address once, whatever is interrupted, by who may, at the provider's pace."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.settings import Settings
from helpdesk import Helpdesk
from helpdesk.access import Role
from helpdesk.agents import add_agent, remove_agent
from helpdesk.bulk import Outcome, Prospect, State, Stop
from helpdesk.bulk.clearing import advance
from helpdesk.bulk.looking import look_up
from helpdesk.bulk.reading import read_text
from helpdesk.bulk.runs import Dropped, NoSuchRun, Runs
from helpdesk.gate import Act, Need, Rule
from helpdesk.gate.policy import set_rule
from helpdesk.providers import (
    MailProviderError,
    ProviderAuthError,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
)
from helpdesk.seen import BEYOND
from helpdesk.store import Store
from helpdesk.store.tables import BulkRun, Suppression
from helpdesk.suppression.lifted import last_lifting
from tests.agent import LEE
from tests.chat import PAT
from tests.commands.desks import open_desk
from tests.helpdesk.bulk.far_list import FarList
from tests.helpdesk.bulk.started import Started
from tests.sessions import writing

WHY = "The mail server was down"
HELD = [f"held{number}@acme.example" for number in range(9)]
COMPLAINED = "complained@acme.example"


@pytest.fixture
async def desk(demo_store: Store) -> AsyncIterator[Helpdesk]:
    """Lee is an advanced agent; nine addresses bounced, one complained."""
    await add_agent(demo_store, LEE, Role.ADVANCED, "a test")
    async with writing(demo_store) as session:
        session.add_all([Suppression(address=each, reason="bounce") for each in HELD])
        session.add_all([Suppression(address=COMPLAINED, reason=reason) for reason in ("bounce", "complaint")])
    async with open_desk(demo_store, Settings()) as desk:
        yield desk


async def confirmed(desk: Helpdesk, text: str, name: str = "a run", *, clears_complaints: bool = False) -> Runs:
    runs = Runs(desk.store)
    await runs.keep(_run(name), read_text(text).lines)
    await look_up(runs, desk.suppression, name)
    await runs.confirm(name, f"{name} confirmed", WHY, clears_complaints=clears_complaints)
    return runs


def _run(name: str) -> BulkRun:
    return BulkRun(
        **{"id": name, "agent_id": "lee", "agent_email": LEE, "space_id": "s", "thread_id": "t", "is_direct": False},
        **{"state": State.SHOWN, "created_at": datetime(2026, 3, 1, tzinfo=UTC)},
    )


def far(desk: Helpdesk, *failures: Exception) -> tuple[Helpdesk, FarList]:
    provider = FarList(desk.suppression, list(failures))
    return replace(desk, suppression=provider), provider


async def outcomes(runs: Runs, name: str = "a run") -> dict[str, str | None]:
    return {each.text: each.outcome for each in await runs.items(name)}


async def cleared_acts(desk: Helpdesk, address: str) -> list[str]:
    return [row.outcome for row in await desk.audit.about(address)]


async def test_what_would_happen_is_found_before(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join([HELD[0], COMPLAINED, "free@acme.example", HELD[0].upper(), "nobody"]))
    found = [(each.prospect, each.reasons, each.outcome) for each in await runs.items("a run")]
    assert found == [
        (Prospect.CLEAR, ["bounce"], None),
        (Prospect.COMPLAINT, ["bounce", "complaint"], None),
        (Prospect.NOT_LISTED, [], None),
        (None, [], Outcome.REPEATED),
        (None, [], Outcome.NO_ADDRESS),
    ]


async def test_each_is_cleared_audited_with_the_reason_and_can_be_put_back(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD[:3]))
    assert (await advance(desk, "a run", 2)).left == 1
    assert (await advance(desk, "a run", 2)).left == 0
    assert set((await outcomes(runs)).values()) == {Outcome.CLEARED}
    (act,) = await desk.audit.about(HELD[0])
    assert (act.actor, act.action, act.outcome, act.reason) == (LEE, "unsuppress", "cleared: bounce", WHY)
    assert await last_lifting(desk, HELD[0])


@pytest.mark.parametrize(
    ("clears", "outcome", "left"), [(False, Outcome.COMPLAINT_KEPT, {"complaint"}), (True, Outcome.CLEARED, set())]
)
async def test_a_complaint_goes_only_where_that_was_chosen(
    desk: Helpdesk, clears: bool, outcome: Outcome, left: set[str]
) -> None:
    runs = await confirmed(desk, COMPLAINED, clears_complaints=clears)
    await advance(desk, "a run", 5)
    assert await outcomes(runs) == {COMPLAINED: outcome}
    assert {each.reason for each in await desk.suppression.find(COMPLAINED)} == left


async def test_what_died_behind_the_removal_is_told_as_cleared_and_done_once(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    dying, provider = far(desk)
    provider.dies_after = {HELD[1]}
    with pytest.raises(asyncio.CancelledError):
        await advance(dying, "a run", 9)
    while (await advance(dying, "a run", 9)).left:
        pass
    assert set((await outcomes(runs)).values()) == {Outcome.CLEARED}
    assert Counter(provider.removed) == Counter({HELD[1]: 2} | {each: 1 for each in HELD if each != HELD[1]})
    assert [await cleared_acts(desk, each) for each in HELD] == [["cleared: bounce"]] * 9


async def test_of_two_runs_at_once_one_clears_each_address_and_the_other_says_that_it_was_not_listed(
    desk: Helpdesk,
) -> None:
    runs = await confirmed(desk, "\n".join(HELD), "one")
    await confirmed(desk, "\n".join(reversed(HELD)), "two")
    await asyncio.gather(advance(desk, "one", 9), advance(desk, "two", 9))
    one, two = await outcomes(runs, "one"), await outcomes(runs, "two")
    assert [sorted((one[each] or "", two[each] or "")) for each in HELD] == [[Outcome.CLEARED, Outcome.NOT_LISTED]] * 9


async def test_one_run_in_two_processes_at_once_clears_each_address_once(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await asyncio.gather(*(advance(desk, "a run", 9) for _ in range(3)))
    assert set((await outcomes(runs)).values()) == {Outcome.CLEARED}
    assert [await cleared_acts(desk, each) for each in HELD] == [["cleared: bounce"]] * 9


async def test_a_role_that_is_gone_stops_it(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await advance(desk, "a run", 4)
    await remove_agent(desk.store, LEE)
    assert (await advance(desk, "a run", 4)).stop is Stop.ROLE
    await runs.end("a run", desk.now(), Stop.ROLE)
    assert Counter((await outcomes(runs)).values()) == {Outcome.CLEARED: 4, Outcome.NOT_DONE: 5}


async def test_the_agent_can_stop_it(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await advance(desk, "a run", 4)
    await runs.drop("a run")
    assert (await advance(desk, "a run", 4)).stop is Stop.BY_AGENT


async def test_a_provider_that_asks_for_patience_is_waited_for_as_long_as_it_says(desk: Helpdesk) -> None:
    await confirmed(desk, "\n".join(HELD))
    slow, _ = far(desk, ProviderRateLimited("Provider", 37.0))
    first = await advance(slow, "a run", 9)
    assert (first.wait, first.failed, first.stop) == (37.0, False, None)
    while (await advance(slow, "a run", 9)).left:
        pass
    assert not [each for each in HELD if await desk.suppression.find(each)]


FAILURES: list[tuple[Callable[[], MailProviderError], bool, Stop | None]] = [
    (lambda: ProviderUnavailable("Provider"), True, None),
    (lambda: ProviderAuthError("Provider", "A_KEY"), False, Stop.PROVIDER),
]


@pytest.mark.parametrize(("failure", "failed", "stop"), FAILURES)
async def test_what_a_provider_fails_with_is_told_apart(
    desk: Helpdesk, failure: Callable[[], MailProviderError], failed: bool, stop: Stop | None
) -> None:
    await confirmed(desk, "\n".join(HELD))
    broken, _ = far(desk, *(failure() for _ in range(4)))
    result = await advance(broken, "a run", 9)
    assert (result.left, result.failed, result.stop) == (9, failed, stop)


async def test_an_address_that_the_provider_does_not_take_is_told_and_the_others_go_on(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    picky, _ = far(desk, ProviderRejected("Provider"))
    while (await advance(picky, "a run", 9)).left:
        pass
    assert Counter((await outcomes(runs)).values()) == {Outcome.CLEARED: 8, Outcome.REFUSED: 1}


async def test_for_who_is_limited_others_customers_addresses_are_not_listed_and_stay_so(desk: Helpdesk) -> None:
    await add_agent(desk.store, LEE, Role.ADVANCED, "a test", ["Müller & Söhne Maschinenbau"])
    runs = await confirmed(desk, f"{PAT}\nunknown@nowhere.example")
    await advance(desk, "a run", 9)
    assert set((await outcomes(runs)).values()) == {Outcome.NOT_LISTED}
    assert await desk.suppression.find(PAT)
    assert BEYOND in await cleared_acts(desk, PAT)


async def test_the_first_who_confirms_counts(desk: Helpdesk) -> None:
    runs = await confirmed(desk, HELD[0])
    again = await runs.confirm("a run", "another", "other words", clears_complaints=True)
    assert (again.confirmed_by, again.reason, again.clears_complaints) == ("a run confirmed", WHY, False)


async def test_what_was_dropped_or_is_not_kept_cannot_be_confirmed(desk: Helpdesk) -> None:
    runs = Runs(desk.store)
    await runs.keep(_run("dropped"), read_text(HELD[0]).lines)
    await runs.drop("dropped")
    for name, refusal in (("dropped", Dropped), ("never kept", NoSuchRun)):
        with pytest.raises(refusal):
            await runs.confirm(name, "an event", WHY, clears_complaints=False)


async def test_a_list_given_again_by_the_same_event_is_the_same_run(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await advance(desk, "a run", 4)
    await runs.keep(_run("a run"), read_text("\n".join(HELD)).lines)
    assert (await runs.count("a run"))[Outcome.CLEARED] == 4


async def test_users_are_told_where_the_policy_says_so(desk: Helpdesk) -> None:
    await set_rule(desk.store, Act.CLEAR, Rule(Need.CALLER, is_told=True), "an event")
    await confirmed(desk, f"{PAT}\n{HELD[0]}")
    started = Started()
    await advance(replace(desk, jobs=started), "a run", 5)
    # The other address is no user's.
    assert [name for name, _ in started.jobs] == ["tell user"]
