"""Codes go only where a user is, and the card says what became of them."""

import pytest

from commands import verify
from helpdesk import Helpdesk
from helpdesk.directory import NotFound
from helpdesk.errors import BadInput
from helpdesk.verification import NotYours, Proof
from tests.chat import PAT, SAM
from tests.commands.asking import pressed, typed


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
