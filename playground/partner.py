"""A partner's customers as Webex's admin APIs know them, and the Service App whose tokens may read them.

Filled with an import file's records. What can go wrong for one customer, one list or one token is set here.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.activation import Activations
from playground.identifiers import identifier, new_uuid, uuid_in
from playground.refusals import Refusal
from playground.rooms import Account, Json

ACCESS_SECONDS = 3600.0
REFRESH_SECONDS = 90 * 24 * 3600.0


@dataclass
class ServiceApp:
    """A machine's account; `rotates` hands out another refresh token each time, and takes the old one back."""

    account: Account
    client_id: str
    client_secret: str
    refresh_token: str
    access_seconds: float = ACCESS_SECONDS
    rotates: bool = False
    refreshed: int = 0


@dataclass
class Partner:
    """`refusals`: statuses by list and organization (its uuid; "" for all). `links_to`: where pages lead instead."""

    organizations: dict[str, Json] = field(default_factory=dict)
    roles: list[Json] = field(default_factory=list)
    records: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    apps: list[ServiceApp] = field(default_factory=list)
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)
    links_to: str = ""
    names_next_place: bool = True  # whether lists by `start` have a Link to what follows
    page_size: int = 100
    on_call: Callable[[str], None] = lambda _: None  # hears of each list that is asked for
    tokens: dict[str, tuple[Account, float]] = field(default_factory=dict)
    activations: Activations = field(default_factory=Activations)

    def fill(self, file: Json) -> None:
        """Take over an import file's organizations and what they have, in place of what was here."""
        self.organizations = {uuid_in(one["id"]): one for one in file["organizations"]}
        self.roles = list(file.get("roles", []))
        self.records = {key: {kind: [] for kind in KINDS} for key in self.organizations}
        for kind in KINDS:
            for one in file.get(kind, []):
                self.records[uuid_in(one["orgId"])][kind].append(self._placed(one))

    def _placed(self, one: Json) -> Json:
        """With the ids of its location and its workspace, which a file knows by their names."""
        has = self.records[uuid_in(one["orgId"])]
        for place, kind, name in (("location", "LOCATION", "name"), ("workspace", "PLACE", "displayName")):
            if place not in one:
                continue
            found = next((each for each in has[f"{place}s"] if each[name] == one[place]), None)
            if found is None:
                found = {"id": identifier(kind, new_uuid()), name: one[place], "orgId": one["orgId"]}
                has[f"{place}s"].append(found)
            one = {**one, f"{place}Id": found["id"]}
        return one

    def listed(self, kind: str, organization: str) -> list[Json]:
        """What an organization has of a kind. Raises Refusal."""
        key = uuid_in(organization)
        self.asked(kind, key)
        if key not in self.records:
            raise Refusal(404, "Could not find an organization with the provided ID.")
        return self.records[key].get(kind, [])

    def asked(self, kind: str, key: str = "") -> None:
        """Somebody asks for a list, of an organization or of all. Raises Refusal where that is not to work."""
        self.on_call(kind)
        if status := self.refusals.get((kind, key)) or self.refusals.get((kind, "")):
            raise Refusal(status, "The server understood the request, and something is wrong with it on purpose.")

    def token_for(self, form: dict[str, str]) -> Json:
        """A new access token for a refresh token. Raises Refusal (400, 401)."""
        if form.get("grant_type") != "refresh_token":
            raise Refusal(400, "grant_type must be refresh_token.")
        for app in self.apps:
            if (form.get("client_id"), form.get("client_secret")) != (app.client_id, app.client_secret):
                continue
            if form.get("refresh_token") == app.refresh_token:
                return self._issued(app)
        raise Refusal(401, "invalid_grant")

    def account_of(self, token: str) -> Account | None:
        account, until = self.tokens.get(token, (None, 0.0))
        return account if time.monotonic() < until else None

    def revoke_tokens(self) -> None:
        """No access token is good any more; refresh tokens are."""
        self.tokens.clear()

    def _issued(self, app: ServiceApp) -> Json:
        app.refreshed += 1
        if app.rotates:
            app.refresh_token = secrets.token_urlsafe(24)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = (app.account, time.monotonic() + app.access_seconds)
        return {
            "access_token": token,
            "expires_in": app.access_seconds,
            "refresh_token": app.refresh_token,
            "refresh_token_expires_in": REFRESH_SECONDS,
            "token_type": "Bearer",
        }


KINDS = ("locations", "workspaces", "licenses", "people", "devices", "numbers")
