"""`find <text>`: look anything up. A text that is no command comes here too."""

import asyncio

from cards import found as card
from cards import organization as organization_card
from cards import person as person_cards
from cards.elements import Card
from commands.command import Command, Event, Message, Submission, audit
from helpdesk import Helpdesk
from helpdesk.access import Permission, Sender
from helpdesk.directory import Cursor, Found, HitKind, OrganizationDetails, PersonDetails
from helpdesk.directory.reading import Kind
from helpdesk.language import Language, Text


async def look_up(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.form(message.say)
    return await _show(await desk.directory.find(message.text), message, desk)


async def search(submission: Submission, desk: Helpdesk) -> Card:
    """From the form, or from a customer's card, which searches inside that customer."""
    text = submission.inputs.get(card.QUERY, "")
    return await _show(await desk.directory.find(text, submission.about.get("organization")), submission, desk)


async def next_page(submission: Submission, desk: Helpdesk) -> Card:
    kind, search_name, identifier = submission.about["after"]
    after = Cursor(HitKind(kind), search_name, identifier)
    found = await desk.directory.find(submission.about["text"], submission.about.get("organization"), after)
    return card.several(found, submission.say) if found.hits else card.no_more(submission.say)


async def open_hit(submission: Submission, desk: Helpdesk) -> Card:
    kind, identifier = HitKind(submission.about["kind"]), submission.about["id"]
    directory = desk.directory
    details = await (directory.person(identifier) if kind is HitKind.PERSON else directory.organization(identifier))
    return await _details(details, submission, desk)


async def person_card(
    found: PersonDetails, reader: Sender, desk: Helpdesk, say: Language, kind: Kind | None = None
) -> Card:
    """The user's card as `reader` may see it."""
    person = found.person
    delivery, suppressions, verified = await asyncio.gather(
        desk.delivery.last(person.email),
        desk.suppression.find(person.email),
        desk.verification.live(person.id, reader.person_id),
    )
    return person_cards.details(
        found,
        delivery=delivery,
        suppressions=suppressions,
        verified=verified,
        reader=reader,
        now=desk.now(),
        say=say,
        kind=kind,
    )


async def _show(found: Found, event: Event, desk: Helpdesk) -> Card:
    if found.only:
        return await _details(found.only, event, desk, found.kind)
    return card.several(found, event.say) if found.hits else card.none(found, event.say)


async def _details(
    found: PersonDetails | OrganizationDetails, event: Event, desk: Helpdesk, read_as: Kind | None = None
) -> Card:
    if isinstance(found, PersonDetails):
        await audit(event, desk, "find", found.person.email, "shown", organization_id=found.organization.id)
        return await person_card(found, event.sender, desk, event.say, read_as)
    customer = found.organization
    await audit(event, desk, "find", customer.display_name, "shown", organization_id=customer.id)
    return organization_card.details(found, event.say, read_as)


COMMAND = Command(
    keyword="find",
    usage=Text("find <text>"),
    help=Text("look up a user, customer, domain or site; “find” may be left out"),
    permission=Permission.LOOK_UP,
    on_message=look_up,
    on_submit={
        card.SEARCH: search,
        card.NEXT: next_page,
        card.OPEN: open_hit,
    },
    aliases=("search", "lookup", "chercher", "trouver"),
)
