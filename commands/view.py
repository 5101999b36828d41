"""`view <customer>`: look at a customer's organization on read-only pages, where the customer agrees.

The link is a key: it goes to who asked, in their own conversation with the bot, and nowhere else.
"""

from cards import consent as consent_card
from cards import view as card
from cards.elements import Card
from commands.command import Action, AsksItself, Command, Event, Message, Owner, Shows, Submission, audit
from commands.customer_choice import chosen, name_of, typed_into
from helpdesk.people.access import Permission
from helpdesk.platform.language import Text
from helpdesk.platform.site import NoSite
from helpdesk.proof.view.views import Views
from helpdesk.services import Helpdesk


async def ask(message: Message, desk: Helpdesk) -> Card:
    return await _find(message.text, message, desk) if message.text.strip() else card.form(message.say)


async def find(submission: Submission, desk: Helpdesk) -> Card:
    return await _find(typed_into(submission), submission, desk)


async def open_view(submission: Submission, desk: Helpdesk) -> Card:
    return await _view(submission.about["organization"], submission, desk)


async def _find(text: str, event: Event, desk: Helpdesk) -> Card:
    meant = await chosen(text, card.open_button, desk, event.say)
    return await _view(meant, event, desk) if isinstance(meant, str) else meant


async def _view(organization_id: str, event: Event, desk: Helpdesk) -> Card:
    name = await name_of(organization_id, desk)
    if desk.site is None:
        raise NoSite
    grant = await desk.consent.open(event.sender, organization_id, event.event_id)
    await audit(event, desk, "view", name, "link made" if grant else "no consent", organization_id=organization_id)
    if grant is None:
        may_ask = event.sender.may(Permission.ASK_CONSENT)
        ways = [consent_card.ask_button(organization_id, event.say)] if may_ask else []
        return card.no_consent(name, ways, event.say)
    token = await Views(desk.store, desk.now).link(event.sender, organization_id, grant.id, grant.until)
    return card.ready(name, desk.site.link("view", "open", token), grant.until, desk.now(), event.say)


_WITH_CONSENT = AsksItself("helpdesk.proof.consent: the customer's setting or its administrators let the agent look")

COMMAND = Command(
    keyword="view",
    usage=Text("view <customer>"),
    help=Text("look at a customer’s organization on read-only pages, where the customer agrees"),
    permission=Permission.VIEW,
    on_message=ask,
    on_submit={
        card.FIND: Action(find, Owner.ANYONE_IN_SCOPE, _WITH_CONSENT),
        card.OPEN: Action(open_view, Owner.ANYONE_IN_SCOPE, _WITH_CONSENT),
    },
    guard=_WITH_CONSENT,
    aliases=("voir",),
    shows=Shows.FOR_ASKER_ALONE,
)
