"""What became of the last mail to an address."""

from collections.abc import Sequence

from cards import suppression as suppression_card
from cards.elements import Card, Element, Tone, button, card, facts, field, heading, text, verbatim
from cards.words import DELIVERY, REASON
from helpdesk.delivery import LastDelivery
from helpdesk.language import Language, Text
from helpdesk.store.tables import DeliveryStatus
from helpdesk.suppression import Entry

SHOW = "email.show"
ADDRESS = "address"
# Clients check this much; helpdesk.address checks the rest.
ADDRESS_PATTERN = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$"

_TONE = {DeliveryStatus.DELIVERED: Tone.GOOD, DeliveryStatus.ERROR: Tone.ATTENTION}

_EXPLAINED = {
    DeliveryStatus.NONE: Text("The desk knows of no mail to this address."),
    DeliveryStatus.IN_PROGRESS: Text("It was handed over; the user's mail server has not answered for it yet."),
    DeliveryStatus.DELIVERED: Text("The user's mail server took it. It may still lie in a spam folder."),
    DeliveryStatus.UNKNOWN: Text("Nobody told the desk what became of it."),
    DeliveryStatus.ERROR: Text("It did not arrive."),
}


def status(address: str, last: LastDelivery, suppressions: Sequence[Entry], say: Language) -> Card:
    """The tool's word for the last mail, what the mail server said, and whether the address is held back."""
    listed = ", ".join(say(REASON[each.reason]) for each in suppressions)
    return card(
        heading(say("Last email: {status}", status=DELIVERY[last.status]), _TONE.get(last.status, Tone.PLAIN)),
        text(say(_EXPLAINED[last.status])),
        facts(
            [
                (say("Address"), address),
                (say("Sent"), say.time(last.at) if last.at else ""),
                (say("Subject"), last.subject or ""),
                (say("Suppression list"), listed or say("not listed")),
            ]
        ),
        [text(say("The mail server said:"), is_strong=True), *verbatim(last.answer)] if last.answer else [],
        buttons=[suppression_card.show_button(address, say) if suppressions else None],
    )


def form(say: Language) -> Card:
    """What `email` without an address shows."""
    return card(
        heading(say("Status of the last email")),
        address_field(say),
        buttons=[button(say("Show"), SHOW, reads_inputs=True, is_main=True)],
    )


def address_field(say: Language) -> Element:
    return field(
        ADDRESS,
        say("Email address"),
        say("Type one address, like pat@acme.example."),
        pattern=ADDRESS_PATTERN,
        placeholder="pat.lindqvist@acme.example",
    )


def show_button(address: str, say: Language) -> Element:
    return button(say("Email status"), SHOW, {ADDRESS: address})
