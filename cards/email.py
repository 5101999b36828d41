"""What became of the last mail to an address."""

from datetime import datetime

from cards import suppression as suppression_card
from cards.elements import Card, Element, Tone, button, card, facts, field, heading, text, verbatim
from cards.mail_codes import in_plain_words, is_temporary
from cards.origin import age
from cards.words import DELIVERY, REASON
from helpdesk.mail.delivery import MAIL_SERVER, REPORT, LastDelivery
from helpdesk.mail.reach import Reach
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.platform.language import Language, Text
from helpdesk.platform.store.tables.mail import DeliveryStatus

SHOW = "email.show"
ADDRESS = "address"
# Clients check this much; helpdesk.platform.text.address checks the rest.
ADDRESS_PATTERN = r"^\s*(\"[^\"@]+\"|[^@\s]+)@[^@\s]+[.\u3002][^@\s]+\s*$"

_TONE = {DeliveryStatus.DELIVERED: Tone.GOOD, DeliveryStatus.ERROR: Tone.ATTENTION}

_EXPLAINED = {
    DeliveryStatus.NONE: Text("The desk knows of no mail to this address."),
    DeliveryStatus.IN_PROGRESS: Text("It was handed over; the user's mail server has not answered for it yet."),
    DeliveryStatus.DELIVERED: Text("The user's mail server took it. It may still lie in a spam folder."),
    DeliveryStatus.UNKNOWN: Text("Nobody told the desk what became of it."),
    DeliveryStatus.ERROR: Text("It did not arrive."),
}

# Some servers only send a mail back.
NOT_UNDERSTOOD = Text("It came back, reason not understood.")

# A provider is called by its own name.
KNOWN_FROM = {
    "": Text("the desk's records"),
    MAIL_SERVER: Text("the desk's own mail server"),
    REPORT: Text("a report of the mail server"),
}


def status(address: str, reach: Reach, now: datetime, say: Language) -> Card:
    """The tool's word for the last mail, what the mail server said and meant, and whether the address is held back."""
    last = reach.last
    return card(
        heading(say("Last email: {status}", status=DELIVERY[last.status]), _TONE.get(last.status, Tone.PLAIN)),
        text(say(last.problem or _explained(last))),
        [text(say(reach.advice))] if reach.advice else [],
        facts(
            [
                (say("Address"), address),
                (say("Sent"), _with_age(last.at, now, say)),
                (say("Subject"), last.subject or ""),
                (say("Known from"), "" if last.problem else _known_from(last, now, say)),
                (say("Suppression list"), listed(reach, say)),
            ]
        ),
        _answer(last, say),
        buttons=[
            suppression_card.show_button(address, say) if reach.entries else None,
            look_again_button(address, say) if reach.advice else None,
        ],
    )


def listed(reach: Reach, say: Language) -> str:
    """Why the address is held back, since when; or that it is not, or that nobody knows."""
    if reach.unknown_because:
        return say("unknown: {problem}", problem=reach.unknown_because)
    return "; ".join(_entry(each, say) for each in reach.entries) or say("not listed")


def _entry(entry: SuppressionEntry, say: Language) -> str:
    if entry.since is None:
        return say(REASON[entry.reason])
    return say("{reason}, since {date}", reason=REASON[entry.reason], date=say.date(entry.since))


def _explained(last: LastDelivery) -> Text:
    if last.status is DeliveryStatus.IN_PROGRESS and is_temporary(last.code, last.answer):
        return Text("The user's mail server did not take it yet. It is tried again.")
    is_report = last.status is DeliveryStatus.ERROR and last.known_from == REPORT
    if is_report and in_plain_words(last.code, last.answer) is None:
        return NOT_UNDERSTOOD
    return _EXPLAINED[last.status]


def _known_from(last: LastDelivery, now: datetime, say: Language) -> str:
    if last.status is DeliveryStatus.NONE:
        return ""
    teller = say(KNOWN_FROM[last.known_from]) if last.known_from in KNOWN_FROM else last.known_from
    if last.told_at is None:
        return teller
    return say("{teller}, {age} ago", teller=teller, age=age(now - last.told_at, say))


def _with_age(at: datetime | None, now: datetime, say: Language) -> str:
    return say("{time}, {age} ago", time=at, age=age(now - at, say)) if at else ""


def _answer(last: LastDelivery, say: Language) -> list[Element]:
    if not last.answer:
        return []
    is_ours = last.known_from == MAIL_SERVER
    title = say("The desk's own mail server said:") if is_ours else say("The mail server said:")
    meant = in_plain_words(last.code, last.answer)
    plain = [text(say("In plain words: {words}", words=meant))] if meant else []
    return [text(title, is_strong=True), *verbatim(last.answer), *plain]


def form(say: Language) -> Card:
    """What `email` without an address shows."""
    return card(
        heading(say("Status of the last email")),
        address_field(say),
        buttons=[button(say("Show"), SHOW, reads_inputs=True, is_main=True)],
    )


def address_field(say: Language) -> Element:
    return field(
        ADDRESS,
        say("Email address"),
        say("Type one address, like pat@acme.example."),
        pattern=ADDRESS_PATTERN,
        placeholder="pat.lindqvist@acme.example",
    )


def show_button(address: str, say: Language, title: str = "") -> Element:
    return button(title or say("Email status"), SHOW, {ADDRESS: address})


def look_again_button(address: str, say: Language) -> Element:
    return button(say("Look again"), SHOW, {ADDRESS: address})
