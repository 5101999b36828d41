"""A pasted notice of non-delivery is explained, wherever it is pasted: by `find`, by `email`, or without a word."""

from collections.abc import Sequence

from cards import returned as card
from cards.elements import Card
from commands.command import Event, audit
from helpdesk.directory import PersonDetails
from helpdesk.mail.dsn.pasted import Returned, read_pasted
from helpdesk.platform.text.address import is_address
from helpdesk.services import Helpdesk


async def explain_text(text: str, event: Event, desk: Helpdesk) -> Card:
    return await explain(read_pasted(text), event, desk)


async def explain(several: Sequence[Returned], event: Event, desk: Helpdesk) -> Card:
    """What came back to whom; a look-up for each address, as if it had been typed."""
    return card.explained([await _read(one, event, desk) for one in several], event.sender, event.say)


async def _read(one: Returned, event: Event, desk: Helpdesk) -> card.Read:
    if not is_address(one.address):
        return card.Read(one, None)
    found = (await desk.directory.find(one.address)).only
    if not isinstance(found, PersonDetails):
        return card.Read(one, None)
    await audit(event, desk, "find", found.person.email, "shown", organization_id=found.organization.id)
    return card.Read(one, found)
