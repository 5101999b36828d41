"""Every operation of the playground is held against the official document; the cases are made of that document.

A new route without a call here fails, as does a documented read that is neither played nor named as not played.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from playground import rest as played_rest
from playground.demo import demo_file
from playground.identifiers import identifier, new_uuid, uuid_in
from playground.rooms import Account
from tests.playground.conftest import SPECIFICATION, Rest, World

DOCUMENT = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
DATA = demo_file()
ACME = next(one["id"] for one in DATA["organizations"] if "acme" in one["sites"][0])
METHODS = ("get", "post", "put", "patch", "delete")
# What the document has and the playground has not: the product asks for none of it.
NOT_PLAYED = {
    *("GET /partner/organizations", "GET /partner/organizations/{}/partnerAdmins"),
    *("GET /partner/tags/subscriptions", "GET /partner/tags/organizations"),
    *("GET /partner/tags/organizations/{}/subscriptions/{}", "GET /identity/organizations/{}"),
    *("GET /adminAudit/events", "GET /adminAudit/eventCategories", "GET /admin/securityAudit/events"),
    *("GET /meetingPreferences/sites", "GET /xapi/status", "GET /meeting/qualities"),
}
# What the playground has and the document has not: where tokens are made, and where files lie.
NOT_DOCUMENTED = {"POST /access_token", "GET /contents/{}"}


def plain(method: str, path: str) -> str:
    """Such as `GET /rooms/{}`, whatever the parameter is called and wherever the base is."""
    return f"{method.upper()} {re.sub('{[^}]*}', '{}', path.removeprefix('/v1'))}"


DOCUMENTED = {
    plain(method, path): about
    for path, item in DOCUMENT["paths"].items()
    for method, about in item.items()
    if method in METHODS
}
PLAYED = {plain(route.method, route.path) for route in played_rest.ROUTES}  # type: ignore[attr-defined]
ANSWERED = sorted(PLAYED - NOT_DOCUMENTED)


@dataclass
class Filled:
    """A world with customers, an administrator, and something of each kind."""

    world: World
    rest: Rest
    admin: Account
    card: dict[str, Any]

    async def ids(self, path: str) -> list[Any]:
        answer = await self.rest(self.admin, "GET", path)
        return [one["id"] for one in answer.body["items"]]

    async def room(self) -> str:
        made = await self.rest(self.world.ana, "POST", "/rooms", {"title": "Tuesday"})
        return str(made.body["id"])

    async def message(self, **body: Any) -> str:
        body = {"roomId": self.world.desk.id, "text": "Hello", **body}
        return str((await self.rest(self.world.bot, "POST", "/messages", body)).body["id"])

    async def action(self) -> str:
        body = {"type": "submit", "messageId": await self.message(attachments=[self.card]), "inputs": {"a": "b"}}
        return str((await self.rest(self.world.ana, "POST", "/attachment/actions", body)).body["id"])

    async def webhook(self) -> str:
        made = await self.rest(self.world.bot, "POST", "/webhooks", HOOK)
        return str(made.body["id"])

    async def membership(self) -> str:
        body = {"roomId": await self.room(), "personId": self.world.bo.id}
        return str((await self.rest(self.world.ana, "POST", "/memberships", body)).body["id"])

    async def job(self) -> str:
        path = f"{self.base}/identity/organizations/{uuid_in(ACME)}/jobs/sendActivationEmails"
        return f"{path}/{(await self.rest(self.admin, 'POST', path)).body['id']}"

    @property
    def base(self) -> str:
        return self.rest.url.removesuffix("/v1")

    @property
    def scim(self) -> str:
        return f"{self.base}/identity/scim/{uuid_in(ACME)}/v2/Users"


HOOK = {"name": "x", "targetUrl": "http://127.0.0.1:9/x", "resource": "messages", "event": "created"}
# The demonstration's file has no workspace: one comes with a device in it.
DEVICE = {
    **next(one for one in DATA["devices"] if one["orgId"] == ACME),
    **{"id": identifier("DEVICE", new_uuid()), "serial": "ROOM1", "mac": "00:00:5E:00:53:99", "workspace": "Blue room"},
}
PAT = next(one for one in DATA["people"] if one["orgId"] == ACME)
Made = tuple[Account, str, Any]
Call = Callable[[Filled], Awaitable[Made]]


def reads(path: str) -> Call:
    async def call(filled: Filled) -> Made:
        return filled.admin, path, None

    return call


def first_of(path: str, kind: str) -> Call:
    async def call(filled: Filled) -> Made:
        return filled.admin, f"/{kind}/{(await filled.ids(path))[0]}", None

    return call


def by_ana(path: Callable[[Filled], Awaitable[str]], prefix: str, body: Any = None) -> Call:
    async def call(filled: Filled) -> Made:
        return filled.world.ana, f"{prefix}/{await path(filled)}", body

    return call


def by_bot(path: Callable[[Filled], Awaitable[str]], prefix: str, body: Any = None) -> Call:
    async def call(filled: Filled) -> Made:
        return filled.world.bot, f"{prefix}/{await path(filled)}", body

    return call


async def send(filled: Filled) -> Made:
    body = {"roomId": filled.world.desk.id, "markdown": "**Hello** <@all>", "attachments": [filled.card]}
    return filled.world.bot, "/messages", body


async def press(filled: Filled) -> Made:
    message = await filled.message(attachments=[filled.card])
    return filled.world.ana, "/attachment/actions", {"type": "submit", "messageId": message, "inputs": {"a": "b"}}


async def join(filled: Filled) -> Made:
    return filled.world.ana, "/memberships", {"roomId": await filled.room(), "personId": filled.world.bo.id}


async def edit(filled: Filled) -> Made:
    body = {"roomId": filled.world.desk.id, "text": "Changed"}
    return filled.world.bot, f"/messages/{await filled.message()}", body


async def list_messages(filled: Filled) -> Made:
    await filled.message()
    return filled.world.ana, f"/messages?roomId={filled.world.desk.id}", None


async def list_direct(filled: Filled) -> Made:
    direct = filled.world.cloud.direct(filled.world.ana, filled.world.bot)
    await filled.message(roomId=direct.id)
    return filled.world.bot, f"/messages/direct?personId={filled.world.ana.id}", None


async def list_memberships(filled: Filled) -> Made:
    return filled.world.ana, f"/memberships?roomId={filled.world.desk.id}", None


async def list_rooms(filled: Filled) -> Made:
    return filled.world.ana, "/rooms", None


async def list_webhooks(filled: Filled) -> Made:
    await filled.webhook()
    return filled.world.bot, "/webhooks", None


async def a_room(filled: Filled) -> Made:
    return filled.world.ana, "/rooms", {"title": "Tuesday"}


async def a_webhook(filled: Filled) -> Made:
    return filled.world.bot, "/webhooks", HOOK


async def scim_list(filled: Filled) -> Made:
    return filled.admin, filled.scim, None


async def scim_one(filled: Filled) -> Made:
    return filled.admin, f"{filled.scim}/{uuid_in(PAT['id'])}", None


async def start_job(filled: Filled) -> Made:
    return filled.admin, f"{filled.base}/identity/organizations/{uuid_in(ACME)}/jobs/sendActivationEmails", None


async def job_status(filled: Filled) -> Made:
    return filled.admin, f"{await filled.job()}/status", None


async def job_errors(filled: Filled) -> Made:
    return filled.admin, f"{await filled.job()}/errors", None


MODERATOR = {"isModerator": True, "isRoomHidden": False}
SETTING = f"/settings/organizations/{ACME}/settings/allow-admin-invite-emails"
JOBS = "/identity/organizations/{}/jobs/sendActivationEmails"
CALLS: dict[str, Call] = {
    "GET /messages": list_messages,
    "POST /messages": send,
    "GET /messages/direct": list_direct,
    "GET /messages/{}": by_bot(Filled.message, "/messages"),
    "PUT /messages/{}": edit,
    "DELETE /messages/{}": by_bot(Filled.message, "/messages"),
    "POST /attachment/actions": press,
    "GET /attachment/actions/{}": by_bot(Filled.action, "/attachment/actions"),
    "GET /memberships": list_memberships,
    "POST /memberships": join,
    "GET /memberships/{}": by_ana(Filled.membership, "/memberships"),
    "PUT /memberships/{}": by_ana(Filled.membership, "/memberships", MODERATOR),
    "DELETE /memberships/{}": by_ana(Filled.membership, "/memberships"),
    "GET /rooms": list_rooms,
    "POST /rooms": a_room,
    "GET /rooms/{}": by_ana(Filled.room, "/rooms"),
    "PUT /rooms/{}": by_ana(Filled.room, "/rooms", {"title": "Wednesday"}),
    "DELETE /rooms/{}": by_ana(Filled.room, "/rooms"),
    "GET /webhooks": list_webhooks,
    "POST /webhooks": a_webhook,
    "GET /webhooks/{}": by_bot(Filled.webhook, "/webhooks"),
    "PUT /webhooks/{}": by_bot(Filled.webhook, "/webhooks", {"name": "y", "targetUrl": "http://127.0.0.1:9/y"}),
    "DELETE /webhooks/{}": by_bot(Filled.webhook, "/webhooks"),
    "GET /people/me": reads("/people/me"),
    "GET /people": reads(f"/people?orgId={ACME}&callingData=true"),
    "GET /people/{}": reads(f"/people/{PAT['id']}"),
    "GET /organizations": reads("/organizations"),
    "GET /organizations/{}": reads(f"/organizations/{ACME}"),
    "GET /roles": reads("/roles"),
    "GET /roles/{}": first_of("/roles", "roles"),
    "GET /licenses": reads(f"/licenses?orgId={ACME}"),
    "GET /licenses/{}": first_of(f"/licenses?orgId={ACME}", "licenses"),
    "GET /locations": reads(f"/locations?orgId={ACME}"),
    "GET /locations/{}": first_of(f"/locations?orgId={ACME}", "locations"),
    "GET /devices": reads(f"/devices?orgId={ACME}"),
    "GET /devices/{}": first_of(f"/devices?orgId={ACME}", "devices"),
    "DELETE /devices/{}": first_of(f"/devices?orgId={ACME}", "devices"),
    "GET /workspaces": reads(f"/workspaces?orgId={ACME}"),
    "GET /workspaces/{}": first_of(f"/workspaces?orgId={ACME}", "workspaces"),
    "GET /telephony/config/numbers": reads(f"/telephony/config/numbers?orgId={ACME}"),
    "GET /settings/organizations/{}/settings/{}": reads(SETTING),
    "GET /identity/scim/{}/v2/Users": scim_list,
    "GET /identity/scim/{}/v2/Users/{}": scim_one,
    f"POST {JOBS}": start_job,
    f"GET {JOBS}/{{}}/status": job_status,
    f"GET {JOBS}/{{}}/errors": job_errors,
}


@pytest.fixture
def filled(world: World, rest: Rest, card: dict[str, Any]) -> Filled:
    world.cloud.partner.fill({**DATA, "devices": [*DATA["devices"], DEVICE]})
    return Filled(world, rest, world.cloud.add_service_app("Help desk reader").account, card)


def test_every_route_is_documented_and_has_a_call_here() -> None:
    assert set(DOCUMENTED) >= PLAYED - NOT_DOCUMENTED
    assert set(CALLS) == PLAYED - NOT_DOCUMENTED


def test_every_documented_read_is_played_or_named_as_not_played() -> None:
    reads_documented = {one for one in DOCUMENTED if one.startswith("GET ")}
    assert reads_documented - PLAYED == NOT_PLAYED


@pytest.mark.parametrize("operation", ANSWERED)
async def test_an_answer_is_as_the_document_has_it(operation: str, filled: Filled) -> None:
    who, path, body = await CALLS[operation](filled)
    answer = await filled.rest(who, operation.partition(" ")[0], path, body)  # which holds it against the document
    # The document says 202 of a press; Webex answers 200, and stock clients take nothing else.
    success = "200" if operation == "POST /attachment/actions" else str(answer.status)
    assert answer.status < 300, answer.body
    assert success in {*DOCUMENTED[operation]["responses"], "200"}
    assert answer.status != 200 or answer.body


def assert_refused(answer: Any, *statuses: int) -> None:
    assert answer.status in statuses, (answer.status, answer.body)
    assert answer.body["message"]
    assert answer.body["errors"][0]["description"]
    assert answer.body["trackingId"] == answer.headers["trackingId"]


@pytest.mark.parametrize("operation", ANSWERED)
async def test_without_a_token_it_is_refused_in_the_documented_shape(operation: str, filled: Filled) -> None:
    _, path, body = await CALLS[operation](filled)
    assert_refused(await filled.rest(None, operation.partition(" ")[0], path, body), 401)


HOSTILE = ("nothing", "0" * 3000, "%00", "..%2F..", "%F0%9F%92%A9", identifier("PEOPLE", new_uuid()), "-1", "''")


@pytest.mark.parametrize("operation", [one for one in ANSWERED if "{}" in one])
async def test_an_id_that_nothing_has_is_refused_in_the_documented_shape(operation: str, filled: Filled) -> None:
    who, _, body = await CALLS[operation](filled)
    method, _, path = operation.partition(" ")
    for value in HOSTILE:
        url = path.replace("{}", value)
        url = f"{filled.base}{url}" if url.startswith("/identity") else url
        assert_refused(await filled.rest(who, method, url, body), 400, 403, 404)


# Parameters that choose no records: how many, from where, in which order, and what is shown of each.
SHAPES = {
    *("max", "start", "startIndex", "count", "offset", "limit", "next", "order", "sortBy", "sortOrder", "details"),
    *("callingData", "excludeStatus", "includeAssignedTo", "includeDevices", "includeCapabilities", "attributes"),
    *("excludedAttributes", "returnGroups", "includeGroupDetails", "groupUsageTypes", "orgPublicSpaces"),
}
FILTERS = [
    (operation, parameter["name"])
    for operation in ANSWERED
    if operation.startswith("GET ")
    for parameter in DOCUMENTED[operation].get("parameters", [])
    if parameter["in"] == "query" and parameter["name"] not in SHAPES
]


@pytest.mark.parametrize(("operation", "name"), FILTERS)
async def test_no_documented_filter_is_ignored(operation: str, name: str, filled: Filled) -> None:
    """What nothing has finds nothing, or is refused; it is never answered with everything."""
    who, path, _ = await CALLS[operation](filled)
    path, _, query = path.partition("?")
    given = dict(part.split("=", 1) for part in query.split("&") if part)
    answer = await filled.rest(who, "GET", path, params={**given, name: "no-such-thing"})
    if answer.status >= 400:
        return assert_refused(answer, 400, 403, 404)
    lists = [value for key, value in answer.body.items() if isinstance(value, list) and key not in UNFOUND]
    assert lists == [[]]
    return None


UNFOUND = {"schemas", "notFoundIds"}
NUMBERS = [
    (operation, parameter["name"])
    for operation in ANSWERED
    for parameter in DOCUMENTED[operation].get("parameters", [])
    if parameter["name"] in ("max", "start", "startIndex", "count", "offset")
]


@pytest.mark.parametrize(("operation", "name"), NUMBERS)
async def test_a_number_that_is_none_is_refused(operation: str, name: str, filled: Filled) -> None:
    who, path, _ = await CALLS[operation](filled)
    path, _, query = path.partition("?")
    given = dict(part.split("=", 1) for part in query.split("&") if part)
    for wrong in ("-1", "many", "1.5", "²", "1" * 5000):
        answer = await filled.rest(who, "GET", path, params={**given, name: wrong})
        if len(wrong) < 5000:
            assert_refused(answer, 400)
        assert answer.status < 500


BODIES = ("[]", '"x"', "{", "null", '{"roomId": 7}', '{"title": {}}', '{"inputs": []}', "[" * 100_000, "\0")


@pytest.mark.parametrize("operation", [one for one in ANSWERED if one.startswith(("POST", "PUT")) and JOBS not in one])
async def test_a_body_of_another_shape_is_refused_in_the_documented_shape(operation: str, filled: Filled) -> None:
    who, path, _ = await CALLS[operation](filled)
    for raw in BODIES:
        headers = {"Content-Type": "application/json"}
        answer = await filled.rest(who, operation.partition(" ")[0], path, data=raw.encode(), headers=headers)
        assert_refused(answer, 400, 404)


ADMINISTRATORS = [
    *("GET /roles", "GET /roles/{}", "GET /locations", "GET /locations/{}", "GET /telephony/config/numbers"),
    *("GET /identity/scim/{}/v2/Users", "GET /identity/scim/{}/v2/Users/{}", "GET /licenses", "GET /licenses/{}"),
    *("GET /settings/organizations/{}/settings/{}", f"POST {JOBS}", f"GET {JOBS}/{{}}/status", "GET /organizations"),
    *("GET /organizations/{}", "DELETE /devices/{}", f"GET {JOBS}/{{}}/errors"),
]


@pytest.mark.parametrize("operation", ADMINISTRATORS)
async def test_what_needs_an_administrator_is_refused_to_everyone_else(operation: str, filled: Filled) -> None:
    _, path, body = await CALLS[operation](filled)
    for who in (filled.world.bot, filled.world.ana):
        assert_refused(await filled.rest(who, operation.partition(" ")[0], path, body), 403)
