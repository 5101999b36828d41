"""Codes go only where a user is, and the card says what became of them."""

import dataclasses

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from commands import verify
from helpdesk.directory import NotFound
from helpdesk.platform.errors import BadInput
from helpdesk.platform.store import Store
from helpdesk.proof.verification import NotYours, Proof
from helpdesk.services import Helpdesk
from playground.mailbox import Mailbox
from tests.chat import PAT, SAM
from tests.commands.asking import pressed, typed
from tests.commands.desks import open_desk
from tests.commands.provider_away import ProviderAway


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


async def test_where_the_list_cannot_be_asked_the_code_is_sent_and_the_card_says_so(demo_store: Store) -> None:
    mailbox = Mailbox()
    async with mailbox.serve():
        settings = Settings(smtp_url=SecretStr(mailbox.url), mail_from="desk@partner.example")
        async with open_desk(demo_store, settings) as desk:
            card = await verify.start(typed(SAM), dataclasses.replace(desk, suppression=ProviderAway()))
    assert card.plain.startswith(f"Code sent to {SAM}")
    assert "Whether mail to this address is held back is not known: SendGrid does not answer." in card.plain


async def test_a_user_who_is_gone_gets_no_code(desk: Helpdesk) -> None:
    with pytest.raises(NotFound):
        await verify.send(pressed({"person": "gone", "proof": Proof.MAILBOX.value}), desk)


@pytest.mark.parametrize("verification", ["", "unknown"])
async def test_a_code_that_was_never_asked_for_cannot_be_entered(desk: Helpdesk, verification: str) -> None:
    with pytest.raises(NotYours):
        await verify.check(pressed({"verification": verification}, code="123456"), desk)
