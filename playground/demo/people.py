"""The people of the demo's organizations, with their licenses, roles, devices and numbers."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from playground.demo.customers import PARTNER, Customer
from playground.demo.names import FAMILY, GIVEN, HOSTILE, OTHER_SCRIPTS, TWIN
from playground.identifiers import identifier
from playground.rest.answers import moment
from playground.rooms import Json

ROLES = (
    "Full Administrator",
    "Read-only Administrator",
    "User and Device Administrator",
    "Support Administrator",
    "Compliance Officer",
)
# License name, and how many of ten people hold one; a meeting license belongs to a site.
LICENSES = (
    ("Messaging", 10),
    ("Meeting - Webex Meetings Suite", 8),
    ("Webex Calling - Professional", 6),
    ("Event - Webex Webinars 1000", 1),
)
PRODUCTS = (
    ("Cisco Desk Pro", "roomdesk"),
    ("Cisco Room Bar", "roomdesk"),
    ("Cisco 8845", "phone"),
    ("Cisco 9861", "phone"),
    ("Cisco Board 55", "roomdesk"),
)
FEATURES = ("Screen sharing", "Recording", "Message translation", "Call recording", "File sharing")
# People the demo's story needs: who they are, and where.
KNOWN = {
    "partner": ("Ana Ruiz", "Bo Larsen"),
    "acme": ("Pat Lindqvist", "Sam Okafor", "Robin Achterberg", TWIN),
    "mueller": (TWIN, "Jürgen Großmann"),
    "nordlys": ("Ingeborg Ås",),
    "shinonome": (),
}
# Letters no normal form takes apart.
SPELLED = {ord("ø"): "o", ord("ł"): "l", ord("ß"): "ss", ord("ı"): "i", ord("'"): ""}
ADMINISTRATORS = ("Ana Ruiz", "Robin Achterberg", "Jürgen Großmann", "Ingeborg Ås")


@dataclass
class Organization:
    """One organization's records, in the shape of the import file."""

    customer: Customer
    id: str
    licenses: list[Json] = field(default_factory=list)
    people: list[Json] = field(default_factory=list)
    devices: list[Json] = field(default_factory=list)
    numbers: list[Json] = field(default_factory=list)


def organization(customer: Customer, roles: dict[str, str], random: Random, now: datetime) -> Organization:
    """`roles` are the role ids by name; everything else comes from `random`."""
    made = Organization(customer, identifier("ORGANIZATION", _uuid(random)))
    made.licenses = _licenses(made, random)
    for place, (name, local) in enumerate(_names(customer, random)):
        person = _person(made, name, local, roles, random, now)
        made.people.append(person)
        if place % 2 == 0:
            made.numbers.append(_number(made, person, len(made.numbers)))
            person |= {"extension": made.numbers[-1]["extension"], "location": customer.city}
            person["phoneNumbers"] = [{"type": "work", "value": made.numbers[-1]["phoneNumber"], "primary": True}]
        if place % 3 == 0:
            made.devices.append(_device(made, person, random, now))
    # Numbers nobody has yet are the organization's too.
    made.numbers += [_number(made, None, len(made.numbers) + extra) for extra in range(3)]
    made.numbers[-3] |= {"state": "ACTIVE", "ownerName": "Front desk", "ownerType": "HUNT_GROUP"}
    made.numbers.append(
        {"phoneNumber": "", "extension": "7000", "orgId": made.id, "ownerName": "Lobby", "ownerType": "PLACE"}
    )
    for license_ in made.licenses:
        held = sum(license_["id"] in one["licenses"] for one in made.people)
        license_ |= {"consumedUnits": held, "consumedByUsers": held, "totalUnits": held + random.choice((0, 3, 10, 25))}
    return made


def _names(customer: Customer, random: Random) -> list[tuple[str, str]]:
    """Display names and the local parts of their addresses; no address twice."""
    names = [(name, _local(name)) for name in KNOWN[customer.key]]
    if customer.key == "acme":
        names.append(HOSTILE)
    if customer is not PARTNER:
        count = len(OTHER_SCRIPTS) if customer.key == "shinonome" else 2
        names += random.sample(OTHER_SCRIPTS, count)
    taken = {local for _, local in names}
    while len(names) < customer.size:
        name = f"{random.choice(GIVEN)} {random.choice(FAMILY)}"
        if (local := _local(name)) not in taken:
            taken.add(local)
            names.append((name, local))
    return names


def _person(made: Organization, name: str, local: str, roles: dict[str, str], random: Random, now: datetime) -> Json:
    customer = made.customer
    is_known = name in KNOWN[customer.key]
    first, _, last = name.partition(" ")
    usual = (customer.domain,) * 4
    domain = customer.domain if is_known else random.choice(usual + customer.claimed + customer.verified)
    created = now - timedelta(days=random.randrange(1, customer.created), minutes=random.randrange(1440))
    return {
        "id": identifier("PEOPLE", _uuid(random)),
        "emails": [f"{local}@{domain}"],
        "phoneNumbers": [],
        "displayName": name,
        "firstName": first,
        "lastName": last,
        "orgId": made.id,
        "roles": [roles[one] for one in _roles(name, is_known, random)],
        "licenses": _held(made, random),
        "created": moment(created),
        "lastModified": moment(created),
        "timezone": "Europe/Oslo",
        "preferredLanguage": customer.language,
        "siteUrls": [customer.sites[0], *([f"{customer.sites[1]}#attendee"] if random.random() < 0.2 else [])],
        "type": "person",
        "features": {one: random.random() < 0.7 for one in FEATURES},
        **_state(is_known, random, created, now),
    }


def _held(made: Organization, random: Random) -> list[str]:
    """The ids of the licenses one person has."""
    shares = zip(made.licenses, LICENSES, strict=True)
    return [one["id"] for one, (_, share) in shares if random.random() * 10 < share]


def _roles(name: str, is_known: bool, random: Random) -> list[str]:
    if name in ADMINISTRATORS:
        return ["Full Administrator"]
    return [random.choice(ROLES)] if not is_known and random.random() < 0.06 else []


def _state(is_known: bool, random: Random, created: datetime, now: datetime) -> Json:
    """Most people use Webex; some never signed in, were switched off, or wait for a claim."""
    roll = 1.0 if is_known else random.random()
    seen = max(created, now - timedelta(minutes=random.randrange(20, 40_000)))
    presence = random.choice(("active", "inactive", "meeting", "call", "OutOfOffice"))
    usual: Json = {"status": "unknown", "invitePending": False, "loginEnabled": True}
    if roll < 0.05:
        return usual | {"status": "pending", "invitePending": True}
    if roll < 0.09:
        return usual | {"status": "pending", "invitePending": True, "accountStatus": "pending"}
    if roll < 0.13:
        return usual | {"status": "inactive", "loginEnabled": False, "accountStatus": "disabled"}
    if roll < 0.16:
        return usual | {"accountStatus": "transient"}
    if roll < 0.19:
        return usual  # verified the address, and never signed in since
    return usual | {"status": presence, "accountStatus": "active", "lastActivity": moment(seen)}


def _licenses(made: Organization, random: Random) -> list[Json]:
    found = []
    for place, (name, _) in enumerate(LICENSES):
        subscriptions = made.customer.subscriptions
        has_site = name.startswith(("Meeting", "Event"))
        site: Json = {"siteUrl": made.customer.sites[0], "siteType": "Control Hub managed site"} if has_site else {}
        about: Json = {
            "name": name,
            "subscriptionId": subscriptions[place % len(subscriptions)],
            "consumedByWorkspaces": 0,
        }
        found.append({"id": identifier("LICENSE", _uuid(random)), "orgId": made.id, **about, **site})
    return found


def _number(made: Organization, owner: Json | None, place: int) -> Json:
    phone = made.customer.numbers.format(made.customer.first_number + place)
    owned = {"ownerId": owner["id"]} if owner else {}
    return {
        "phoneNumber": phone,
        "extension": phone[-4:],
        "orgId": made.id,
        **owned,
        **({"ownerType": "PEOPLE", "ownerName": owner["displayName"]} if owner else {}),
        "state": "ACTIVE" if owner else "INACTIVE",
        "location": made.customer.city,
    }


def _device(made: Organization, owner: Json, random: Random, now: datetime) -> Json:
    product, kind = random.choice(PRODUCTS)
    count = len(made.devices) + 1
    local = owner["emails"][0].partition("@")[0]
    seen = now - timedelta(minutes=random.randrange(1, 90_000))
    return {
        "id": identifier("DEVICE", _uuid(random)),
        "orgId": made.id,
        "personId": owner["id"],
        "displayName": f"{owner['displayName']} - {product}",
        "product": product,
        "type": kind,
        "serial": f"DEMO{made.customer.key[:3].upper()}{count:04}",
        "mac": f"00:00:5E:00:53:{made.customer.first_device + count:02X}",
        "primarySipUrl": f"{local}.{count}@{made.customer.key}.rooms.example",
        "connectionStatus": random.choice(("connected", "connected", "connected", "disconnected", "offline_expired")),
        "software": "RoomOS 11.20.1 demo",
        "ip": f"192.0.2.{count}",
        "location": made.customer.city,
        "tags": [],
        "created": moment(now - timedelta(days=random.randrange(30, 900))),
        "lastSeen": moment(seen),
    }


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _local(name: str) -> str:
    """`Håkon Großmann` writes from `hakon.grossmann`."""
    spelled = name.lower().translate(SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return ".".join(plain.replace("-", " ").split())
