"""The user's card: who it is, whether the caller is proven, whether mail reaches them."""

from datetime import datetime

from cards import email as email_card
from cards import found as found_card
from cards import suppression as suppression_card
from cards import verification as verification_card
from cards.device import named
from cards.elements import Card, Element, Tone, card, facts, heading, text, verbatim
from cards.origin import origin
from cards.rest import ListPart, Parts, rest_buttons, shortened
from cards.words import DELIVERY, USER_STATUS
from helpdesk.directory import Found, PersonDetails
from helpdesk.directory.phones import shown
from helpdesk.mail.reach import Reach
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.proof.verification import Verified
from helpdesk.search import HitKind


def details(
    found: PersonDetails,
    *,
    reach: Reach,
    verified: Verified | None,
    reader: Sender,
    now: datetime,
    say: Language,
    searched: Found | None = None,
) -> Card:
    """`searched` is the search that led here, if one did; buttons are those that `reader` may press."""
    person, delivery = found.person, reach.last
    return card(
        heading(person.display_name),
        _gone(found, say),
        verification_card.badge(verified, now, say),
        facts(_identity(found, say)),
        facts(_mail(reach, say)),
        verbatim(delivery.answer) if delivery.answer and delivery.status is DeliveryStatus.ERROR else [],
        facts(_services(found, say)),
        origin(person.source, found.as_of, now, say),
        found_card.read_as(searched, say),
        buttons=[
            *_buttons(found, reach, verified, reader, say),
            *rest_buttons(
                HitKind.PERSON, person.id, {part: len(each) for part, each in parts(found, say).items()}, say
            ),
            *found_card.other_buttons(searched, say),
        ],
    )


def _gone(found: PersonDetails, say: Language) -> list[Element]:
    if not found.person.gone_at:
        return []
    words = say(
        "Webex no longer knows this user. The desk has known that since {time}.", time=say.time(found.person.gone_at)
    )
    return [text(words, Tone.WARNING), text(say("The next sync removes this user here."), Tone.SUBTLE)]


def parts(found: PersonDetails, say: Language) -> Parts:
    """The lists of this card, whole."""
    person = found.person
    features = {True: say("on"), False: say("off")}
    numbers = dict.fromkeys([*(number.phone_number for number in found.numbers), *person.phone_numbers])
    return {
        ListPart.LICENSES: [license.name for license in found.licenses],
        ListPart.DEVICES: [named(device, say) for device in found.devices],
        ListPart.NUMBERS: [shown(number) for number in numbers],
        ListPart.SITES: person.site_urls,
        ListPart.FEATURES: [f"{name}: {features[is_on]}" for name, is_on in sorted(person.features.items())],
    }


def _identity(found: PersonDetails, say: Language) -> list[tuple[str, str]]:
    person = found.person
    return [
        (say("Email"), shortened(found.emails, say)),
        (say("Customer"), found.organization.display_name),
        (say("Status"), say(USER_STATUS[found.status])),
        (say("Roles"), shortened(found.roles, say) or say("none")),
        (say("Created"), say.date(person.created) if person.created else say("not known")),
        (say("Last activity"), say.time(person.last_activity) if person.last_activity else say("none known")),
    ]


def _mail(reach: Reach, say: Language) -> list[tuple[str, str]]:
    last = say(DELIVERY[reach.last.status])
    if reach.last.at:
        last = f"{last}, {say.time(reach.last.at)}"
    if reach.last.problem:
        last = say("unknown: {problem}", problem=reach.last.problem)
    return [(say("Last email"), last), (say("Suppression list"), email_card.listed(reach, say))]


def _services(found: PersonDetails, say: Language) -> list[tuple[str, str]]:
    person = found.person
    lists = parts(found, say)
    on = sorted(name for name, is_on in person.features.items() if is_on)
    off = sorted(name for name, is_on in person.features.items() if not is_on)
    # Most are told of nobody: that is no word that all are off.
    no_feature = say("none") if person.features else say("not known")
    return [
        (say("Licenses"), shortened(lists[ListPart.LICENSES], say) or say("none")),
        (say("Devices"), shortened(lists[ListPart.DEVICES], say) or say("none")),
        (say("Numbers"), shortened(lists[ListPart.NUMBERS], say) or say("none")),
        (say("Extension"), person.extension or ""),
        (say("Where"), person.location or ""),
        (say("Sites"), shortened(lists[ListPart.SITES], say) or say("none known")),
        (say("Features on"), shortened(on, say) or no_feature),
        (say("Features off"), shortened(off, say) or no_feature),
        (say("User id"), person.id),
    ]


def _buttons(
    found: PersonDetails,
    reach: Reach,
    verified: Verified | None,
    reader: Sender,
    say: Language,
) -> list[Element | None]:
    person = found.person
    may = reader.may
    return [
        verification_card.send_button(person.id, say, is_main=verified is None) if may(Permission.VERIFY) else None,
        suppression_card.show_button(person.email, say) if reach.entries and may(Permission.UNSUPPRESS) else None,
        email_card.show_button(person.email, say) if may(Permission.READ_EMAIL) else None,
        found_card.customer_button(found.organization, say),
    ]
