"""A mail that came back, as somebody pasted its notice: what it says, whose mail it was, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from cards import email as email_card
from cards import found as found_card
from cards.elements import Card, Element, Tone, card, facts, heading, section, text, verbatim
from cards.mail_codes import in_plain_words
from helpdesk.directory import PersonDetails
from helpdesk.mail.delivery.refusal_words import About
from helpdesk.mail.dsn.pasted import Returned
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.language import Language, Text
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.platform.text.showing import visible
from helpdesk.search import HitKind

_SPELLING = Text("Check the address with the caller: a letter may be wrong, or the mailbox may have been removed.")
_THEIR_ADMINISTRATOR = Text("The customer's mail administrator has to look into it; show them the server's answer.")
_LATER = Text("Nothing to do yet: mail servers try again by themselves. Look at the email status in an hour.")
_NEXT = {
    About.NO_MAILBOX: _SPELLING,
    About.MAYBE_NO_MAILBOX: _SPELLING,
    About.MOVED: Text("Ask the caller for the new address."),
    About.SYNTAX: _SPELLING,
    About.NO_DOMAIN: Text("Check the part behind the @ with the caller: the domain may be misspelt, or given up."),
    About.FULL: Text("Ask the user to make room in the mailbox. Then send the mail again."),
    About.DISABLED: Text("Ask the customer's administrator whether the mailbox is to be used again."),
    About.PACE: Text("Wait for an hour, then send the mail again."),
    About.TOO_LARGE: Text("Send it again without attachments, or with smaller ones."),
    About.SENDER: Text("Tell your operator: the sender's address or domain is refused."),
    About.SENDER_BLOCKED: Text(
        "The customer's mail administrator can allow the sender; show them the server's answer."
    ),
    About.POLICY: Text("The customer's mail administrator can allow the sender; show them the server's answer."),
}
_USER, _EMAIL = Text("User: {address}"), Text("Email: {address}")
# What one row of buttons on a phone has room for.
_LONGEST_TITLE, _BEGINS = 33, 10


@dataclass(frozen=True, slots=True)
class Read:
    """What one notice says, and the user it is about; None where the reader sees no such user."""

    returned: Returned
    user: PersonDetails | None


def explained(several: Sequence[Read], reader: Sender, say: Language) -> Card:
    """A part for each mail that came back; buttons are those that `reader` may press."""
    first = several[0]
    titles = [_title(one, say) for one in several]
    return card(
        heading(titles[0], _tone(first)),
        _part(first, say),
        [
            element
            for title, one in zip(titles[1:], several[1:], strict=True)
            for element in (section(title), *_part(one, say))
        ],
        buttons=[button for one in several for button in _buttons(one, reader, say, _others(one, several))],
    )


def _title(one: Read, say: Language) -> str:
    address = one.returned.address or say("an address that is not named")
    match one.returned.fate.status:
        case DeliveryStatus.IN_PROGRESS:
            return say("Mail to {address} is still being tried", address=address)
        case DeliveryStatus.DELIVERED:
            return say("Mail to {address} was delivered", address=address)
    return say("Mail to {address} came back", address=address)


def _tone(one: Read) -> Tone:
    return Tone.ATTENTION if one.returned.fate.status is DeliveryStatus.ERROR else Tone.PLAIN


def _part(one: Read, say: Language) -> list[Element]:
    fate = one.returned.fate
    meant = in_plain_words(fate.code, fate.answer) or email_card.NOT_UNDERSTOOD
    is_error = fate.status is DeliveryStatus.ERROR
    words = [text(say(meant))] if fate.status is not DeliveryStatus.DELIVERED else []
    step = [text(say(_next(one)))] if fate.status is not DeliveryStatus.DELIVERED else []
    said = [text(say("The mail server said:"), is_strong=True), *verbatim(fate.answer)] if fate.answer else []
    return [*words, *step, *facts(_facts(one, say, is_error)), *said]


def _next(one: Read) -> Text:
    fate = one.returned.fate
    if fate.status is DeliveryStatus.IN_PROGRESS:
        return _LATER
    return _NEXT.get(fate.refusal.about, _THEIR_ADMINISTRATOR)


def _facts(one: Read, say: Language, is_error: bool) -> list[tuple[str, str]]:
    lasting = {
        True: say("for good: the same mail will come back again"),
        False: say("for now: a later mail may arrive"),
    }
    permanent = one.returned.fate.is_permanent
    user = one.user
    return [
        (
            say("User"),
            user.person.display_name if user else say("no user with this address") if one.returned.address else "",
        ),
        (say("Customer"), user.organization.display_name if user else ""),
        (say("How long"), lasting[permanent] if is_error and permanent is not None else ""),
    ]


def _others(one: Read, several: Sequence[Read]) -> list[str]:
    return [visible(other.returned.address) for other in several if other is not one]


def _buttons(one: Read, reader: Sender, say: Language, others: Sequence[str]) -> list[Element]:
    """Where there are `others`, each says whose it is: they stand together below all parts."""
    address = one.returned.address
    is_named = bool(address and others)
    user_title = _titled(_USER, address, others, say) if is_named else say("User")
    user = [found_card.open_button(user_title, HitKind.PERSON, one.user.person.id)] if one.user else []
    if not address or not reader.may(Permission.READ_EMAIL):
        return user
    title = _titled(_EMAIL, address, others, say) if is_named else say("Email status")
    return [*user, email_card.show_button(address, say, title)]


def _titled(title: Text, address: str, others: Sequence[str], say: Language) -> str:
    """With as much of the address as a phone shows, enough to tell it from the `others`."""
    shown = visible(address)
    kept = len(shown) - max(0, len(say(title, address=shown)) - _LONGEST_TITLE)
    if kept < len(shown):
        same = max(_alike(shown, other) for other in others)
        # Where what is kept is another's too, its beginning and what differs.
        begins = kept - 1 if same < kept - 1 else _BEGINS
        rest = "" if begins > same else shown[same : same + kept - 1 - begins]
        shown = f"{shown[:begins]}…{rest}"
    return say(title, address=shown)


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
