"""The last email's status, by typed address, form or button."""

import pytest

from commands import email
from helpdesk import Helpdesk
from helpdesk.errors import BadInput
from tests.chat import PAT
from tests.commands.asking import pressed, typed


async def test_the_answer_of_the_mail_server_is_shown_as_it_was_said(desk: Helpdesk) -> None:
    last = await desk.delivery.last(PAT)
    card = await email.show(typed(f" <{PAT.upper()}> "), desk)
    assert card.plain.startswith("Last email: Error")
    assert last.answer
    assert last.answer in card.plain


async def test_an_address_without_mails_says_so(desk: Helpdesk) -> None:
    card = await email.show(typed("nobody@nowhere.example"), desk)
    assert card.plain.startswith("Last email: None")


async def test_what_a_button_is_about_wins_over_what_is_posted_with_it(desk: Helpdesk) -> None:
    card = await email.show_from_card(pressed({"address": PAT}, address="sam.okafor@acme.example"), desk)
    assert PAT in card.plain
    assert "sam.okafor" not in card.plain


async def test_a_form_posted_without_an_address_is_refused(desk: Helpdesk) -> None:
    with pytest.raises(BadInput):
        await email.show_from_card(pressed(), desk)
