"""The customer's card: what they have, who runs it, how it is set up; and a search inside."""

from itertools import groupby

from cards.elements import Card, Element, Tone, button, card, facts, field, heading, section, text
from cards.found import QUERY, SEARCH
from cards.words import KIND
from helpdesk.directory import OrganizationDetails
from helpdesk.directory.reading import LONGEST, Kind
from helpdesk.language import Language
from helpdesk.store.tables import DomainStatus, License

ACCESS_SETTING = "allowReadOnlyAccess"


def details(found: OrganizationDetails, say: Language, kind: Kind | None = None) -> Card:
    """`kind` says as what the text was read that led here."""
    organization = found.organization
    return card(
        heading(organization.display_name),
        facts(
            [
                (say("Created"), say.date(organization.created) if organization.created else ""),
                (say("Read-only access"), _access(found, say)),
                (say("Users"), say.number(found.people_count)),
                (say("Devices"), say.number(found.device_count)),
                (say("Numbers"), say.number(found.number_count)),
                (say("Claimed domains"), _domains(found, DomainStatus.CLAIMED) or say("none known")),
                (say("Verified domains"), _domains(found, DomainStatus.VERIFIED) or say("none known")),
                (say("Webex sites"), ", ".join(found.sites) or say("none known")),
                (say("Web orders"), ", ".join(found.orders)),
                (say("Customer id"), organization.id),
            ]
        ),
        _subscriptions(found.licenses, say),
        _administrators(found, say),
        _settings(found, say),
        [text(say("Read as {kind}.", kind=KIND[kind]), Tone.SUBTLE)] if kind else [],
        field(
            QUERY,
            say("Search inside {organization}", organization=organization.display_name),
            say("Type a name, an address or an id."),
            pattern=r"^.*\S.*$",
            longest=LONGEST,
        ),
        buttons=[button(say("Search"), SEARCH, {"organization": organization.id}, reads_inputs=True)],
    )


def _access(found: OrganizationDetails, say: Language) -> str:
    allowed = found.organization.settings.get(ACCESS_SETTING)
    if allowed is None:
        return say("not known")
    return say("allowed by the customer") if allowed is True else say("not allowed by the customer")


def _domains(found: OrganizationDetails, status: DomainStatus) -> str:
    return ", ".join(each.domain for each in found.domains if each.status == status)


def _subscriptions(licenses: list[License], say: Language) -> list[Element]:
    """Licenses with used and total, under the subscription they belong to."""
    if not licenses:
        return [section(say("Licenses")), text(say("none known"))]
    elements: list[Element] = []
    for subscription, group in groupby(licenses, key=lambda each: each.subscription_id):
        title = say("Subscription {id}", id=subscription) if subscription else say("Licenses without a subscription")
        elements += [section(title), *facts((each.name, _used(each, say)) for each in group)]
    return elements


def _used(license: License, say: Language) -> str:
    if license.total_units is None:
        return say("total not known")
    used, total = say.number(license.consumed_units or 0), say.number(license.total_units)
    return say("{used} of {total} used", used=used, total=total)


def _administrators(found: OrganizationDetails, say: Language) -> list[Element]:
    people = [(each.role, f"{each.name}, {each.email}") for each in found.administrators]
    title = section(say("Administrators"))
    return [title, *facts(people)] if people else [title, text(say("none known"))]


def _settings(found: OrganizationDetails, say: Language) -> list[Element]:
    shown = {True: say("on"), False: say("off")}
    pairs = [
        (name, shown[value] if isinstance(value, bool) else str(value))
        for name, value in sorted(found.organization.settings.items())
        if name != ACCESS_SETTING
    ]
    return [section(say("Settings")), *facts(pairs)] if pairs else []
