"""The customer's card: what they have, who runs it, how it is set up; and a search inside."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from cards import consent as consent_card
from cards import view as view_card
from cards.elements import Card, Element, Tone, button, card, facts, field, heading, section, text
from cards.found import QUERY, SEARCH, other_buttons, read_as
from cards.order import licenses, used
from cards.origin import origin
from cards.rest import MOST, ListPart, Parts, rest_buttons, shortened
from helpdesk.directory import FIRST_ADMINISTRATORS, Administrator, Found, OrganizationDetails
from helpdesk.directory.reading import LONGEST
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.directory import DomainStatus, License, Organization, RecordSource
from helpdesk.proof.consent import ACCESS_SETTING
from helpdesk.search import HitKind
from helpdesk.sync.settings import READABLE

_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z](?=[a-z])")
MOST_LICENSES = 12
MOST_SETTINGS = 12
_MOST = {
    ListPart.LICENSES: MOST_LICENSES,
    ListPart.ADMINISTRATORS: FIRST_ADMINISTRATORS,
    ListPart.SETTINGS: MOST_SETTINGS,
}


def details(
    found: OrganizationDetails, reader: Sender, now: datetime, say: Language, searched: Found | None = None
) -> Card:
    """`searched` is the search that led here, if one did."""
    organization = found.organization
    return card(
        heading(organization.display_name),
        facts(overview(found, say)),
        _subscriptions(found.licenses[:MOST_LICENSES], say),
        _administrators(found, say),
        _settings(found, say),
        origin(organization.source, organization.synced_at, now, say),
        _from_file(found, say),
        read_as(searched, say),
        field(
            QUERY,
            say("Search inside {organization}", organization=organization.display_name),
            say("Type a name, an address, a number or an id."),
            pattern=r"^.*\S.*$",
            longest=LONGEST,
        ),
        buttons=[
            button(say("Search"), SEARCH, {"organization": organization.id}, reads_inputs=True),
            view_card.open_button(organization.id, say),
            _ask_button(organization, reader, say),
            *_rest(found, say),
            *other_buttons(searched, say),
        ],
    )


def _ask_button(organization: Organization, reader: Sender, say: Language) -> Element | None:
    is_needed = organization.settings.get(ACCESS_SETTING) is not True
    return consent_card.ask_button(organization.id, say) if is_needed and reader.may(Permission.ASK_CONSENT) else None


def parts(found: OrganizationDetails, say: Language) -> Parts:
    """The lists of this card, whole, but for the administrators."""
    return {
        ListPart.LICENSES: [f"{_name(each)}: {used(each, say)}" for each in found.licenses],
        ListPart.DOMAINS: [f"{each.domain} ({domain_status(each.status, say)})" for each in found.domains],
        ListPart.SITES: found.sites,
        ListPart.ORDERS: found.orders,
        ListPart.SETTINGS: [f"{name}: {value}" for name, value in settings_of(found.organization, say)],
    }


def administrator_lines(some: Sequence[Administrator]) -> list[str]:
    return [f"{each.role}: {each.name}, {each.email}" for each in some]


def overview(found: OrganizationDetails, say: Language) -> list[tuple[str, str]]:
    """What there is of it, and how much; titles with words."""
    organization = found.organization
    return [
        (say("Created"), say.date(organization.created) if organization.created else say("not known")),
        (say("Read-only access"), _access(found, say)),
        (say("Users"), say.number(found.people_count)),
        (say("Devices"), say.number(found.device_count)),
        (say("Numbers"), say.number(found.number_count)),
        (say("Claimed domains"), _domains(found, DomainStatus.CLAIMED, say) or say("none known")),
        (say("Verified domains"), _domains(found, DomainStatus.VERIFIED, say) or say("none known")),
        (say("Domains in use"), _domains(found, DomainStatus.IN_USE, say) or say("none known")),
        (say("Webex sites"), shortened(found.sites, say) or say("none known")),
        (say("Web orders"), shortened(found.orders, say) or say("none known")),
        (say("Country"), organization.country or ""),
        (say("Customer id"), organization.id),
    ]


def _access(found: OrganizationDetails, say: Language) -> str:
    allowed = found.organization.settings.get(ACCESS_SETTING)
    if allowed is None:
        return say("not known")
    return say("allowed by the customer") if allowed is True else say("not allowed by the customer")


def _domains(found: OrganizationDetails, status: DomainStatus, say: Language) -> str:
    return shortened([each.domain for each in found.domains if each.status == status], say)


def domain_status(status: str, say: Language) -> str:
    words = {DomainStatus.CLAIMED: say("claimed"), DomainStatus.VERIFIED: say("verified")}
    return words.get(DomainStatus(status), say("in use"))


def _subscriptions(some: list[License], say: Language) -> list[Element]:
    """Licenses with used and total, under the subscription they belong to."""
    if not some:
        return [section(say("Licenses")), text(say("none known"))]
    elements: list[Element] = []
    for subscription, group in groupby(some, key=lambda each: each.subscription_id):
        title = say("Subscription {id}", id=subscription) if subscription else say("Licenses without a subscription")
        elements += [section(title), *licenses(list(group), say)]
    return elements


def _name(license: License) -> str:
    return f"{license.subscription_id} · {license.name}" if license.subscription_id else license.name


def _administrators(found: OrganizationDetails, say: Language) -> list[Element]:
    people = [(each.role, f"{each.name}, {each.email}") for each in found.administrators[:FIRST_ADMINISTRATORS]]
    title = section(say("Administrators"))
    return [title, *facts(people)] if people else [title, text(say("none known"))]


def _settings(found: OrganizationDetails, say: Language) -> list[Element]:
    pairs = settings_of(found.organization, say)[:MOST_SETTINGS]
    title = section(say("Settings"))
    return [title, *facts(pairs)] if pairs else [title, text(say("none known"))]


def settings_of(organization: Organization, say: Language) -> list[tuple[str, str]]:
    """In words, but for the one that says who may look at them."""
    shown = {True: say("on"), False: say("off")}
    return [
        (_words(name), shown[value] if isinstance(value, bool) else str(value))
        for name, value in sorted(organization.settings.items())
        if name != ACCESS_SETTING
    ]


def _words(name: str) -> str:
    """`allowAdminInviteEmails` -> `Allow admin invite emails`: names of settings come as programs spell them."""
    words = _HUMP.sub(lambda letter: f" {letter[0].lower()}", name)
    return words[:1].upper() + words[1:]


def _from_file(found: OrganizationDetails, say: Language) -> list[Element]:
    """What Webex does not tell is of the import file even where the rest was synced."""
    is_synced = found.organization.source == RecordSource.SYNC
    settings = found.organization.settings.keys() - set(READABLE.values())
    is_filed = found.orders or settings or any(each.source == RecordSource.IMPORT for each in found.domains)
    at = found.organization.imported_at
    words = (
        say("Domains, orders and settings are from the import of {date}: Webex does not tell them.", date=say.date(at))
        if at
        else say("Claimed and verified domains, orders and settings are from an import: Webex does not tell them.")
    )
    return [text(words, Tone.SUBTLE)] if is_synced and is_filed else []


def _rest(found: OrganizationDetails, say: Language) -> list[Element]:
    totals = {part: len(lines) for part, lines in parts(found, say).items()}
    totals[ListPart.ADMINISTRATORS] = found.administrator_count
    return [
        each
        for part, total in totals.items()
        for each in rest_buttons(HitKind.ORGANIZATION, found.organization.id, {part: total}, say, _MOST.get(part, MOST))
    ]
