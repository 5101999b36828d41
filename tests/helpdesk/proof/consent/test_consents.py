"""A request has one outcome, whoever answers it and when; a grant is of one agent, for one customer, for an hour."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from helpdesk.platform.store.tables.directory import Organization, PersonRole
from helpdesk.proof.consent import ConsentState, NotAskedOfYou, NotGranted, NotYourConsent, Source
from tests.helpdesk.proof.consent.asked import ACME, ANA, BO, JUERGEN, MUELLER, Asking
from tests.sessions import writing


async def state(asking: Asking, consent_id: str) -> ConsentState:
    case = await asking.consents.case(consent_id)
    assert case
    return case.state


async def test_a_grant_lasts_an_hour(asking: Asking) -> None:
    case = await asking.granted()
    grant = await asking.consents.grant_of(ANA.person_id, case.consent.organization_id)
    assert grant
    assert (grant.id, grant.source, grant.until) == (case.consent.id, Source.ASKED, asking.now + timedelta(hours=1))
    asking.later(minutes=59, seconds=59)
    assert await asking.consents.grant_of(ANA.person_id, case.consent.organization_id)
    asking.later(seconds=1)
    assert await asking.consents.grant_of(ANA.person_id, case.consent.organization_id) is None
    assert await state(asking, case.consent.id) is ConsentState.OVER


async def test_a_grant_is_of_one_agent_and_one_customer(asking: Asking) -> None:
    case = await asking.granted()
    assert await asking.consents.grant_of(BO.person_id, case.consent.organization_id) is None
    assert await asking.consents.grant_of(ANA.person_id, await asking.id_of("Nordlys Rederi")) is None


async def test_what_is_answered_after_it_lapsed_changes_nothing(asking: Asking) -> None:
    asked = await asking.asks()
    asking.later(hours=1)
    case, has_counted = await asking.consents.answer(asked.consent.id, 1, is_approved=True)
    assert (has_counted, case.state) == (False, ConsentState.LAPSED)
    assert await asking.consents.grant_of(ANA.person_id, asked.consent.organization_id) is None


@pytest.mark.parametrize("is_approved", [True, False])
async def test_the_first_answer_stands(asking: Asking, is_approved: bool) -> None:
    asked = await asking.asks()
    await asking.consents.answer(asked.consent.id, 1, is_approved=is_approved)
    case, has_counted = await asking.consents.answer(asked.consent.id, 1, is_approved=not is_approved)
    assert (has_counted, case.state) == (False, ConsentState.GRANTED if is_approved else ConsentState.REFUSED)


async def test_of_administrators_who_answer_at_once_on_several_machines_exactly_one_decides(asking: Asking) -> None:
    await asking.appoint(5)
    asked = await asking.asks()
    desks = [asking.another() for _ in asked.administrators]
    answers = await asyncio.gather(
        *(
            desk.answer(asked.consent.id, each.number, is_approved=bool(each.number % 2))
            for desk, each in zip(desks, asked.administrators, strict=True)
        )
    )
    assert Counter(has_counted for _, has_counted in answers) == {True: 1, False: 5}
    (winner,) = (case for case, has_counted in answers if has_counted)
    assert {case.consent.answered_by for case, _ in answers} == {winner.consent.answered_by}
    assert {case.state for case, _ in answers} == {winner.state}


async def test_each_administrator_may_take_back_what_another_allowed(asking: Asking) -> None:
    await asking.appoint(1)
    case = await asking.granted()
    revoked, has_counted = await asking.consents.revoke(case.consent.id, 2)
    assert (has_counted, revoked.state, revoked.consent.ended_by) == (True, ConsentState.REVOKED, 2)
    assert await asking.consents.grant_of(ANA.person_id, case.consent.organization_id) is None
    assert (await asking.consents.answer(case.consent.id, 1, is_approved=True))[1] is False


async def test_the_agent_alone_ends_what_they_asked_for(asking: Asking) -> None:
    case = await asking.granted()
    with pytest.raises(NotYourConsent):
        await asking.consents.end(case.consent.id, BO.person_id)
    ended, has_counted = await asking.consents.end(case.consent.id, ANA.person_id)
    assert (has_counted, ended.state) == (True, ConsentState.ENDED)
    assert (await asking.consents.end(case.consent.id, ANA.person_id))[1] is False


async def test_a_question_that_was_withdrawn_cannot_be_answered(asking: Asking) -> None:
    asked = await asking.asks()
    await asking.consents.end(asked.consent.id, ANA.person_id)
    case, has_counted = await asking.consents.answer(asked.consent.id, 1, is_approved=True)
    assert (has_counted, case.state) == (False, ConsentState.WITHDRAWN)


async def test_who_is_no_administrator_any_more_decides_nothing(asking: Asking) -> None:
    asked = await asking.asks()
    juergen = await asking.person(JUERGEN)
    async with writing(asking.store) as session:
        await session.exec(delete(PersonRole).where(col(PersonRole.person_id) == juergen.id))
    with pytest.raises(NotAskedOfYou):
        await asking.consents.answer(asked.consent.id, 1, is_approved=True)
    assert await state(asking, asked.consent.id) is ConsentState.ASKED


@pytest.mark.parametrize("number", [0, 2, -1])
async def test_nobody_has_a_number_that_was_not_given(asking: Asking, number: int) -> None:
    asked = await asking.asks()
    with pytest.raises(NotAskedOfYou):
        await asking.consents.answer(asked.consent.id, number, is_approved=True)


async def test_a_customers_setting_grants_an_hour_as_often_as_it_is_asked(asking: Asking) -> None:
    acme = await asking.id_of(ACME)
    assert await asking.consents.grant_of(ANA.person_id, acme) is None
    first = await asking.consents.open(ANA, acme, "one press")
    assert first == await asking.consents.grant_of(ANA.person_id, acme)
    assert first == await asking.consents.open(ANA, acme, "another press")
    assert first
    assert (first.source, first.until) == (Source.STANDING, asking.now + timedelta(hours=1))
    asking.later(hours=1)
    second = await asking.consents.open(ANA, acme, "a later press")
    assert second
    assert second.id != first.id


async def test_a_grant_on_the_setting_ends_with_the_setting(asking: Asking) -> None:
    acme = await asking.id_of(ACME)
    assert await asking.consents.open(ANA, acme, "one press")
    async with writing(asking.store) as session:
        off = {"allowReadOnlyAccess": False}
        await session.exec(update(Organization).where(col(Organization.id) == acme).values(settings=off))
    assert await asking.consents.grant_of(ANA.person_id, acme) is None
    assert await asking.consents.open(ANA, acme, "another press") is None


@pytest.mark.parametrize("setting", [None, False, "true", 1, [True]])
async def test_nothing_but_true_is_a_standing_permission(asking: Asking, setting: object) -> None:
    mueller = await asking.id_of(MUELLER)
    async with writing(asking.store) as session:
        given = {"allowReadOnlyAccess": setting}
        await session.exec(update(Organization).where(col(Organization.id) == mueller).values(settings=given))
    assert await asking.consents.open(ANA, mueller, "press") is None


async def test_acts_for_users_take_an_administrators_word_and_no_setting(asking: Asking) -> None:
    acme, case = await asking.id_of(ACME), await asking.granted()
    assert await asking.consents.open(ANA, acme, "one press")
    with pytest.raises(NotGranted):
        await asking.consents.require(ANA.person_id, acme, "clear")
    await asking.consents.require(ANA.person_id, case.consent.organization_id, "clear")
    asking.later(hours=2)
    # Worked on again, the same press is let through again; another one is not.
    await asking.consents.require(ANA.person_id, case.consent.organization_id, "clear")
    with pytest.raises(NotGranted):
        await asking.consents.require(ANA.person_id, case.consent.organization_id, "clear another")
