"""A language is chosen by code or by name, in any case; what the desk does not speak is refused."""

import pytest

from commands import language
from helpdesk.people.access import preferred_language
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import ENGLISH
from helpdesk.services import Helpdesk
from tests.commands.asking import ANA, BO, pressed, typed


@pytest.mark.parametrize("text", ["fr", " FR ", "français", "FRANÇAIS\n"])
async def test_a_language_is_chosen_by_code_or_by_name_for_the_sender_alone(desk: Helpdesk, text: str) -> None:
    card = await language.choose(typed(text), desk)
    assert "Français" in card.plain
    assert await preferred_language(desk.store, ANA.person_id) == "fr"
    assert await preferred_language(desk.store, BO.person_id) is None


@pytest.mark.parametrize("text", ["de", "klingon", "fr en", "../fr", "{en}"])
async def test_a_language_that_the_desk_does_not_speak_is_refused_with_those_it_does(desk: Helpdesk, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        await language.choose_from_card(pressed(language=text), desk)
    assert refused.value.advice
    assert ENGLISH(refused.value.advice) == "It speaks: en (English), fr (Français)"
    assert await preferred_language(desk.store, ANA.person_id) is None


async def test_the_last_choice_counts(desk: Helpdesk) -> None:
    for code in ("fr", "en", "fr", "en"):
        await language.choose(typed(code), desk)
    assert await preferred_language(desk.store, ANA.person_id) == "en"


async def test_a_form_posted_without_a_language_is_refused(desk: Helpdesk) -> None:
    with pytest.raises(BadInput):
        await language.choose_from_card(pressed(), desk)
