"""From what was found to its card; and a newer card, where Webex says otherwise by now."""

import asyncio
from collections.abc import Sequence

from cards import device as device_card
from cards import number as number_card
from cards import order as order_card
from cards import organization as organization_card
from cards import person as person_cards
from cards.elements import Card
from cards.rest import PAGE, ListPart, beginning, page
from commands.command import Event, Renewable, Reply, Submission, audit
from helpdesk.directory import (
    Details,
    DeviceDetails,
    Found,
    NotFound,
    NumberDetails,
    OrganizationDetails,
    PersonDetails,
)
from helpdesk.mail.reach import ask
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language
from helpdesk.search import HitKind
from helpdesk.services import Helpdesk


async def opened(details: Details, searched: Found | None, event: Event, desk: Helpdesk) -> Reply:
    """The card of what is known, at once; Webex is asked whether it still says so where it can be asked."""
    await audit(event, desk, "find", _subject(details), "shown", organization_id=details.organization.id)
    shown = await _card(details, searched, event, desk)
    if desk.refresh is None or not isinstance(details, PersonDetails | OrganizationDetails):
        return shown

    async def renewed() -> Card | None:
        newer = await _newer(details, desk)
        return await _card(newer, searched, event, desk) if newer else None

    return Renewable(shown, renewed)


async def rest(submission: Submission, desk: Helpdesk) -> Card:
    """A page of a list that a card shows only the beginning of."""
    about, say = submission.about, submission.say
    kind, identifier, part, start = HitKind(about["kind"]), about["id"], ListPart(about["part"]), int(about["from"])
    details = await desk.directory.open(kind, identifier)
    lines: Sequence[str]
    first, total = 0, 0
    match details:
        case PersonDetails():
            name, lines = details.person.display_name, person_cards.parts(details, say)[part]
        case OrganizationDetails() if part is ListPart.ADMINISTRATORS:
            # Some before and some behind the page as well: people came and went since the page before.
            first, name = max(start - PAGE, 0), details.organization.display_name
            some = await desk.directory.administrators(identifier, first, 3 * PAGE)
            lines, total = organization_card.administrator_lines(some), details.administrator_count
        case OrganizationDetails():
            name, lines = details.organization.display_name, organization_card.parts(details, say)[part]
        case _:
            raise NotFound
    at = beginning(lines, first, start, about.get("after", ""))
    return page(part, (kind, identifier, name), lines[at : at + PAGE], first + at, total or len(lines), say)


async def person_card(
    found: PersonDetails, reader: Sender, desk: Helpdesk, say: Language, searched: Found | None = None
) -> Card:
    """The user's card as `reader` may see it."""
    person = found.person
    reach, verified = await asyncio.gather(ask(person.email, desk), desk.verification.live(person.id, reader.person_id))
    return person_cards.details(
        found,
        reach=reach,
        verified=verified,
        reader=reader,
        now=desk.now(),
        say=say,
        searched=searched,
    )


async def _newer(details: PersonDetails | OrganizationDetails, desk: Helpdesk) -> Details | None:
    """None where nothing has changed."""
    if desk.refresh is None:
        return None
    if isinstance(details, PersonDetails):
        identifier = details.person.id
        return await desk.directory.person(identifier) if await desk.refresh.person(identifier) else None
    identifier = details.organization.id
    return await desk.directory.organization(identifier) if await desk.refresh.organization(identifier) else None


async def _card(details: Details, searched: Found | None, event: Event, desk: Helpdesk) -> Card:
    now, say = desk.now(), event.say
    match details:
        case PersonDetails():
            return await person_card(details, event.sender, desk, say, searched)
        case OrganizationDetails():
            return organization_card.details(details, event.sender, now, say, searched)
        case DeviceDetails():
            return device_card.details(details, now, say, searched)
        case NumberDetails():
            return number_card.details(details, now, say, searched)
    return order_card.details(details, now, say, searched)


def _subject(details: Details) -> str:
    """What the audit calls it: whoever reads it finds it again by this."""
    match details:
        case PersonDetails():
            return details.person.email
        case OrganizationDetails():
            return details.organization.display_name
        case DeviceDetails():
            return details.device.serial or details.device.display_name
        case NumberDetails():
            return details.number.phone_number
    return details.number
