"""The number's card: which organization owns it, whose it is, and where it rings."""

from datetime import datetime

from cards.device import named
from cards.elements import Card, Element, card, facts, heading
from cards.found import (
    customer_button,
    open_button,
    other_buttons,
    owner_button,
    read_as,
    shown_as,
)
from cards.origin import origin
from cards.rest import shortened
from cards.words import NUMBER_STATE, OWNER
from helpdesk.directory import Found, NumberDetails
from helpdesk.directory.phones import shown
from helpdesk.platform.language import Language
from helpdesk.search import HitKind


def details(found: NumberDetails, now: datetime, say: Language, searched: Found | None = None) -> Card:
    """`searched` is the search that led here, if one did."""
    number = found.number
    return card(
        heading(shown(number.phone_number)),
        facts(
            [
                (say("Customer"), found.organization.display_name),
                (say("Whose it is"), _owner(found, say)),
                (
                    say("Rings at"),
                    shortened([named(each, say) for each in found.devices], say) or say("no known device"),
                ),
                (say("Extension"), number.extension or ""),
                (say("Where"), number.location or ""),
                (say("State"), shown_as(NUMBER_STATE, number.state, say)),
            ]
        ),
        origin(number.source, found.as_of, now, say),
        read_as(searched, say),
        buttons=[
            owner_button(found.owner, say),
            _device_button(found, say),
            customer_button(found.organization, say),
            *other_buttons(searched, say),
        ],
    )


def _owner(found: NumberDetails, say: Language) -> str:
    if found.owner:
        return f"{found.owner.display_name}, {found.owner.email}"
    what = shown_as(OWNER, found.number.owner_type, say)
    if found.number.owner_name:
        return f"{found.number.owner_name} ({what})" if what else found.number.owner_name
    return what or (say("someone the desk does not know") if found.number.owner_id else say("nobody"))


def _device_button(found: NumberDetails, say: Language) -> Element | None:
    return open_button(say("Device"), HitKind.DEVICE, found.devices[0].id) if len(found.devices) == 1 else None
