"""A partner with customers made up by the test, its Service App, and a sync of it over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.sync.pace import EvenPace
from helpdesk.sync.refresh import Refresh
from helpdesk.sync.tokens import RefreshedTokens
from helpdesk.sync.whole import Sync
from playground.cloud import Cloud
from playground.identifiers import identifier
from playground.partner import Partner, ServiceApp

CREATED = "2026-01-15T09:30:00.000Z"
FAST = 100_000.0


def org(number: int) -> str:
    return f"a0000000-0000-4000-8000-{number:012}"


def key(organization: int, number: int, kind: str = "b") -> str:
    return f"{kind}0000000-0000-4000-8000-{organization:06}{number:06}"


ROLE = {"id": identifier("ROLE", "d0000000-0000-4000-8000-000000000001"), "name": "Full Administrator"}


def person(organization: int, number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": identifier("PEOPLE", key(organization, number)),
        "orgId": identifier("ORGANIZATION", org(organization)),
        "emails": [f"person{number}@customer{organization}.example"],
        "displayName": f"Person {number} of {organization}",
        "licenses": [identifier("LICENSE", key(organization, 1, "c"))],
        "roles": [ROLE["id"]] if number == 1 else [],
        "created": CREATED,
        "lastActivity": CREATED,
        "loginEnabled": True,
        "invitePending": False,
        "features": {"Recording": True},
        **more,
    }


def file(customers: int = 3, people: int = 3) -> dict[str, Any]:
    """An import file: each customer with people, a license, a device, a number."""
    numbered = range(1, customers + 1)
    ids = {each: identifier("ORGANIZATION", org(each)) for each in numbered}
    return {
        "organizations": [
            {"id": ids[each], "displayName": f"Customer {each}", "created": CREATED} for each in numbered
        ],
        "roles": [ROLE],
        "people": [person(each, number) for each in numbered for number in range(1, people + 1)],
        "licenses": [
            {
                "id": identifier("LICENSE", key(each, 1, "c")),
                "orgId": ids[each],
                "name": "Meetings",
                "totalUnits": 10,
                "consumedUnits": 3,
                "siteUrl": f"customer{each}.webex.example",
            }
            for each in numbered
        ],
        "devices": [
            {
                "id": identifier("DEVICE", key(each, 1, "e")),
                "orgId": ids[each],
                "personId": identifier("PEOPLE", key(each, 1)),
                "displayName": "Desk Pro",
                "serial": f"SN{each}",
                "connectionStatus": "connected",
                "created": CREATED,
            }
            for each in numbered
        ],
        "numbers": [
            {
                "phoneNumber": f"+1212555{each:04}",
                "orgId": ids[each],
                "ownerId": identifier("PEOPLE", key(each, 1)),
                "state": "ACTIVE",
            }
            for each in numbered
        ],
    }


@dataclass
class Stage:
    cloud: Cloud
    app: ServiceApp
    store: Store
    client: WebexClient

    @property
    def partner(self) -> Partner:
        return self.cloud.partner

    def sync(self, holder: str = "one", **more: Any) -> Sync:
        return Sync(self.store, self.client, holder, **more)

    @property
    def refresh(self) -> Refresh:
        return Refresh(self.store, self.client, seconds=5)


@asynccontextmanager
async def stage(store: Store, data: dict[str, Any]) -> AsyncIterator[Stage]:
    cloud = Cloud()
    app = cloud.add_service_app("Help desk reader")
    cloud.partner.fill(data)
    async with cloud.serve(), open_session() as session:
        tokens = RefreshedTokens(session, cloud.url, app.client_id, app.client_secret, app.refresh_token)
        yield Stage(cloud, app, store, WebexClient(session, cloud.url, tokens, pace=EvenPace(FAST)))
