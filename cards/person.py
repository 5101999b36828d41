"""The user's card: who it is, whether the caller is proven, whether mail reaches them."""

from collections.abc import Sequence
from datetime import datetime

from cards import email as email_card
from cards import found as found_card
from cards import suppression as suppression_card
from cards import verification as verification_card
from cards.elements import Card, Element, Tone, button, card, facts, heading, text, verbatim
from cards.words import DELIVERY, KIND, REASON, USER_STATUS
from helpdesk.access import Permission, Sender
from helpdesk.delivery import LastDelivery
from helpdesk.directory import HitKind, PersonDetails
from helpdesk.directory.reading import Kind
from helpdesk.language import Language
from helpdesk.store.tables import DeliveryStatus, Device, Suppression
from helpdesk.verification import Verified


def details(
    found: PersonDetails,
    *,
    delivery: LastDelivery,
    suppressions: Sequence[Suppression],
    verified: Verified | None,
    reader: Sender,
    now: datetime,
    say: Language,
    kind: Kind | None = None,
) -> Card:
    """`kind` says as what the text was read that led here; buttons are those that `reader` may press."""
    person = found.person
    return card(
        heading(person.display_name),
        verification_card.badge(verified, now, say),
        facts(_identity(found, say)),
        facts(_mail(delivery, suppressions, say)),
        verbatim(delivery.answer) if delivery.answer and delivery.status is DeliveryStatus.ERROR else [],
        facts(_services(found, say)),
        [text(say("Read as {kind}.", kind=KIND[kind]), Tone.SUBTLE)] if kind else [],
        buttons=_buttons(found, suppressions, verified, reader, say),
    )


def _identity(found: PersonDetails, say: Language) -> list[tuple[str, str]]:
    person = found.person
    return [
        (say("Email"), ", ".join(found.emails)),
        (say("Customer"), found.organization.display_name),
        (say("Status"), say(USER_STATUS[found.status])),
        (say("Roles"), ", ".join(found.roles)),
        (say("Created"), say.date(person.created) if person.created else ""),
        (say("Last activity"), say.time(person.last_activity) if person.last_activity else say("none known")),
    ]


def _mail(delivery: LastDelivery, suppressions: Sequence[Suppression], say: Language) -> list[tuple[str, str]]:
    listed = [
        say("{reason}, since {date}", reason=REASON[each.reason], date=say.date(each.since))  # type: ignore[index]
        if each.since
        else say(REASON[each.reason])  # type: ignore[index]
        for each in suppressions
    ]
    last = say(DELIVERY[delivery.status])
    if delivery.at:
        last = f"{last}, {say.time(delivery.at)}"
    return [
        (say("Last email"), last),
        (say("Suppression list"), "; ".join(listed) if listed else say("not listed")),
    ]


def _services(found: PersonDetails, say: Language) -> list[tuple[str, str]]:
    person = found.person
    on = sorted(name for name, is_on in person.features.items() if is_on)
    off = sorted(name for name, is_on in person.features.items() if not is_on)
    numbers = dict.fromkeys([*(number.phone_number for number in found.numbers), *person.phone_numbers])
    return [
        (say("Licenses"), ", ".join(license.name for license in found.licenses) or say("none")),
        (say("Devices"), ", ".join(_device(device) for device in found.devices) or say("none")),
        (say("Numbers"), ", ".join(numbers)),
        (say("Sites"), ", ".join(person.site_urls)),
        (say("Features on"), ", ".join(on)),
        (say("Features off"), ", ".join(off)),
        (say("User id"), person.id),
    ]


def _device(device: Device) -> str:
    known = ", ".join(part for part in (device.product, device.connection_status) if part)
    return f"{device.display_name} ({known})" if known else device.display_name


def _buttons(
    found: PersonDetails,
    suppressions: Sequence[Suppression],
    verified: Verified | None,
    reader: Sender,
    say: Language,
) -> list[Element | None]:
    person = found.person
    may = reader.may
    return [
        verification_card.send_button(person.id, say, is_main=verified is None) if may(Permission.VERIFY) else None,
        suppression_card.show_button(person.email, say) if suppressions and may(Permission.UNSUPPRESS) else None,
        email_card.show_button(person.email, say) if may(Permission.READ_EMAIL) else None,
        button(
            say("Customer"),
            found_card.OPEN,
            found_card.open_about(HitKind.ORGANIZATION, found.organization.id),
        ),
    ]
