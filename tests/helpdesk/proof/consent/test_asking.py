"""Who of a customer is asked, and how often a customer is."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from helpdesk.directory import NotFound
from helpdesk.people.access import Role, Sender
from helpdesk.platform.store.tables.directory import Person, PersonRole
from helpdesk.platform.store.tables.proof import Consent
from helpdesk.proof.consent import (
    A_DAY,
    MOST_ASKED,
    AllowedAlready,
    AskedAlready,
    AskedTooOften,
    ConsentState,
    NobodyToAsk,
)
from helpdesk.proof.consent.asking import ConsentQuestion
from tests.helpdesk.proof.consent.asked import ACME, ANA, BO, JUERGEN, WHY, Asking
from tests.sessions import rows, writing


async def test_the_full_administrators_of_the_customer_are_asked_and_nobody_else(asking: Asking) -> None:
    more = await asking.appoint(1)
    await asking.appoint(3, role="Read-only Administrator")
    case = await asking.asks()
    assert {each.email for each in case.administrators} == {JUERGEN, more[0].email}
    assert case.consent.lapses_at - case.consent.asked_at == timedelta(hours=1)


async def test_of_many_those_who_were_seen_last_are_asked(asking: Asking) -> None:
    unseen = {each.email for each in await asking.appoint(MOST_ASKED, last_activity=None)}
    seen = {each.email for each in await asking.appoint(3, last_activity=asking.now)} | {JUERGEN}
    asked = [each.email for each in (await asking.asks()).administrators]
    assert len(asked) == MOST_ASKED
    assert set(asked[:4]) == seen
    assert set(asked[4:]) < unseen


async def test_who_cannot_sign_in_any_more_is_not_asked(asking: Asking) -> None:
    await asking.appoint(2, login_enabled=False)
    assert [each.email for each in (await asking.asks()).administrators] == [JUERGEN]


async def test_nobody_is_asked_by_themself(asking: Asking) -> None:
    juergen = await asking.person(JUERGEN)
    for agent in (Sender(juergen.id, "other@partner.example"), Sender("other", JUERGEN.upper())):
        with pytest.raises(NobodyToAsk):
            await asking.asks(agent)


async def test_a_name_that_is_no_address_is_not_written_to(asking: Asking) -> None:
    async with writing(asking.store) as session:
        await session.exec(update(Person).where(col(Person.email) == JUERGEN).values(email="a@b.example, c@d.example"))
    with pytest.raises(NobodyToAsk):
        await asking.asks()


async def test_an_agent_has_one_question_open_to_a_customer(asking: Asking) -> None:
    first = await asking.asks()
    with pytest.raises(AskedAlready):
        await asking.asks()
    assert (await asking.asks(BO)).state is ConsentState.ASKED
    await asking.consents.end(first.consent.id, ANA.person_id)
    assert (await asking.asks()).state is ConsentState.ASKED


async def test_a_question_that_lapsed_is_open_no_more(asking: Asking) -> None:
    await asking.asks()
    asking.later(hours=1)
    assert (await asking.asks()).state is ConsentState.ASKED


async def test_a_customer_is_asked_five_times_a_day_by_whomever(asking: Asking) -> None:
    for number in range(A_DAY):
        await asking.asks(Sender(f"agent {number}", f"agent{number}@partner.example", Role.ADVANCED))
        asking.later(hours=2)
    with pytest.raises(AskedTooOften):
        await asking.asks()
    asking.later(hours=24 - 2 * A_DAY)
    assert (await asking.asks()).state is ConsentState.ASKED


async def test_of_several_agents_at_once_no_more_get_through_than_one_day_allows(asking: Asking) -> None:
    agents = [Sender(f"agent {number}", f"agent{number}@partner.example", Role.ADVANCED) for number in range(8)]
    outcomes = await asyncio.gather(*(asking.asks(each) for each in agents), return_exceptions=True)
    assert sum(isinstance(each, AskedTooOften) for each in outcomes) == len(agents) - A_DAY
    assert len(await rows(asking.store, select(Consent))) == A_DAY


async def test_the_same_event_on_two_machines_asks_once(asking: Asking) -> None:
    made = await asyncio.gather(*(asking.asks(event="the press") for _ in range(4)))
    assert len({each.consent.id for each in made}) == 1
    assert all(len(each.administrators) == 1 for each in made)


async def test_who_may_look_already_asks_nobody(asking: Asking) -> None:
    with pytest.raises(AllowedAlready):
        await asking.asks(name=ACME)
    await asking.granted()
    with pytest.raises(AllowedAlready):
        await asking.asks()


async def test_without_a_full_administrator_there_is_nobody_to_ask(asking: Asking) -> None:
    async with writing(asking.store) as session:
        await session.exec(delete(PersonRole))
    with pytest.raises(NobodyToAsk):
        await asking.asks()


async def test_a_customer_who_is_gone_is_not_found(asking: Asking) -> None:
    question = ConsentQuestion(ANA, "no such customer", WHY, "press", "space", "thread", False)
    with pytest.raises(NotFound):
        await asking.consents.ask(question)
