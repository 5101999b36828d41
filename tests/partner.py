"""A partner with many customers who look alike: the same names, family names, shared domains, numbers and devices.

Some rows even point from one customer to another (a device whose owner is elsewhere), as bad data does.
"""

from collections.abc import Collection, Iterator
from random import Random
from typing import Any
from uuid import UUID

Json = dict[str, Any]

_COMPANIES = ("Acme", "Acme Ltd", "Northwind", "Nordlys", "Söhne & Co", "東雲 Trading", "Contoso")
_GIVEN = ("Ana", "Zoë", "Li", "Maria", "Håkon", "Иван", "Sam", "Pat", "Jo")
_FAMILY = ("Smith", "Müller", "O'Brien", "Nguyen", "Lindqvist", "Иванов", "García", "Li")
_REASONS = ("bounce", "complaint", "block", "invalid")
_STATUSES = ("delivered", "error", "in progress", "unknown")
SHARED_DOMAIN = "mail.example"
COUNT, PEOPLE = 50, 12


def partner(seed: int) -> Json:
    """An import file of COUNT customers with PEOPLE people each."""
    random = Random(seed)  # noqa: S311
    file: Json = {"organizations": [], "licenses": [], "people": [], "devices": [], "numbers": []}
    file["roles"] = [{"id": _uuid(random), "name": "Full Administrator"}]
    for place in range(COUNT):
        _add_customer(file, place, random)
    _cross(file, random)
    _add_mails(file, random)
    return file


def only(file: Json, customers: Collection[str]) -> Json:
    """The file of a partner who has only the customers with these ids, who alone were ever written to."""
    kept: Json = {"organizations": [each for each in file["organizations"] if each["id"] in customers]}
    for name in ("licenses", "people", "devices", "numbers"):
        kept[name] = [each for each in file[name] if each["orgId"] in customers]
    theirs = {address for person in kept["people"] for address in person["emails"]}
    for name in ("emails", "suppressions"):
        kept[name] = [each for each in file[name] if each["address"] in theirs]
    return kept | {"roles": file["roles"]}


def strings(node: Any) -> Iterator[str]:
    """Every text within `node`, keys apart."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | dict):
        for each in node.values() if isinstance(node, dict) else node:
            yield from strings(each)


def _add_customer(file: Json, place: int, random: Random) -> None:
    own, key = f"c{place:02}.example", _uuid(random)
    file["organizations"].append(
        {
            "id": key,
            "displayName": random.choice(_COMPANIES),
            "created": f"2024-01-{place % 28 + 1:02}T00:00:00Z",
            "domains": [{"domain": own, "status": "claimed"}, {"domain": SHARED_DOMAIN, "status": "verified"}],
            "sites": [f"c{place:02}.webex.example"],
            "orders": [f"W{7_000_000 + place // 2}"],
        }
    )
    licenses = [
        {"id": _uuid(random), "orgId": key, "name": name, "subscriptionId": f"Sub{900_000 + place // 2}"}
        | {"totalUnits": random.randrange(20, 900), "consumedUnits": random.randrange(20)}
        for name in ("Meetings", "Calling")
    ]
    file["licenses"] += licenses
    for number in range(PEOPLE):
        person = _person(file, own, key, f"{place}.{number}", licenses, random)
        _add_things(file, person, place, number, random)


def _person(file: Json, own: str, key: str, place: str, licenses: list[Json], random: Random) -> Json:
    given, family = random.choice(_GIVEN), random.choice(_FAMILY)
    domain = random.choice((own, own, SHARED_DOMAIN))
    person = {
        "id": _uuid(random),
        "orgId": key,
        "emails": [f"user.{place}@{domain}"],
        "displayName": f"{given} {family}",
        "firstName": given,
        "lastName": family,
        "loginEnabled": random.random() < 0.9,
        "invitePending": random.random() < 0.1,
        "accountStatus": random.choice(("active", "active", "pending")),
        "licenses": [each["id"] for each in licenses if random.random() < 0.7],
        "roles": [file["roles"][0]["id"]] if random.random() < 0.15 else [],
    }
    file["people"].append(person)
    return person


def _add_things(file: Json, person: Json, place: int, number: int, random: Random) -> None:
    """Two neighbours have the same phone numbers and serial numbers."""
    same = f"{place // 2:02}{number:02}"
    if number % 3 == 0:
        phone = {"phoneNumber": f"+1212555{same}", "orgId": person["orgId"], "ownerId": person["id"], "state": "ACTIVE"}
        file["numbers"].append(phone)
    if number % 4 == 0:
        device = {"id": _uuid(random), "orgId": person["orgId"], "personId": person["id"], "product": "Desk Pro"}
        names = {"displayName": "Board room", "serial": f"FOC{same}ABC", "mac": f"00:00:5E:{place:02X}:53:{number:02X}"}
        file["devices"].append(device | names | {"primarySipUrl": f"room.{same}@rooms.example"})


def _cross(file: Json, random: Random) -> None:
    """Rows of one customer that point at another's, and people of two customers with one address."""
    people = file["people"]
    for each in random.sample(people, 40):
        each["emails"].append(random.choice(people)["emails"][0])
    for each in random.sample(people, 40):
        each["licenses"].append(random.choice(file["licenses"])["id"])
    for each in random.sample(file["devices"], 30):
        each["personId"] = random.choice(people)["id"]
    for each in random.sample(file["numbers"], 30):
        each["ownerId"] = random.choice(people)["id"]


def _add_mails(file: Json, random: Random) -> None:
    """Mail went to people of all customers, and to addresses that nobody has any more."""
    addresses = sorted({address for person in file["people"] for address in person["emails"]})
    addresses += [f"gone.{place}@c{place:02}.example" for place in range(COUNT)]
    file["emails"] = [
        {
            "address": address,
            "subject": f"Welcome, {address}",
            "sentAt": f"2026-01-{random.randrange(1, 28):02}T08:00:00Z",
        }
        | {"status": random.choice(_STATUSES), "detail": f"250 ok for {address}"}
        for address in random.sample(addresses, len(addresses) * 2 // 3)
    ]
    file["suppressions"] = [
        {"address": address, "reason": random.choice(_REASONS), "detail": f"550 no {address}"}
        for address in random.sample(addresses, len(addresses) // 2)
    ]


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
