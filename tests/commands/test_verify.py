"""Codes go only where a user is; a second agent vouches only when there is one."""

import dataclasses

import pytest

from commands import verify
from commands.command import Elsewhere
from helpdesk import Helpdesk
from helpdesk.directory import NotFound, PersonDetails
from helpdesk.errors import BadInput, Refused
from helpdesk.verification import NotYours, OwnApproval, Proof
from tests.chat import PAT, SAM
from tests.commands.asking import ANA, BO, SPACE, pressed, typed

WHY = "Known to me from the site visit"


@pytest.fixture
async def sam(desk: Helpdesk) -> PersonDetails:
    found = await desk.directory.person_with(SAM)
    assert found
    return found


def request_of(sam: PersonDetails) -> dict[str, str]:
    """What the Approve button is about."""
    return {"person": sam.person.id, "agent": ANA.person_id, "agent_email": ANA.email, "space": SPACE, "reason": WHY}


async def test_an_unknown_address_gets_no_code(desk: Helpdesk) -> None:
    with pytest.raises(NotFound):
        await verify.start(typed("nobody@acme.example"), desk)
    with pytest.raises(NotFound):
        await verify.start_from_form(pressed(address="nobody@acme.example"), desk)


async def test_a_form_posted_without_an_address_is_refused(desk: Helpdesk) -> None:
    with pytest.raises(BadInput):
        await verify.start_from_form(pressed(), desk)


async def test_without_a_mail_server_the_card_says_that_no_code_was_sent(desk: Helpdesk) -> None:
    card = await verify.start(typed(SAM), desk)
    assert card.plain.startswith(f"No code was sent to {SAM}")
    (act,) = await desk.audit.about(SAM)
    assert act.outcome.startswith("not sent: ")


async def test_a_held_back_address_is_audited_as_not_sent(desk: Helpdesk) -> None:
    card = await verify.start(typed(PAT), desk)
    assert card.plain.startswith("No code was sent: ")
    assert [row.outcome for row in await desk.audit.about(PAT)] == ["not sent: suppressed"]


async def test_a_user_who_is_gone_gets_no_code(desk: Helpdesk) -> None:
    with pytest.raises(NotFound):
        await verify.send(pressed({"person": "gone", "proof": Proof.MAILBOX.value}), desk)


@pytest.mark.parametrize("verification", ["", "unknown"])
async def test_a_code_that_was_never_asked_for_cannot_be_entered(desk: Helpdesk, verification: str) -> None:
    with pytest.raises(NotYours):
        await verify.check(pressed({"verification": verification}, code="123456"), desk)


@pytest.mark.parametrize("inputs", [{}, {"reason": "no"}, {"reason": "x" * 501}])
async def test_a_request_needs_a_reason(desk: Helpdesk, sam: PersonDetails, inputs: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        await verify.request_approval(pressed({"person": sam.person.id}, **inputs), desk)
    assert await desk.audit.about(SAM) == []


async def test_alone_with_the_bot_there_is_nobody_to_ask(desk: Helpdesk, sam: PersonDetails) -> None:
    with pytest.raises(Refused):
        await verify.request_approval(pressed({"person": sam.person.id}, is_direct=True, reason=WHY), desk)
    assert await desk.audit.about(SAM) == []


async def test_alone_with_the_bot_the_request_goes_to_the_desk_space(desk: Helpdesk, sam: PersonDetails) -> None:
    desk = dataclasses.replace(desk, desk_spaces=("the first", "the second"))
    told, request = await verify.request_approval(  # type: ignore[misc]
        pressed({"person": sam.person.id}, is_direct=True, reason=WHY), desk
    )
    assert told.plain.startswith("A second agent was asked")
    assert isinstance(request, Elsewhere)
    assert request.space_id == "the first"
    assert WHY in request.card.plain


async def test_nobody_approves_their_own_request(desk: Helpdesk, sam: PersonDetails) -> None:
    with pytest.raises(OwnApproval):
        await verify.approve(pressed(request_of(sam), ANA), desk)
    assert await desk.verification.live(sam.person.id, ANA.person_id) is None
    assert await desk.audit.about(SAM) == []


async def test_an_approval_is_good_for_the_one_who_asked_and_names_both(desk: Helpdesk, sam: PersonDetails) -> None:
    await verify.approve(pressed(request_of(sam), BO), desk)
    live = await desk.verification.live(sam.person.id, ANA.person_id)
    assert live
    assert live.proof is Proof.APPROVAL
    assert await desk.verification.live(sam.person.id, BO.person_id) is None
    (act,) = await desk.audit.about(SAM)
    assert (act.actor, act.outcome, act.reason) == (BO.email, f"vouched for, for {ANA.email}", WHY)


async def test_an_approval_from_the_desk_space_is_told_where_it_was_asked_for(
    desk: Helpdesk, sam: PersonDetails
) -> None:
    about = {**request_of(sam), "space": "where Ana is"}
    here, there = await verify.approve(pressed(about, BO), desk)  # type: ignore[misc]
    assert isinstance(there, Elsewhere)
    assert (there.space_id, there.card) == ("where Ana is", here)
