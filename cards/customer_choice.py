"""Which customer is meant: asked for, chosen among several, or found nowhere."""

from collections.abc import Callable, Sequence

from cards.elements import Card, Element, button, card, field, heading, line, text
from helpdesk.directory.reading import LONGEST
from helpdesk.platform.language import Language
from helpdesk.search import Hit

CUSTOMER = "customer"


def form(title: str, go_on: str, action: str, say: Language) -> Card:
    """`action` is told what was typed, as CUSTOMER."""
    return card(
        heading(title),
        field(
            CUSTOMER,
            say("Which customer"),
            say("Type the customer’s name, domain or id."),
            pattern=r"^.*\S.*$",
            placeholder="Acme Corporation",
            longest=LONGEST,
        ),
        buttons=[button(go_on, action, reads_inputs=True, is_main=True)],
    )


def several(name: str, hits: Sequence[Hit], choose: Callable[[str, Language], Element], say: Language) -> Card:
    """`choose` makes the button of a customer, of its id."""
    return card(
        heading(say("Several matches for “{text}”", text=name)),
        [line(hit.name, hit.detail, choose(hit.id, say)) for hit in hits],
    )


def none(name: str, say: Language) -> Card:
    return card(
        heading(say("No customer found for “{text}”", text=name)),
        text(say("Check the spelling, or try part of the name, the domain or the customer.")),
    )
