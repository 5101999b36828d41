"""`language <code>`: the language the desk speaks with the sender."""

from cards import whoami as card
from cards.elements import Card
from commands.command import Action, Command, Message, NotGated, Owner, Shows, Submission
from helpdesk.people.access import Permission, Sender, prefer_language
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import LANGUAGES, Language, Text
from helpdesk.services import Helpdesk


async def choose(message: Message, desk: Helpdesk) -> Card:
    if not message.text.strip():
        return card.languages(message.say)
    return await _choose(message.text, message.sender, desk)


async def choose_from_card(submission: Submission, desk: Helpdesk) -> Card:
    return await _choose(submission.inputs.get(card.LANGUAGE, ""), submission.sender, desk)


async def show_form(submission: Submission, desk: Helpdesk) -> Card:
    return card.languages(submission.say)


async def _choose(text: str, sender: Sender, desk: Helpdesk) -> Card:
    wanted = text.strip().casefold()
    code = next((code for code, name in LANGUAGES.items() if wanted in (code, name.casefold())), None)
    if code is None:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise BadInput(Text("The desk does not speak that language."), Text("It speaks: {languages}", languages=known))
    await prefer_language(desk.store, sender.person_id, code)
    return card.language_chosen(Language(code))


_THEIR_OWN = NotGated("it is about nobody but the person who does it")

COMMAND = Command(
    keyword="language",
    usage=Text("language <en|fr>"),
    help=Text("choose the language the desk speaks with you"),
    permission=Permission.USE_DESK,
    on_message=choose,
    on_submit={
        card.CHOOSE: Action(choose_from_card, Owner.ANYONE_IN_SCOPE, _THEIR_OWN),
        card.FORM: Action(show_form, Owner.ANYONE_IN_SCOPE),
    },
    aliases=("langue",),
    guard=_THEIR_OWN,
    shows=Shows.NOTHING_PRIVATE,
)
