"""The device's card: which one it is, whose, where, and whether it is connected; and how any card names one."""

from datetime import datetime

from cards.elements import Card, Tone, card, facts, heading
from cards.found import customer_button, other_buttons, owner_button, read_as, shown_as
from cards.origin import origin
from cards.rest import shortened
from cards.words import CONNECTION
from helpdesk.directory import DeviceDetails, Found
from helpdesk.directory.phones import shown
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.directory import Device


def details(found: DeviceDetails, now: datetime, say: Language, searched: Found | None = None) -> Card:
    """`searched` is the search that led here, if one did."""
    device = found.device
    return card(
        heading(device.display_name or device.product or say("Device"), _tone(device)),
        facts(
            [
                (say("State"), state(device, say)),
                (say("User"), f"{found.owner.display_name}, {found.owner.email}" if found.owner else say("none")),
                (say("Customer"), found.organization.display_name),
                (say("Workspace"), device.workspace or ""),
                (say("Where"), device.location or ""),
                (say("Product"), device.product or ""),
                (say("Serial number"), device.serial or ""),
                (say("MAC address"), device.mac or ""),
                (say("SIP address"), shortened(found.sip_urls, say)),
                (say("IP address"), device.ip or ""),
                (say("Software"), device.software or ""),
                (say("Numbers"), ", ".join(shown(each.phone_number) for each in found.numbers)),
                (say("Last seen"), say.time(device.last_seen) if device.last_seen else say("not known")),
            ]
        ),
        origin(device.source, found.as_of, now, say),
        read_as(searched, say),
        buttons=[
            owner_button(found.owner, say),
            customer_button(found.organization, say),
            *other_buttons(searched, say),
        ],
    )


def named(device: Device, say: Language) -> str:
    """`Pat's desk (Cisco Desk Pro, connected)`; the product is often in the name already."""
    product = "" if (device.product or "") in device.display_name else device.product
    known = ", ".join(part for part in (product, state(device, say)) if part)
    return f"{device.display_name} ({known})" if known else device.display_name


def state(device: Device, say: Language) -> str:
    return shown_as(CONNECTION, device.connection_status, say)


def _tone(device: Device) -> Tone:
    is_away = (device.connection_status or "").startswith(("disconnected", "offline_expired"))
    return Tone.WARNING if is_away else Tone.PLAIN
