"""`find <text>`: look anything up. A text that is no command comes here too."""

from collections.abc import Sequence
from functools import partial

from cards import found as card
from cards import rest as rest_card
from cards.elements import Card
from commands.attached import off_the_loop, read_attached
from commands.command import Action, Command, Event, Message, Owner, Reply, Submission
from commands.details import opened, rest
from commands.returned import explain, explain_text
from helpdesk.bulk.objects import is_json
from helpdesk.bulk.sheet import addresses_of_table
from helpdesk.directory import Found
from helpdesk.directory.pieces import MOST, pieces
from helpdesk.directory.reading import QueryKind
from helpdesk.mail.dsn.pasted import is_notice
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.search import Cursor, HitKind
from helpdesk.services import Helpdesk


async def look_up(message: Message, desk: Helpdesk) -> Reply:
    if message.files:
        return await find_attached(message, desk)
    if not message.text.strip():
        return card.form(message.say)
    if is_notice(message.text):
        return await explain_text(message.text, message, desk)
    return await _find(message.text, None, message, desk)


async def search(submission: Submission, desk: Helpdesk) -> Reply:
    """From the form, or from a customer's card, which searches inside that customer."""
    text = submission.inputs.get(card.QUERY, "")
    return await _find(text, submission.about.get("organization"), submission, desk)


async def again(submission: Submission, desk: Helpdesk) -> Reply:
    """The same text, read as another kind."""
    about = submission.about
    found = await desk.directory.find(about["text"], about["organization"], kind=QueryKind(about["kind"]))
    return await _show(found, submission, desk)


async def next_page(submission: Submission, desk: Helpdesk) -> Card:
    about = submission.about
    kind, *place = about["after"]
    after = Cursor(HitKind(kind), *place)
    read_as = QueryKind(about["kind"]) if "kind" in about else None
    found = await desk.directory.find(about["text"], about.get("organization"), after, read_as)
    return card.several(found, submission.say) if found.hits else card.no_more(submission.say)


async def open_hit(submission: Submission, desk: Helpdesk) -> Reply:
    details = await desk.directory.open(HitKind(submission.about["kind"]), submission.about["id"])
    return await opened(details, None, submission, desk)


async def _find(text: str, organization_id: str | None, event: Event, desk: Helpdesk) -> Reply:
    if organization_id is None:
        if in_table := await _in_table(text):
            return await _find_each(in_table, event, desk)
        if len(several := pieces(text)) > 1:
            return await _find_each(several, event, desk)
    return await _show(await desk.directory.find(text, organization_id), event, desk)


async def find_attached(message: Message, desk: Helpdesk) -> Reply:
    attached = await read_attached(message, desk)
    if attached.returned:
        return await explain(attached.returned, message, desk)
    several = list(dict.fromkeys(each.address or each.text for each in attached.listing.lines))
    return await _find_each(several, message, desk, is_list=True)


async def _in_table(text: str) -> list[str]:
    """The addresses of a table that was pasted, from its column of addresses; none of any other text."""
    if "\n" not in text and not is_json(text):
        return []
    return await off_the_loop(partial(addresses_of_table, text))


async def _find_each(several: Sequence[str], event: Event, desk: Helpdesk, *, is_list: bool = False) -> Reply:
    """Of a list, the lines that find nothing are shown as well."""
    results = await desk.directory.find_each(several[:MOST])
    hits = {(hit.kind, hit.id) for found in results for hit in found.hits}
    if len(hits) == 1 and not (is_list and len(several) > 1):
        # A name and an address of one person, each on a line of its own.
        return await _show(next(found for found in results if found.hits), event, desk)
    return card.each(results, len(several[MOST:]), event.say)


async def _show(found: Found, event: Event, desk: Helpdesk) -> Reply:
    if found.only:
        return await opened(found.only, found, event, desk)
    return card.several(found, event.say) if found.hits else card.none(found, event.say)


COMMAND = Command(
    keyword="find",
    usage=Text("find <text>"),
    help=Text("look up a user, customer, device, number or order; “find” may be left out"),
    permission=Permission.LOOK_UP,
    on_message=look_up,
    on_submit={
        card.SEARCH: Action(search, Owner.ANYONE_IN_SCOPE),
        card.AGAIN: Action(again, Owner.ANYONE_IN_SCOPE),
        card.NEXT: Action(next_page, Owner.ANYONE_IN_SCOPE),
        card.OPEN: Action(open_hit, Owner.ANYONE_IN_SCOPE),
        rest_card.SHOW: Action(rest, Owner.ANYONE_IN_SCOPE),
    },
    aliases=("search", "lookup", "chercher", "trouver"),
)
