"""Cards that lead to the read-only view of a customer: the link, or what is missing for one."""

from collections.abc import Sequence
from datetime import datetime

from cards import customer_choice
from cards.elements import Card, Element, Tone, button, card, facts, heading, link, text
from helpdesk.platform.language import Language
from helpdesk.proof.view import LINK_LIFE

OPEN = "view.open"
FIND = "view.find"


def form(say: Language) -> Card:
    """What `view` without a customer shows."""
    return customer_choice.form(say("Look at a customer"), say("Look"), FIND, say)


def open_button(organization_id: str, say: Language, *, is_main: bool = False) -> Element:
    return button(say("View read-only"), OPEN, {"organization": organization_id}, is_main=is_main)


def ready(organization: str, address: str, until: datetime, now: datetime, say: Language) -> Card:
    """The link itself; whoever opens it first has it."""
    return card(
        heading(say("The view of {organization} is ready for you", organization=organization)),
        text(say("The link opens once, within {life}. Do not pass it on: it is yours.", life=LINK_LIFE)),
        facts([(say("Good until"), say("{time}, {left} left", time=until, left=until - now))]),
        text(say("Nothing can be changed there. Each page you look at is noted."), Tone.SUBTLE),
        buttons=[link(say("Open the view"), address)],
    )


def no_consent(organization: str, buttons: Sequence[Element], say: Language) -> Card:
    """`buttons` ask for it, for who may."""
    return card(
        heading(say("{organization} has not agreed to be looked at", organization=organization), Tone.WARNING),
        text(say("It takes the customer’s standing permission, or an administrator’s answer to your question.")),
        text(say("An advanced agent can ask for it.")) if not buttons else [],
        buttons=buttons,
    )
