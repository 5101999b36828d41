"""The last email's status, by typed address, form or button."""

from dataclasses import replace
from datetime import timedelta

import pytest

import helpdesk.mail.reach
from cards.elements import Card
from commands import email, find
from helpdesk.platform.errors import BadInput
from helpdesk.services import Helpdesk
from tests.chat import PAT
from tests.commands.asking import pressed, typed
from tests.commands.provider_away import ProviderAway, ProviderSilent


async def test_the_answer_of_the_mail_server_is_shown_as_it_was_said(desk: Helpdesk) -> None:
    last = await desk.delivery.last(PAT)
    card = await email.show(typed(f" <{PAT.upper()}> "), desk)
    assert card.plain.startswith("Last email: Error")
    assert last.answer
    assert last.answer in card.plain


async def test_the_answer_is_explained_dated_and_its_source_named(desk: Helpdesk) -> None:
    sent = (await desk.delivery.last(PAT)).at
    assert sent is not None
    card = await email.show(typed(PAT), replace(desk, now=lambda: sent + timedelta(hours=5)))
    assert "In plain words: There is no such mailbox." in card.plain
    assert "UTC, 5 h ago" in card.plain
    assert "Known from: the desk's records" in card.plain


async def test_a_provider_that_cannot_be_asked_is_unknown_and_never_none(desk: Helpdesk) -> None:
    card = await email.show(typed(PAT), replace(desk, delivery=ProviderAway(), suppression=ProviderAway()))
    assert card.plain.startswith("Last email: Unknown\nSendGrid does not answer.")
    assert "Suppression list: unknown: SendGrid does not answer." in card.plain
    assert "not listed" not in card.plain
    assert "\nTry again in a minute; tell your operator if it stays like this." in card.plain
    assert [each.model.title for each in card.buttons] == ["Look again"]


async def test_of_two_ports_the_one_that_answers_is_shown(desk: Helpdesk) -> None:
    card = await email.show(typed(PAT), replace(desk, delivery=ProviderAway()))
    assert "Suppression list: bounce, since" in card.plain


async def test_a_users_card_is_shown_whole_when_the_provider_cannot_be_asked(desk: Helpdesk) -> None:
    card = await find.look_up(typed(PAT), replace(desk, delivery=ProviderAway(), suppression=ProviderAway()))
    assert isinstance(card, Card)
    assert card.plain.startswith("Pat Lindqvist")
    assert "Last email: unknown: SendGrid does not answer." in card.plain
    assert "Suppression list: unknown: SendGrid does not answer." in card.plain
    assert "Licenses: " in card.plain


async def test_a_provider_that_never_answers_holds_up_no_card(desk: Helpdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpdesk.mail.reach, "ASK_SECONDS", 0.01)
    card = await email.show(typed(PAT), replace(desk, delivery=ProviderSilent()))
    assert card.plain.startswith("Last email: Unknown\nThe mail provider does not answer.")


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
