"""From what was typed to the customer that is meant, for commands that are about one."""

from collections.abc import Callable

from cards import customer_choice as card
from cards.elements import Card, Element
from commands.command import Submission
from helpdesk.directory import NotFound
from helpdesk.platform.language import Language
from helpdesk.search import HitKind
from helpdesk.services import Helpdesk


def typed_into(submission: Submission) -> str:
    """What the form was filled in with."""
    return submission.inputs.get(card.CUSTOMER, "")


async def chosen(text: str, choose: Callable[[str, Language], Element], desk: Helpdesk, say: Language) -> str | Card:
    """The id of the customer, or a card that says that there are several, each with its button, or none."""
    found = await desk.directory.find(text)
    customers = [hit for hit in found.hits if hit.kind is HitKind.ORGANIZATION]
    if len(customers) == 1:
        return customers[0].id
    return card.several(found.text, customers, choose, say) if customers else card.none(found.text, say)


async def name_of(organization_id: str, desk: Helpdesk) -> str:
    """Raises NotFound."""
    names = await desk.directory.names(frozenset({organization_id}))
    if not names:
        raise NotFound
    return names[0]
