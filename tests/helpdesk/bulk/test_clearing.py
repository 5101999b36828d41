"""A confirmed list is cleared: each address once, whatever is interrupted, by who may, at the provider's pace."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.settings import Settings
from helpdesk.audit.outcomes import AuditOutcome
from helpdesk.bulk import LineOutcome, Prospect, RunState, Stop
from helpdesk.bulk.approving import is_long, lines_hash
from helpdesk.bulk.beginning import begin
from helpdesk.bulk.clearing import advance
from helpdesk.bulk.looking import look_up
from helpdesk.bulk.reading import read_text
from helpdesk.bulk.runs import Dropped, NoSuchRun, Runs
from helpdesk.mail.provider_errors import (
    MailProviderError,
    ProviderAuthError,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
)
from helpdesk.mail.suppression.lifted import last_lifting
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.bulk import BulkItem, BulkRun
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.proof.gate import Act, Need, Rule
from helpdesk.proof.gate.policy import set_rule
from helpdesk.proof.verification.codes import Verifications
from helpdesk.services import Helpdesk
from tests.agent import LEE
from tests.chat import PAT
from tests.commands.desks import open_desk
from tests.helpdesk.bulk.far_list import FarList
from tests.helpdesk.bulk.started import Started
from tests.sessions import writing
from tests.vouching import vouch_for

BO = "bo.larsen@partner.example"
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


async def confirmed(desk: Helpdesk, text: str, name: str = "a run") -> Runs:
    """Few addresses are vouched for, a longer list is approved."""
    runs = Runs(desk.store)
    await runs.keep(_run(name), read_text(text).lines)
    await look_up(runs, desk.suppression, name)
    items = await runs.items(name)
    if is_long(items):
        await runs.ask(name, WHY, desk.now())
        await runs.approve(name, f"{name} confirmed", BO, lines_hash(items), desk.now())
        return runs
    for address in {each.address for each in items if each.address}:
        await vouch_for(address, "lee", desk.store, desk.now)
    await runs.confirm(name, f"{name} confirmed", WHY)
    return runs


def _run(name: str) -> BulkRun:
    return BulkRun(
        **{"id": name, "agent_id": "lee", "agent_email": LEE, "space_id": "s", "thread_id": "t", "is_direct": False},
        **{"state": RunState.SHOWN, "created_at": datetime(2026, 3, 1, tzinfo=UTC)},
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
        (None, [], LineOutcome.REPEATED),
        (None, [], LineOutcome.NO_ADDRESS),
    ]


async def test_each_is_cleared_audited_with_the_reason_and_can_be_put_back(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD[:3]))
    assert (await advance(desk, "a run", 2)).left == 1
    assert (await advance(desk, "a run", 2)).left == 0
    assert set((await outcomes(runs)).values()) == {LineOutcome.CLEARED}
    (act,) = await desk.audit.about(HELD[0])
    assert (act.actor, act.action, act.outcome, act.reason) == (LEE, "unsuppress", "cleared: bounce", WHY)
    assert await last_lifting(desk, HELD[0])


@pytest.mark.parametrize("others", [[], HELD])
async def test_who_complained_is_left_out_of_every_list(desk: Helpdesk, others: list[str]) -> None:
    runs = await confirmed(desk, "\n".join([COMPLAINED, *others]))
    async with writing(desk.store) as session:  # as a list of an earlier release may have it
        run = await session.get(BulkRun, "a run")
        assert run
        run.clears_complaints = True
        session.add(run)
    await advance(desk, "a run", 20)
    assert (await outcomes(runs))[COMPLAINED] == LineOutcome.COMPLAINT_KEPT
    assert {each.reason for each in await desk.suppression.find(COMPLAINED)} == {"bounce", "complaint"}


async def test_what_was_listed_after_the_list_was_shown_is_not_cleared(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join([*HELD, "later@acme.example"]))
    async with writing(desk.store) as session:
        session.add(Suppression(address="later@acme.example", reason="bounce"))
    await advance(desk, "a run", 20)
    assert (await outcomes(runs))["later@acme.example"] == LineOutcome.NOT_DONE
    assert await desk.suppression.find("later@acme.example")


async def test_a_line_that_nobody_approved_stops_the_list(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    line = {"run_id": "a run", "position": 99, "line": 99, "text": COMPLAINED, "prospect": Prospect.CLEAR}
    async with writing(desk.store) as session:
        session.add(BulkItem(**line, address=COMPLAINED))
    assert (await advance(desk, "a run", 20)).stop is Stop.GATE
    assert set((await outcomes(runs)).values()) == {None}


async def test_a_long_list_that_nobody_approved_is_not_cleared_whoever_confirmed_it(desk: Helpdesk) -> None:
    """As one that was begun under an earlier release, or before the policy was made stricter."""
    runs = Runs(desk.store)
    await runs.keep(_run("a run"), read_text("\n".join(HELD)).lines)
    await look_up(runs, desk.suppression, "a run")
    await set_rule(desk.store, Act.CLEAR_LIST, Rule(Need.NOTHING, is_told=False), "lax")
    await runs.confirm("a run", "a press", WHY)
    assert (await advance(desk, "a run", 4)).stop is None
    await set_rule(desk.store, Act.CLEAR_LIST, Rule(Need.SECOND_AGENT, is_told=False), "strict")
    assert (await advance(desk, "a run", 4)).stop is Stop.GATE
    assert Counter((await outcomes(runs)).values()) == {LineOutcome.CLEARED: 4, None: 5}


async def test_a_proof_that_lapses_after_the_list_was_begun_is_good_for_it_and_a_stricter_policy_is_not(
    desk: Helpdesk,
) -> None:
    runs, sam = Runs(desk.store), Sender("lee", LEE, Role.ADVANCED)
    await runs.keep(_run("a run"), read_text("\n".join(HELD[:2])).lines)
    await look_up(runs, desk.suppression, "a run")
    long_ago = desk.now() - timedelta(minutes=20)
    earlier = replace(desk, verification=Verifications(desk.store, "a secret", {}, now=lambda: long_ago))
    for address in HELD[:2]:
        await vouch_for(address, "lee", desk.store, lambda: long_ago)
    await begin("a run", sam, WHY, "a press", earlier, others_there=True)
    assert (await advance(desk, "a run", 1)).left == 1
    assert (await outcomes(runs))[HELD[0]] == LineOutcome.CLEARED
    await set_rule(desk.store, Act.CLEAR, Rule(Need.NOTHING, is_told=False), "lax")
    await runs.keep(_run("lax"), read_text(PAT).lines)
    await look_up(runs, desk.suppression, "lax")
    await begin("lax", sam, WHY, "another press", desk, others_there=True)
    await set_rule(desk.store, Act.CLEAR, Rule(Need.CALLER, is_told=False), "strict")
    await advance(desk, "lax", 1)
    assert await outcomes(runs, "lax") == {PAT: LineOutcome.NOT_PROVEN}
    assert await desk.suppression.find(PAT)


async def test_what_died_behind_the_removal_is_told_as_cleared_and_done_once(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    dying, provider = far(desk)
    provider.dies_after = {HELD[1]}
    with pytest.raises(asyncio.CancelledError):
        await advance(dying, "a run", 9)
    while (await advance(dying, "a run", 9)).left:
        pass
    assert set((await outcomes(runs)).values()) == {LineOutcome.CLEARED}
    assert Counter(provider.removed) == Counter({HELD[1]: 2} | {each: 1 for each in HELD if each != HELD[1]})
    assert [await cleared_acts(desk, each) for each in HELD] == [["cleared: bounce"]] * 9


async def test_of_two_runs_at_once_one_clears_each_address_and_the_other_says_that_it_was_not_listed(
    desk: Helpdesk,
) -> None:
    runs = await confirmed(desk, "\n".join(HELD), "one")
    await confirmed(desk, "\n".join(reversed(HELD)), "two")
    await asyncio.gather(advance(desk, "one", 9), advance(desk, "two", 9))
    one, two = await outcomes(runs, "one"), await outcomes(runs, "two")
    assert [sorted((one[each] or "", two[each] or "")) for each in HELD] == [
        [LineOutcome.CLEARED, LineOutcome.NOT_LISTED]
    ] * 9


async def test_one_run_in_two_processes_at_once_clears_each_address_once(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await asyncio.gather(*(advance(desk, "a run", 9) for _ in range(3)))
    assert set((await outcomes(runs)).values()) == {LineOutcome.CLEARED}
    assert [await cleared_acts(desk, each) for each in HELD] == [["cleared: bounce"]] * 9


async def test_a_role_that_is_gone_stops_it(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await advance(desk, "a run", 4)
    await remove_agent(desk.store, LEE)
    assert (await advance(desk, "a run", 4)).stop is Stop.ROLE
    await runs.end("a run", desk.now(), Stop.ROLE)
    assert Counter((await outcomes(runs)).values()) == {LineOutcome.CLEARED: 4, LineOutcome.NOT_DONE: 5}


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
    assert Counter((await outcomes(runs)).values()) == {LineOutcome.CLEARED: 8, LineOutcome.REFUSED: 1}


async def test_for_who_is_limited_others_customers_addresses_are_not_listed_and_stay_so(desk: Helpdesk) -> None:
    await add_agent(desk.store, LEE, Role.ADVANCED, "a test", ["Müller & Söhne Maschinenbau"])
    runs = await confirmed(desk, f"{PAT}\nunknown@nowhere.example")
    await advance(desk, "a run", 9)
    assert set((await outcomes(runs)).values()) == {LineOutcome.NOT_LISTED}
    assert await desk.suppression.find(PAT)
    assert AuditOutcome.BEYOND_SCOPE in await cleared_acts(desk, PAT)


async def test_the_first_who_confirms_counts(desk: Helpdesk) -> None:
    runs = await confirmed(desk, HELD[0])
    again = await runs.confirm("a run", "another", "other words")
    assert (again.confirmed_by, again.reason) == ("a run confirmed", WHY)


async def test_what_was_dropped_or_is_not_kept_cannot_be_confirmed(desk: Helpdesk) -> None:
    runs = Runs(desk.store)
    await runs.keep(_run("dropped"), read_text(HELD[0]).lines)
    await runs.drop("dropped")
    for name, refusal in (("dropped", Dropped), ("never kept", NoSuchRun)):
        with pytest.raises(refusal):
            await runs.confirm(name, "an event", WHY)


async def test_a_list_given_again_by_the_same_event_is_the_same_run(desk: Helpdesk) -> None:
    runs = await confirmed(desk, "\n".join(HELD))
    await advance(desk, "a run", 4)
    await runs.keep(_run("a run"), read_text("\n".join(HELD)).lines)
    assert (await runs.count("a run"))[LineOutcome.CLEARED] == 4


async def test_users_are_told_where_the_policy_says_so(desk: Helpdesk) -> None:
    await set_rule(desk.store, Act.CLEAR, Rule(Need.CALLER, is_told=True), "an event")
    await confirmed(desk, f"{PAT}\n{HELD[0]}")
    started = Started()
    await advance(replace(desk, jobs=started), "a run", 5)
    # The other address is no user's.
    assert [name for name, _ in started.jobs] == ["tell user"]
