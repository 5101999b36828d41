"""`find <text>`: look anything up. A text that is no command comes here too."""

from cards import found as card
from cards import organization as organization_card
from cards import person as person_card
from cards.elements import Card
from commands.command import Command, Message, Submission
from helpdesk import Helpdesk
from helpdesk.access import Permission, Sender
from helpdesk.directory import Cursor, Found, HitKind
from helpdesk.directory.reading import Kind
from helpdesk.language import Language, Text


async def look_up(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.form(message.say)
    return await _show(await desk.directory.find(message.text), message.sender, desk, message.say)


async def search(submission: Submission, desk: Helpdesk) -> Card:
    """From the form, or from a customer's card, which searches inside that customer."""
    text = submission.inputs.get(card.QUERY, "")
    found = await desk.directory.find(text, submission.about.get("organization"))
    return await _show(found, submission.sender, desk, submission.say)


async def next_page(submission: Submission, desk: Helpdesk) -> Card:
    kind, search_name, identifier = submission.about["after"]
    after = Cursor(HitKind(kind), search_name, identifier)
    found = await desk.directory.find(submission.about["text"], submission.about.get("organization"), after)
    return card.several(found, submission.say) if found.hits else card.no_more(submission.say)


async def open_hit(submission: Submission, desk: Helpdesk) -> Card:
    kind, identifier = HitKind(submission.about["kind"]), submission.about["id"]
    return await _details(kind, identifier, submission.sender, desk, submission.say)


async def show_person(person_id: str, reader: Sender, desk: Helpdesk, say: Language, kind: Kind | None = None) -> Card:
    """The user's card as `reader` may see it."""
    details = await desk.directory.person(person_id)
    return person_card.details(
        details,
        delivery=await desk.delivery.last(details.person.email),
        suppressions=await desk.suppression.find(details.person.email),
        verified=await desk.verification.live(person_id, reader.person_id),
        reader=reader,
        now=desk.now(),
        say=say,
        kind=kind,
    )


async def _show(found: Found, reader: Sender, desk: Helpdesk, say: Language) -> Card:
    if not found.hits:
        return card.none(found, say)
    if len(found.hits) > 1:
        return card.several(found, say)
    hit = found.hits[0]
    return await _details(hit.kind, hit.id, reader, desk, say, found.kind)


async def _details(
    kind: HitKind, identifier: str, reader: Sender, desk: Helpdesk, say: Language, read_as: Kind | None = None
) -> Card:
    if kind is HitKind.PERSON:
        return await show_person(identifier, reader, desk, say, read_as)
    return organization_card.details(await desk.directory.organization(identifier), say, read_as)


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
