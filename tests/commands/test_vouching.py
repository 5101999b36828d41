"""A second agent vouches for a caller only when there is one, with a reason, and never the one who asks."""

import dataclasses

import pytest

from commands import vouching
from commands.command import Elsewhere
from helpdesk.directory import NotFound, PersonDetails
from helpdesk.people.access import Role
from helpdesk.people.agents import Limit, add_agent, remove_agent
from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.proof.verification import OwnApproval, Proof
from helpdesk.services import Helpdesk
from tests.chat import PAT, SAM
from tests.commands.asking import ANA, BO, SPACE, pressed
from tests.sessions import writing

WHY = "Known to me from the site visit"
NOBODY = "nobody@acme.example"
FROM_ANA = {"agent": ANA.person_id, "agent_email": ANA.email, "space": SPACE, "reason": WHY}


@pytest.fixture(autouse=True)
async def ana_is_an_agent(desk: Helpdesk) -> None:
    await add_agent(desk.store, ANA.email, Role.ADVANCED, "a test")


@pytest.fixture
async def sam(desk: Helpdesk) -> PersonDetails:
    found = await desk.directory.person_with(SAM)
    assert found
    return found


def request_of(sam: PersonDetails) -> dict[str, str]:
    """What the Approve button is about."""
    return {"person": sam.person.id, **FROM_ANA}


@pytest.mark.parametrize("inputs", [{}, {"reason": "no"}, {"reason": "x" * 501}])
async def test_a_request_needs_a_reason(desk: Helpdesk, sam: PersonDetails, inputs: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        await vouching.request(pressed({"person": sam.person.id}, **inputs), desk)
    assert await desk.audit.about(SAM) == []


async def test_alone_with_the_bot_there_is_nobody_to_ask(desk: Helpdesk, sam: PersonDetails) -> None:
    with pytest.raises(Refused):
        await vouching.request(pressed({"person": sam.person.id}, is_direct=True, reason=WHY), desk)
    assert await desk.audit.about(SAM) == []


async def test_alone_with_the_bot_the_request_goes_to_the_desk_space(desk: Helpdesk, sam: PersonDetails) -> None:
    desk = dataclasses.replace(desk, desk_spaces=("the first", "the second"))
    told, request = await vouching.request(  # type: ignore[misc]
        pressed({"person": sam.person.id}, is_direct=True, reason=WHY), desk
    )
    assert told.plain.startswith("A second agent was asked")
    assert isinstance(request, Elsewhere)
    assert request.space_id == "the first"
    assert WHY in request.card.plain


async def test_nobody_approves_their_own_request(desk: Helpdesk, sam: PersonDetails) -> None:
    with pytest.raises(OwnApproval):
        await vouching.approve(pressed(request_of(sam), ANA), desk)
    assert await desk.verification.live(sam.person.id, ANA.person_id) is None
    assert await desk.audit.about(SAM) == []


async def test_an_approval_is_good_for_the_one_who_asked_and_names_both(desk: Helpdesk, sam: PersonDetails) -> None:
    await vouching.approve(pressed(request_of(sam), BO), desk)
    live = await desk.verification.live(sam.person.id, ANA.person_id)
    assert live
    assert live.proof is Proof.APPROVAL
    assert await desk.verification.live(sam.person.id, BO.person_id) is None
    act, *_ = await desk.audit.about(SAM)
    assert (act.actor, act.outcome, act.reason) == (BO.email, f"vouched for, for {ANA.email}", WHY)


async def test_an_approval_from_the_desk_space_is_told_where_it_was_asked_for(
    desk: Helpdesk, sam: PersonDetails
) -> None:
    about = {**request_of(sam), "space": "where Ana is"}
    here, there = await vouching.approve(pressed(about, BO), desk)  # type: ignore[misc]
    assert isinstance(there, Elsewhere)
    assert (there.space_id, there.card.plain) == ("where Ana is", here.plain)


async def test_the_user_is_told_and_where_that_cannot_be_begun_the_audit_says_so(
    desk: Helpdesk, sam: PersonDetails
) -> None:
    await vouching.approve(pressed(request_of(sam), BO), desk)
    _, told = await desk.audit.about(SAM)
    assert (told.action, told.outcome) == ("tell user", "vouch for a caller: not told: long work cannot be started")


async def test_the_one_who_asked_is_shown_the_way_to_clear_an_address_that_is_listed(
    desk: Helpdesk, sam: PersonDetails
) -> None:
    flows = await vouching.approve(pressed(request_of(sam), BO), desk)
    async with writing(desk.store) as session:
        session.add(Suppression(address=SAM, reason="bounce"))
    held = await vouching.approve(pressed(request_of(sam), BO, event="another"), desk)
    titles = [[each.model.title for each in card.buttons] for card in (flows, held)]  # type: ignore[union-attr]
    assert titles == [[], ["Clear suppression"]]


async def test_an_address_that_is_nobodys_is_vouched_for_as_it_stood_on_the_card(desk: Helpdesk) -> None:
    form = await vouching.ask(pressed({"address": NOBODY}), desk)
    asked = await vouching.request(pressed({"address": NOBODY}, reason=WHY), desk)
    approved = await vouching.approve(pressed({"address": NOBODY, **FROM_ANA}, BO), desk)
    for card in (form, asked, approved):
        assert NOBODY in card.plain  # type: ignore[union-attr]
    assert await desk.verification.live(NOBODY, ANA.person_id)
    assert [act.action for act in await desk.audit.about(NOBODY)] == ["verify.request", "verify.approve"]


async def test_who_is_limited_vouches_for_no_address_that_may_be_of_another_customer(desk: Helpdesk) -> None:
    limited = dataclasses.replace(BO, customers=frozenset({"a customer"}))
    with pytest.raises(NotFound):
        await vouching.approve(pressed({"address": PAT, **FROM_ANA}, limited), desk)
    assert await desk.verification.live(PAT, ANA.person_id) is None


async def test_who_asked_and_is_no_agent_of_this_customer_any_more_is_not_vouched_for(
    desk: Helpdesk, sam: PersonDetails
) -> None:
    await add_agent(desk.store, ANA.email, Role.AGENT, "a test", ["Nordlys Rederi"])
    with pytest.raises(vouching.AskerMayNot):
        await vouching.approve(pressed(request_of(sam), BO), desk)
    await add_agent(desk.store, ANA.email, Role.AGENT, "a test", Limit.LIFTED)
    await remove_agent(desk.store, ANA.email)
    with pytest.raises(vouching.AskerMayNot):
        await vouching.approve(pressed(request_of(sam), BO), desk)
    assert await desk.verification.live(sam.person.id, ANA.person_id) is None


async def test_a_limited_agent_is_not_told_that_the_address_of_others_is_held_back(desk: Helpdesk) -> None:
    """What was seen: whoever approves may see all, and their card went to who asked."""
    await add_agent(desk.store, ANA.email, Role.AGENT, "a test", ["Nordlys Rederi"])
    # Of a customer that Ana may not see, so an address that is nobody's to her; mail to it bounced.
    about = {"address": PAT, "agent": ANA.person_id, "agent_email": ANA.email, "space": "another", "reason": WHY}
    reply = await vouching.approve(pressed(about, BO), desk)
    assert isinstance(reply, list)
    approvers, (theirs) = reply
    assert [each.model.title for each in approvers.buttons] == ["Clear suppression"]
    assert isinstance(theirs, Elsewhere)
    assert theirs.card.buttons == ()
