"""What can be asked, for the person who asks."""

from collections.abc import Iterable

from cards.elements import Card, card, facts, heading, text
from helpdesk.platform.language import Language, Text


def overview(usages: Iterable[tuple[Text, Text]], say: Language) -> Card:
    """Each command's usage and what it does, in the order given."""
    return card(
        heading(say("What this desk does")),
        text(say("Type or paste anything: an email address, a name, a customer, a domain, a site, a number or an id.")),
        facts((say(usage), say(help)) for usage, help in usages),
        text(say("A command without the rest shows a form.")),
    )
