"""A partner with four customers, invented: enough of everything to try the desk on.

Pat Lindqvist of Acme gets no mail (the last one bounced, and the address is suppressed since);
Sam Okafor of Acme gets all of them. Domains and numbers are of the ranges kept free for examples.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from playground.demo import mails
from playground.demo.customers import CUSTOMERS, PARTNER, Customer
from playground.demo.people import ROLES, Organization, organization
from playground.identifiers import identifier
from playground.rest.answers import moment
from playground.rooms import Json

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def demo_file(seed: int = 7, now: datetime = NOW) -> Json:
    """The import file of the demo. Equal arguments give equal files; times lie before `now`."""
    random = Random(seed)  # noqa: S311 - no secret
    roles = {name: identifier("ROLE", f"00000000-0000-4000-8000-{place:012}") for place, name in enumerate(ROLES, 1)}
    made = [organization(one, roles, random, now) for one in (PARTNER, *CUSTOMERS)]
    addresses = [person["emails"][0] for one in made[1:] for person in one.people]
    return {
        "organizations": [_organization(one, now) for one in made],
        "roles": [{"id": unique, "name": name} for name, unique in roles.items()],
        "licenses": [license_ for one in made for license_ in one.licenses],
        "people": [person for one in made for person in one.people],
        "devices": [device for one in made for device in one.devices],
        "numbers": [number for one in made for number in one.numbers],
        "emails": mails.emails(addresses, random, now),
        "suppressions": mails.suppressions(addresses, random, now),
    }


def _organization(made: Organization, now: datetime) -> Json:
    customer = made.customer
    return {
        "id": made.id,
        "displayName": customer.name,
        "created": moment(now - timedelta(days=customer.created)),
        "country": customer.country,
        "domains": _domains(customer),
        "sites": list(customer.sites),
        "orders": list(customer.orders),
        "settings": {
            "allowReadOnlyAccess": customer.allows_access,
            "allowAdminInviteEmails": True,
            "directorySynchronization": customer.size > 50,
            "singleSignOn": customer.allows_access,
        },
    }


def _domains(customer: Customer) -> list[Json]:
    claimed = [{"domain": one, "status": "claimed"} for one in customer.claimed]
    return claimed + [{"domain": one, "status": "verified"} for one in customer.verified]
