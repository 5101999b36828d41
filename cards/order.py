"""The card of a web order or a subscription: whose it is, and what of it is used."""

from datetime import datetime

from cards.elements import Card, Element, Tone, card, facts, heading, text
from cards.found import customer_button, other_buttons, read_as
from cards.origin import origin
from cards.rest import ListPart, rest_buttons
from helpdesk.directory import Found, OrderDetails
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.directory import License
from helpdesk.search import HitKind

MOST_LICENSES = 12


def details(found: OrderDetails, now: datetime, say: Language, searched: Found | None = None) -> Card:
    """`searched` is the search that led here, if one did."""
    is_order = found.kind is HitKind.ORDER
    title = say("Order {number}", number=found.number) if is_order else say("Subscription {id}", id=found.number)
    # Neither Webex nor the import file says which licenses came with an order.
    about = say("Licenses of the customer; which of them the order brought is not known.")
    totals = {ListPart.LICENSES: len(found.licenses)}
    return card(
        heading(title),
        facts([(say("Customer"), found.organization.display_name)]),
        text(about, Tone.SUBTLE) if is_order else [],
        licenses(found.licenses[:MOST_LICENSES], say),
        origin(found.source, found.as_of, now, say),
        read_as(searched, say),
        buttons=[
            customer_button(found.organization, say),
            *rest_buttons(HitKind.ORGANIZATION, found.organization.id, totals, say, MOST_LICENSES),
            *other_buttons(searched, say),
        ],
    )


def licenses(some: list[License], say: Language) -> list[Element]:
    """Each license with what is used of it."""
    return facts((each.name, used(each, say)) for each in some) or [text(say("No licenses are known."))]


def used(license: License, say: Language) -> str:
    if license.total_units is None or license.total_units < 0:
        return say("{used} used", used=license.consumed_units or 0)
    return say("{used} of {total} used", used=license.consumed_units or 0, total=license.total_units)
