"""`view <customer>`: look at a customer's organization on read-only pages, where the customer agrees.

The link is a key: it goes to who asked, in their own conversation with the bot, and nowhere else.
"""

from cards import consent as consent_card
from cards import view as card
from cards.elements import Card
from commands.command import Command, Event, Message, Shows, Submission, audit
from helpdesk import Helpdesk
from helpdesk.access import Permission
from helpdesk.directory import HitKind, NotFound
from helpdesk.errors import Refused
from helpdesk.language import Text
from helpdesk.view.views import Views


async def ask(message: Message, desk: Helpdesk) -> Card:
    return await _find(message.text, message, desk) if message.text.strip() else card.form(message.say)


async def find(submission: Submission, desk: Helpdesk) -> Card:
    return await _find(submission.inputs.get(card.CUSTOMER, ""), submission, desk)


async def open_view(submission: Submission, desk: Helpdesk) -> Card:
    return await _view(submission.about["organization"], submission, desk)


async def _find(text: str, event: Event, desk: Helpdesk) -> Card:
    found = await desk.directory.find(text)
    customers = [hit for hit in found.hits if hit.kind is HitKind.ORGANIZATION]
    if len(customers) == 1:
        return await _view(customers[0].id, event, desk)
    return card.several(found.text, customers, event.say) if customers else card.none(found.text, event.say)


async def _view(organization_id: str, event: Event, desk: Helpdesk) -> Card:
    names = await desk.directory.names(frozenset({organization_id}))
    if not names:
        raise NotFound
    if desk.site is None:
        raise Refused(
            Text("This desk has no address that a browser could open."),
            Text("The operator sets HELPDESK_PUBLIC_URL."),
        )
    grant = await desk.consent.open(event.sender, organization_id, event.event_id)
    await audit(event, desk, "view", names[0], "link made" if grant else "no consent", organization_id=organization_id)
    if grant is None:
        may_ask = event.sender.may(Permission.ASK_CONSENT)
        ways = [consent_card.ask_button(organization_id, event.say)] if may_ask else []
        return card.no_consent(names[0], ways, event.say)
    token = await Views(desk.store, desk.now).link(event.sender, organization_id, grant.id, grant.until)
    return card.ready(names[0], desk.site.link("view", "open", token), grant.until, desk.now(), event.say)


COMMAND = Command(
    keyword="view",
    usage=Text("view <customer>"),
    help=Text("look at a customer’s organization on read-only pages, where the customer agrees"),
    permission=Permission.VIEW,
    on_message=ask,
    on_submit={card.FIND: find, card.OPEN: open_view},
    aliases=("voir",),
    shows=Shows.FOR_ASKER_ALONE,
)
