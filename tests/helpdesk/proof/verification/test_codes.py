"""The policy on codes and approvals, each number of it, with time passing and people acting at once."""

import asyncio
import hmac
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import col, select

from helpdesk.mail import MailRefused
from helpdesk.platform.errors import Refused
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.proof import Verification, VerificationFailure
from helpdesk.proof.verification import (
    Asker,
    Challenge,
    CodeExpired,
    CodeReplaced,
    CodeUsed,
    Locked,
    NotACode,
    NoTriesLeft,
    NotYours,
    OwnApproval,
    Policy,
    Proof,
    TooManyCodes,
    TooSoon,
    Verified,
    Wrong,
)
from helpdesk.proof.verification.codes import Verifications, parse_code
from tests.chat import PAT, SAM, another_code
from tests.helpdesk.files import contents
from tests.sessions import reading, writing

SECRET = "a secret of the tests, long enough"
ANA = Asker("ana", "ana.ruiz@partner.example", "the desk")
BO = Asker("bo", "bo.larsen@partner.example", "the desk")


@dataclass
class Clock:
    """Stands still until it is told otherwise."""

    time: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **length: float) -> None:
        self.time += timedelta(**length)


@dataclass
class Pocket:
    """A carrier that hands codes over at once; `fails` and `is_certain` are how the next ones fare."""

    codes: list[str] = field(default_factory=list)
    fails: Exception | None = None
    is_certain: bool = True
    gate: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self, code: str, person: Person, organization: Organization, asker: Asker, life: timedelta) -> bool:
        self.codes.append(code)
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        return self.is_certain


@dataclass
class Desk:
    """One user, two agents, and what they do; every act is an event of its own unless it is named."""

    store: Store
    clock: Clock
    pocket: Pocket
    codes: Verifications
    person: Person
    organization: Organization
    acts: int = 0

    def event(self) -> str:
        self.acts += 1
        return f"event {self.acts}"

    async def send(self, asker: Asker = ANA, event: str = "", to: Person | None = None) -> Challenge:
        return await self.codes.send(to or self.person, self.organization, Proof.MAILBOX, asker, event or self.event())

    async def says(self, challenge: Challenge, code: str, asker: Asker = ANA, event: str = "") -> Verified | Wrong:
        return await self.codes.check(challenge.id, asker, code, event or self.event())

    async def says_wrong(self, challenge: Challenge, times: int = 1, asker: Asker = ANA) -> Wrong:
        for _ in range(times):
            outcome = await self.says(challenge, another_code(self.pocket.codes[-1]), asker)
        assert isinstance(outcome, Wrong)
        return outcome

    async def fail(self, times: int) -> None:
        """Enter `times` wrong codes, over as many codes and agents as that takes; a minute each code."""
        for number in range(-(-times // 3)):
            asker = (ANA, BO)[number % 2]
            await self.says_wrong(await self.send(asker), min(3, times - 3 * number), asker)
            self.clock.passes(minutes=1)

    async def cut_off(self, event: str) -> None:
        """Send, and die while the code is on its way."""
        self.pocket.gate, self.pocket.asked = asyncio.Event(), asyncio.Event()
        sending = asyncio.create_task(self.send(event=event))
        await self.pocket.asked.wait()
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        self.pocket.gate = None

    async def rows(self) -> list[Verification]:
        async with reading(self.store) as session:
            return list(await session.exec(select(Verification).order_by(col(Verification.created_at))))

    async def failures(self) -> int:
        async with reading(self.store) as session:
            return len((await session.exec(select(VerificationFailure))).all())

    async def other(self, address: str = SAM) -> Person:
        async with reading(self.store) as session:
            return (await session.exec(select(Person).where(Person.email == address))).one()


@pytest.fixture
async def desk(demo_store: Store) -> Desk:
    async with reading(demo_store) as session:
        found = await session.exec(select(Person, Organization).join(Organization).where(Person.email == PAT))
        person, organization = found.one()
    clock, pocket = Clock(), Pocket()
    codes = Verifications(demo_store, SECRET, {Proof.MAILBOX: pocket}, now=clock)
    return Desk(demo_store, clock, pocket, codes, person, organization)


def test_the_policy_is_that_of_the_design() -> None:
    assert Policy() == Policy(
        code_life=timedelta(minutes=10),
        tries=3,
        resend_after=timedelta(seconds=30),
        codes_per_day=5,
        codes_per_agent_hour=30,
        failures_before_lock=10,
        lock=timedelta(hours=1),
        wrong_per_agent_hour=12,
        verified_window=timedelta(minutes=15),
    )


async def test_the_right_code_verifies_for_a_quarter_of_an_hour(desk: Desk) -> None:
    challenge = await desk.send()
    desk.clock.passes(minutes=9, seconds=59)
    outcome = await desk.says(challenge, desk.pocket.codes[0])
    until = desk.clock() + timedelta(minutes=15)
    assert outcome == Verified(desk.person.id, Proof.MAILBOX, until)
    assert await desk.codes.live(desk.person.id, ANA.agent_id) == outcome
    desk.clock.passes(minutes=15)
    assert await desk.codes.live(desk.person.id, ANA.agent_id) is None


async def test_a_verification_is_for_that_agent_and_that_user_alone(desk: Desk) -> None:
    await desk.says(await desk.send(), desk.pocket.codes[0])
    assert await desk.codes.live(desk.person.id, BO.agent_id) is None
    assert await desk.codes.live((await desk.other()).id, ANA.agent_id) is None


async def test_codes_are_six_digits_and_all_of_them_can_come(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (7, 999_999):
        monkeypatch.setattr("secrets.randbelow", lambda below, number=number: number if below == 10**6 else None)
        await desk.send()
        desk.clock.passes(minutes=1)
    assert desk.pocket.codes == ["000007", "999999"]


async def test_codes_differ(desk: Desk) -> None:
    challenges = []
    for _ in range(5):
        challenges.append(await desk.send())
        desk.clock.passes(minutes=1)
    assert len(set(desk.pocket.codes)) > 1
    assert len({each.id for each in challenges}) == 5


async def test_the_database_never_holds_the_code(desk: Desk) -> None:
    await desk.says_wrong(await desk.send())
    rows = await contents(desk.store)
    code = desk.pocket.codes[0]
    kept = repr(rows["verifications"] + rows["verification_failures"])
    assert "event 1" in kept
    assert not any(said in kept for said in (code, f"{code[:3]} {code[3:]}", another_code(code)))


async def test_the_stored_form_depends_on_the_secret_and_on_the_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 123456)
    other = Verifications(
        desk.store, "another secret of the tests, as long", {Proof.MAILBOX: desk.pocket}, now=desk.clock
    )
    await desk.send()
    desk.clock.passes(minutes=1)
    await desk.send()
    desk.clock.passes(minutes=1)
    await other.send(desk.person, desk.organization, Proof.MAILBOX, ANA, "elsewhere")
    assert len({row.code_hmac for row in await desk.rows()}) == 3


async def test_codes_are_compared_in_constant_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, two: compared.append((one, two)) or real(one, two))
    await desk.says_wrong(await desk.send())
    (row,) = await desk.rows()
    assert [two for _, two in compared] == [row.code_hmac]


@pytest.mark.parametrize("seconds", [600, 601, 100_000])
async def test_a_code_is_good_for_ten_minutes(desk: Desk, seconds: int) -> None:
    challenge = await desk.send()
    assert challenge.expires_at == desk.clock() + timedelta(minutes=10)
    desk.clock.passes(seconds=seconds)
    with pytest.raises(CodeExpired):
        await desk.says(challenge, desk.pocket.codes[0])
    assert await desk.failures() == 0


async def test_three_wrong_tries_are_all(desk: Desk) -> None:
    challenge = await desk.send()
    left = [(await desk.says_wrong(challenge)).challenge.tries_left for _ in range(3)]
    assert left == [2, 1, 0]
    with pytest.raises(NoTriesLeft):
        await desk.says(challenge, desk.pocket.codes[0])
    assert await desk.codes.live(desk.person.id, ANA.agent_id) is None


async def test_the_third_try_may_be_the_right_one(desk: Desk) -> None:
    challenge = await desk.send()
    await desk.says_wrong(challenge, 2)
    assert isinstance(await desk.says(challenge, desk.pocket.codes[0]), Verified)


async def test_a_resend_keeps_the_count(desk: Desk) -> None:
    await desk.says_wrong(await desk.send(), 2)
    desk.clock.passes(seconds=30)
    again = await desk.send()
    assert again.tries_left == 1
    await desk.says_wrong(again)
    with pytest.raises(NoTriesLeft):
        await desk.says(again, desk.pocket.codes[-1])


async def test_a_resend_by_another_agent_keeps_the_count(desk: Desk) -> None:
    await desk.says_wrong(await desk.send(ANA), 2)
    desk.clock.passes(seconds=30)
    assert (await desk.send(BO)).tries_left == 1


async def test_while_a_resend_is_on_its_way_the_last_code_does_not_count(desk: Desk) -> None:
    first = await desk.send()
    desk.clock.passes(seconds=30)
    desk.pocket.gate, desk.pocket.asked = asyncio.Event(), asyncio.Event()
    resend = asyncio.create_task(desk.send())
    await desk.pocket.asked.wait()
    for code in (desk.pocket.codes[0], another_code(desk.pocket.codes[0])):
        with pytest.raises(CodeReplaced):
            await desk.says(first, code)
    desk.pocket.gate.set()
    assert (await resend).tries_left == 3
    assert await desk.failures() == 0


async def test_a_resend_that_was_cut_off_on_its_way_leaves_one_code_that_counts(desk: Desk) -> None:
    first = await desk.send()
    await desk.says_wrong(first, 2)
    desk.clock.passes(seconds=30)
    await desk.cut_off(event="press")
    with pytest.raises(CodeReplaced):
        await desk.says(first, desk.pocket.codes[0])
    resent = await desk.send(event="press")
    assert (resent.is_certain, resent.tries_left) == (False, 1)
    assert isinstance(await desk.says(resent, desk.pocket.codes[1]), Verified)


async def test_a_first_code_that_was_cut_off_on_its_way_counts(desk: Desk) -> None:
    await desk.cut_off(event="press")
    assert isinstance(await desk.says(await desk.send(event="press"), desk.pocket.codes[0]), Verified)


async def test_a_code_after_one_that_was_cut_off_keeps_the_count(desk: Desk) -> None:
    await desk.cut_off(event="press")
    await desk.says_wrong(await desk.send(event="press"), 2)
    desk.clock.passes(seconds=30)
    assert (await desk.send()).tries_left == 1


async def test_after_ten_wrong_codes_in_a_day_the_user_is_locked_for_an_hour(desk: Desk) -> None:
    await desk.fail(9)
    challenge = await desk.send()
    outcome = await desk.says_wrong(challenge)
    assert outcome.locked_until == desk.clock() + timedelta(hours=1)
    with pytest.raises(Locked):
        await desk.says(challenge, desk.pocket.codes[-1])
    desk.clock.passes(minutes=59, seconds=59)
    with pytest.raises(Locked):
        await desk.send(BO)
    desk.clock.passes(seconds=1)
    await desk.send(BO)


async def test_one_more_wrong_code_after_the_lock_locks_again(desk: Desk) -> None:
    await desk.fail(10)
    desk.clock.passes(hours=1)
    assert (await desk.says_wrong(await desk.send())).locked_until == desk.clock() + timedelta(hours=1)


async def test_wrong_codes_of_yesterday_no_longer_lock(desk: Desk) -> None:
    await desk.fail(9)
    desk.clock.passes(hours=24)
    assert (await desk.says_wrong(await desk.send())).locked_until is None


async def test_a_lock_is_of_that_user_alone(desk: Desk) -> None:
    await desk.fail(10)
    assert await desk.send(to=await desk.other())


async def test_a_right_code_does_not_wipe_out_the_wrong_ones(desk: Desk) -> None:
    await desk.fail(9)
    challenge = await desk.send()
    await desk.says(challenge, desk.pocket.codes[-1])
    desk.clock.passes(minutes=1)
    assert (await desk.says_wrong(await desk.send())).locked_until is not None


@pytest.mark.parametrize(("seconds", "wait"), [(0, 30), (0.001, 30), (29.5, 1), (29.999, 1)])
async def test_a_second_code_has_to_wait_for_half_a_minute(desk: Desk, seconds: float, wait: int) -> None:
    await desk.send()
    desk.clock.passes(seconds=seconds)
    with pytest.raises(TooSoon) as refused:
        await desk.send(BO)
    assert refused.value.advice is not None
    assert refused.value.advice.values == {"seconds": wait}
    assert len(desk.pocket.codes) == 1


async def test_a_user_is_sent_five_codes_a_day(desk: Desk) -> None:
    began = desk.clock()
    for number in range(5):
        await desk.send((ANA, BO)[number % 2])
        desk.clock.passes(hours=1)
    with pytest.raises(TooManyCodes) as refused:
        await desk.send()
    assert refused.value.advice is not None
    assert refused.value.advice.values == {"time": began + timedelta(hours=24)}
    desk.clock.time = began + timedelta(hours=24)
    await desk.send()
    with pytest.raises(Refused):
        await desk.send(BO)


async def test_an_agent_sends_thirty_codes_an_hour(desk: Desk) -> None:
    async with reading(desk.store) as session:
        people = (await session.exec(select(Person).order_by(Person.id).limit(31))).all()
    began = desk.clock()
    for person in people[:30]:
        await desk.send(to=person)
        desk.clock.passes(seconds=1)
    with pytest.raises(TooManyCodes) as refused:
        await desk.send(to=people[30])
    assert refused.value.advice is not None
    assert refused.value.advice.values == {"time": began + timedelta(hours=1)}
    await desk.send(BO, to=people[30])


async def test_an_agent_who_asks_for_many_users_at_once_is_sent_no_more_than_that(desk: Desk) -> None:
    async with reading(desk.store) as session:
        people = (await session.exec(select(Person).order_by(Person.id).limit(36))).all()
    acts = [desk.send(to=person) for person in people]
    outcomes = Counter(map(type, await asyncio.gather(*acts, return_exceptions=True)))
    assert outcomes == {Challenge: 30, TooManyCodes: 6}


async def test_the_newest_code_alone_counts(desk: Desk) -> None:
    first = await desk.send()
    desk.clock.passes(seconds=30)
    second = await desk.send(BO)
    with pytest.raises(CodeReplaced):
        await desk.says(first, desk.pocket.codes[0])
    assert isinstance(await desk.says(second, desk.pocket.codes[1], BO), Verified)


@pytest.mark.parametrize("other", [BO, replace(ANA, space_id="another space"), replace(BO, space_id="x")])
async def test_a_code_is_of_the_agent_and_the_space_it_was_asked_in(desk: Desk, other: Asker) -> None:
    challenge = await desk.send()
    with pytest.raises(NotYours):
        await desk.says(challenge, desk.pocket.codes[0], other)
    assert [row.tries for row in await desk.rows()] == [0]


async def test_a_code_nobody_sent_is_refused_as_somebody_elses(desk: Desk) -> None:
    with pytest.raises(NotYours):
        await desk.codes.check("nothing", ANA, "123456", "event")


async def test_a_code_is_used_once(desk: Desk) -> None:
    challenge = await desk.send()
    await desk.says(challenge, desk.pocket.codes[0])
    for code in (desk.pocket.codes[0], another_code(desk.pocket.codes[0])):
        with pytest.raises(CodeUsed):
            await desk.says(challenge, code)
    assert await desk.failures() == 0


async def test_the_same_event_sends_once(desk: Desk) -> None:
    first = await desk.send(event="press")
    assert await desk.send(event="press") == first
    desk.clock.passes(minutes=1)
    assert await desk.send(event="press") == first
    assert len(desk.pocket.codes) == len(await desk.rows()) == 1


async def test_the_same_event_counts_once(desk: Desk) -> None:
    challenge = await desk.send()
    wrong = another_code(desk.pocket.codes[0])
    outcomes = [await desk.says(challenge, wrong, event="press") for _ in range(4)]
    assert outcomes == [outcomes[0]] * 4
    assert await desk.failures() == 1
    right = [await desk.says(challenge, desk.pocket.codes[0], event="again") for _ in range(2)]
    assert right[0] == right[1]
    assert isinstance(right[0], Verified)


async def test_an_older_press_told_again_after_newer_ones_counts_nothing_and_is_answered_as_it_was(desk: Desk) -> None:
    challenge = await desk.send()
    right = desk.pocket.codes[0]
    wrong = another_code(right)
    first = await desk.says(challenge, wrong, event="first")
    second = await desk.says(challenge, wrong, event="second")
    assert [await desk.says(challenge, wrong, event=event) for event in ("first", "second")] == [first, second]
    third = await desk.says(challenge, right, event="third")
    assert await desk.says(challenge, wrong, event="first") == first
    assert await desk.says(challenge, right, event="third") == third
    assert isinstance(third, Verified)
    assert await desk.failures() == 2
    assert [row.tries for row in await desk.rows()] == [3]


async def test_a_lock_that_came_later_does_not_change_what_an_older_press_is_told(desk: Desk) -> None:
    await desk.fail(6)
    third = await desk.send()
    wrong = another_code(desk.pocket.codes[-1])
    await desk.says_wrong(third, 2)
    ninth = await desk.says(third, wrong, event="ninth")
    desk.clock.passes(minutes=1)
    tenth = await desk.says_wrong(await desk.send())
    assert tenth.locked_until is not None
    assert isinstance(ninth, Wrong)
    assert ninth.locked_until is None
    assert await desk.says(third, wrong, event="ninth") == ninth


async def test_a_press_that_was_refused_may_count_when_it_comes_again(desk: Desk) -> None:
    older = await desk.send()
    desk.clock.passes(seconds=30)
    desk.pocket.gate, desk.pocket.asked = asyncio.Event(), asyncio.Event()
    resend = asyncio.create_task(desk.send())
    await desk.pocket.asked.wait()
    with pytest.raises(CodeReplaced):
        await desk.says(older, desk.pocket.codes[0], event="press")
    desk.pocket.fails = MailRefused("550 5.1.1 no such mailbox")
    desk.pocket.gate.set()
    with pytest.raises(MailRefused):
        await resend
    assert isinstance(await desk.says(older, desk.pocket.codes[0], event="press"), Verified)


async def test_the_code_of_a_user_who_is_gone_is_used_once(desk: Desk) -> None:
    challenge = await desk.send()
    async with writing(desk.store) as session:
        await session.exec(delete(Person).where(col(Person.id) == desk.person.id))
    acts = [desk.says(challenge, desk.pocket.codes[0]) for _ in range(6)]
    outcomes = Counter(map(type, await asyncio.gather(*acts, return_exceptions=True)))
    assert outcomes == {Verified: 1, CodeUsed: 5}


async def test_a_send_interrupted_before_its_end_is_uncertain_and_not_repeated(desk: Desk) -> None:
    assert await desk.codes.has_sent("press") is False
    await desk.cut_off(event="press")
    assert await desk.codes.has_sent("press") is True
    assert (await desk.send(event="press")).is_certain is False
    assert len(desk.pocket.codes) == 1


@pytest.mark.parametrize("is_certain", [True, False])
async def test_a_repeated_send_says_what_the_first_said(desk: Desk, is_certain: bool) -> None:
    desk.pocket.is_certain = is_certain
    assert await desk.send(event="press") == await desk.send(event="press")
    assert len(desk.pocket.codes) == 1


async def test_a_code_the_carrier_refused_counts_as_not_sent(desk: Desk) -> None:
    older = await desk.send()
    desk.clock.passes(seconds=30)
    desk.pocket.fails = MailRefused("550 5.1.1 no such mailbox")
    for _ in range(6):
        with pytest.raises(MailRefused):
            await desk.send()
    desk.pocket.fails = None
    assert isinstance(await desk.says(older, desk.pocket.codes[0]), Verified), "the older code is still the newest"
    assert await desk.send(), "nor does it have to be waited for, nor is the day's share used up"


async def test_a_code_the_carrier_refused_is_worth_nothing(desk: Desk) -> None:
    desk.pocket.fails = MailRefused("550 5.1.1 no such mailbox")
    with pytest.raises(MailRefused):
        await desk.send()
    (row,) = await desk.rows()
    with pytest.raises(CodeExpired):
        await desk.codes.check(row.id, ANA, desk.pocket.codes[0], "event")


async def test_a_refused_code_is_sent_anew_when_its_event_comes_again(desk: Desk) -> None:
    desk.pocket.fails = MailRefused("451 4.7.1 later")
    with pytest.raises(MailRefused):
        await desk.send(event="press")
    desk.pocket.fails = None
    challenge = await desk.send(event="press")
    assert isinstance(await desk.says(challenge, desk.pocket.codes[1]), Verified)
    assert len(await desk.rows()) == 1


async def test_a_code_that_may_have_gone_out_is_good_and_counted_and_said_to_be_uncertain(desk: Desk) -> None:
    older = await desk.send()
    desk.clock.passes(seconds=30)
    desk.pocket.is_certain = False
    challenge = await desk.send()
    assert challenge.is_certain is False
    with pytest.raises(TooSoon):
        await desk.send()
    with pytest.raises(CodeReplaced):
        await desk.says(older, desk.pocket.codes[0])
    assert isinstance(await desk.says(challenge, desk.pocket.codes[1]), Verified)


@pytest.mark.parametrize("entered", ["", "12345", "1234567", "abcdef", "12345a", "123456 please", "-123456x"])
async def test_what_is_no_code_counts_for_nothing(desk: Desk, entered: str) -> None:
    challenge = await desk.send()
    with pytest.raises(NotACode):
        await desk.says(challenge, entered)
    assert [row.tries for row in await desk.rows()] == [0]
    assert await desk.failures() == 0


@given(
    code=st.from_regex(r"[0-9]{6}", fullmatch=True), between=st.sampled_from(["", " ", "-", "\u00a0", " – ", ".", "\n"])
)
def test_a_code_is_read_however_it_is_grouped(code: str, between: str) -> None:
    assert parse_code(f" {code[:3]}{between}{code[3:]}\n") == code
    assert parse_code(between.join(code)) == code
    assert parse_code("".join(chr(ord(digit) + 0xFEE0) for digit in code)) == code


@given(text=st.text() | st.text(alphabet="0123456789٣² -.", max_size=10))
def test_any_text_is_six_digits_or_no_code(text: str) -> None:
    with suppress(NotACode):
        code = parse_code(text)
        assert len(code) == 6
        assert code.isascii()
        assert code.isdigit()


async def test_of_two_right_codes_at_once_one_verifies(desk: Desk) -> None:
    challenge = await desk.send()
    acts = [desk.says(challenge, desk.pocket.codes[0]) for _ in range(6)]
    outcomes = Counter(map(type, await asyncio.gather(*acts, return_exceptions=True)))
    assert outcomes == {Verified: 1, CodeUsed: 5}


async def test_many_wrong_codes_at_once_are_three_tries(desk: Desk) -> None:
    challenge = await desk.send()
    wrong = another_code(desk.pocket.codes[0])
    acts = [desk.says(challenge, wrong) for _ in range(12)]
    outcomes = Counter(map(type, await asyncio.gather(*acts, return_exceptions=True)))
    assert outcomes == {Wrong: 3, NoTriesLeft: 9}
    assert await desk.failures() == 3


async def test_the_same_wrong_press_delivered_twice_at_once_is_one_try(desk: Desk) -> None:
    challenge = await desk.send()
    wrong = another_code(desk.pocket.codes[0])
    await asyncio.gather(*(desk.says(challenge, wrong, event="press") for _ in range(5)))
    assert await desk.failures() == 1


async def test_of_several_sends_at_once_one_is_sent(desk: Desk) -> None:
    acts = [desk.send((ANA, BO)[number % 2]) for number in range(6)]
    outcomes = Counter(map(type, await asyncio.gather(*acts, return_exceptions=True)))
    assert outcomes == {Challenge: 1, TooSoon: 5}
    assert len(desk.pocket.codes) == 1


async def test_the_same_press_delivered_twice_at_once_sends_once(desk: Desk) -> None:
    await asyncio.gather(*(desk.send(event="press") for _ in range(5)))
    assert len(desk.pocket.codes) == 1


async def test_codes_to_many_users_at_once_all_go_out(desk: Desk) -> None:
    async with reading(desk.store) as session:
        people = (await session.exec(select(Person).order_by(Person.id).limit(12))).all()
    challenges = await asyncio.gather(*(desk.send(to=person) for person in people))
    assert {each.person_id for each in challenges} == {person.id for person in people}


async def test_a_second_person_vouches_for_the_caller_before_that_agent(desk: Desk) -> None:
    outcome = await desk.codes.approve(desk.person.id, ANA, BO.agent_id, "known by voice", "press")
    assert outcome == Verified(desk.person.id, Proof.APPROVAL, desk.clock() + timedelta(minutes=15))
    assert await desk.codes.live(desk.person.id, ANA.agent_id) == outcome
    assert await desk.codes.live(desk.person.id, BO.agent_id) is None
    (row,) = await desk.rows()
    assert (row.approver_id, row.reason, row.code_hmac) == (BO.agent_id, "known by voice", None)


async def test_nobody_vouches_for_their_own_caller(desk: Desk) -> None:
    with pytest.raises(OwnApproval):
        await desk.codes.approve(desk.person.id, ANA, ANA.agent_id, "believe me", "press")
    assert await desk.rows() == []


async def test_the_same_approval_delivered_twice_is_one(desk: Desk) -> None:
    first = await desk.codes.approve(desk.person.id, ANA, BO.agent_id, "known by voice", "press")
    desk.clock.passes(minutes=5)
    acts = [desk.codes.approve(desk.person.id, ANA, BO.agent_id, "known by voice", "press") for _ in range(5)]
    assert await asyncio.gather(*acts) == [first] * 5
    assert len(await desk.rows()) == 1


async def test_the_first_delivery_of_an_approval_may_come_several_times_at_once(desk: Desk) -> None:
    acts = [desk.codes.approve(desk.person.id, ANA, BO.agent_id, "known by voice", "press") for _ in range(5)]
    assert len({str(outcome) for outcome in await asyncio.gather(*acts)}) == 1
    assert len(await desk.rows()) == 1


async def test_an_approval_is_no_code(desk: Desk) -> None:
    await desk.codes.approve(desk.person.id, ANA, BO.agent_id, "known by voice", "press")
    (row,) = await desk.rows()
    with pytest.raises(CodeUsed):
        await desk.codes.check(row.id, ANA, "000000", "event")
    assert await desk.send(), "nor does it count as one sent"


async def test_the_later_of_two_verifications_is_shown(desk: Desk) -> None:
    await desk.codes.approve(desk.person.id, ANA, BO.agent_id, "known by voice", "press")
    desk.clock.passes(minutes=1)
    outcome = await desk.says(await desk.send(), desk.pocket.codes[0])
    assert await desk.codes.live(desk.person.id, ANA.agent_id) == outcome


async def test_another_secret_makes_open_codes_worthless(desk: Desk) -> None:
    challenge = await desk.send()
    other = Verifications(desk.store, SECRET + "!", {Proof.MAILBOX: desk.pocket}, now=desk.clock)
    assert isinstance(await other.check(challenge.id, ANA, desk.pocket.codes[0], "event"), Wrong)
