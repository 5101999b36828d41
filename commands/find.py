"""`find <text>`: look anything up. A text that is no command comes here too."""

from cards import found as card
from cards import organization as organization_card
from cards import person as person_cards
from cards.elements import Card
from commands.command import Command, Message, Submission
from helpdesk import Helpdesk
from helpdesk.access import Permission, Sender
from helpdesk.directory import Cursor, Found, HitKind, PersonDetails
from helpdesk.directory.reading import Kind
from helpdesk.language import Language, Text

Event = Message | Submission


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
    return await _details(HitKind(submission.about["kind"]), submission.about["id"], submission, desk)


async def person_card(
    found: PersonDetails, reader: Sender, desk: Helpdesk, say: Language, kind: Kind | None = None
) -> Card:
    """The user's card as `reader` may see it."""
    person = found.person
    return person_cards.details(
        found,
        delivery=await desk.delivery.last(person.email),
        suppressions=await desk.suppression.find(person.email),
        verified=await desk.verification.live(person.id, reader.person_id),
        reader=reader,
        now=desk.now(),
        say=say,
        kind=kind,
    )


async def _show(found: Found, event: Event, desk: Helpdesk) -> Card:
    if not found.hits:
        return card.none(found, event.say)
    if len(found.hits) > 1:
        return card.several(found, event.say)
    hit = found.hits[0]
    return await _details(hit.kind, hit.id, event, desk, found.kind)


async def _details(kind: HitKind, identifier: str, event: Event, desk: Helpdesk, read_as: Kind | None = None) -> Card:
    if kind is HitKind.ORGANIZATION:
        customer = await desk.directory.organization(identifier)
        await _audit(customer.organization.display_name, customer.organization.id, event, desk)
        return organization_card.details(customer, event.say, read_as)
    user = await desk.directory.person(identifier)
    await _audit(user.person.email, user.organization.id, event, desk)
    return await person_card(user, event.sender, desk, event.say, read_as)


async def _audit(subject: str, organization_id: str, event: Event, desk: Helpdesk) -> None:
    await desk.audit.record(
        actor=event.sender.email,
        action="find",
        subject=subject,
        organization_id=organization_id,
        outcome="shown",
        event_id=event.event_id,
    )


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
