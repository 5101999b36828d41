"""The admin APIs: organizations and what they have, for those with a Service App's token; and that token itself."""

from collections.abc import Collection

from aiohttp import web

from playground.identifiers import uuid_in
from playground.partner import Partner
from playground.refusals import bad, not_found
from playground.rest import activation, scim, spaces
from playground.rest.request import PARTNER, asker, page, page_size
from playground.rooms import Json

# Of our records, what the API has not.
OURS = {
    "organizations": {"domains", "sites", "orders", "settings", "country"},
    "people": {"features", "accountStatus", "preferredLanguage", "location"},
    "licenses": {"orgId"},
    "devices": {"location", "workspace"},
}

# What `excludeStatus` leaves out.
PRESENCE = frozenset({"status", "lastActivity"})


async def access_token(request: web.Request) -> web.Response:
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return web.json_response(request.app[PARTNER].token_for(form))


async def organizations(request: web.Request) -> web.Response:
    partner = request.app[PARTNER]
    partner.asked("organizations")
    return web.json_response({"items": [_shown("organizations", one) for one in partner.organizations.values()]})


async def organization(request: web.Request) -> web.Response:
    found = request.app[PARTNER].organizations.get(uuid_in(request.match_info["id"]))
    if found is None:
        raise not_found("an organization with the provided ID")
    return web.json_response(_shown("organizations", found))


async def roles(request: web.Request) -> web.Response:
    request.app[PARTNER].asked("roles")
    return web.json_response({"items": request.app[PARTNER].roles})


async def people(request: web.Request) -> web.Response:
    """Of an organization for an administrator; the ones somebody looks for, for everyone else."""
    if asker(request).type != "appuser" or "orgId" not in request.query:
        return await spaces.people(request)
    return _list(request, "people", PRESENCE if request.query.get("excludeStatus") == "true" else frozenset())


async def person(request: web.Request) -> web.Response:
    if asker(request).type == "appuser":
        partner, key = request.app[PARTNER], uuid_in(request.match_info["id"])
        partner.on_call("person")
        for records in partner.records.values():
            for one in records["people"]:
                if uuid_in(one["id"]) == key:
                    return web.json_response(_shown("people", one))
    return await spaces.person(request)


async def licenses(request: web.Request) -> web.Response:
    return _list(request, "licenses")


async def locations(request: web.Request) -> web.Response:
    return _list(request, "locations")


async def devices(request: web.Request) -> web.Response:
    """By `start` and `max`, with no word of a next page."""
    found = _of_organization(request, "devices")
    start = int(request.query.get("start", "0"))
    size = page_size(request, usual=100, most=request.app[PARTNER].page_size)
    return web.json_response({"items": [_shown("devices", one) for one in found[start : start + size]]})


async def workspaces(request: web.Request) -> web.Response:
    return _list(request, "workspaces")


async def workspace(request: web.Request) -> web.Response:
    partner, key = _partner(request), request.match_info["id"]
    for organization, records in partner.records.items():
        for one in records["workspaces"]:
            if one["id"] == key:
                partner.asked("workspace", organization)
                return web.json_response(one)
    raise not_found("a workspace with the provided ID")


async def setting(request: web.Request) -> web.Response:
    """The one setting whose key is documented."""
    partner, key = _partner(request), uuid_in(request.match_info["id"])
    partner.asked("settings", key)
    if key not in partner.organizations or request.match_info["key"] != "allow-admin-invite-emails":
        raise not_found("a setting with the provided key")
    value = partner.organizations[key].get("settings", {}).get("allowAdminInviteEmails", True)
    return web.json_response({"key": request.match_info["key"], "value": value, "name": "Automatic Activation Emails"})


async def numbers(request: web.Request) -> web.Response:
    found = _of_organization(request, "numbers")
    people = {uuid_in(one["id"]): one for one in _partner(request).records[uuid_in(request.query["orgId"])]["people"]}
    start = int(request.query.get("start", "0"))
    size = page_size(request, usual=2000, most=2000)
    shown = [_number(one, people.get(uuid_in(one.get("ownerId", "")))) for one in found[start : start + size]]
    return web.json_response({"phoneNumbers": shown})


def _list(request: web.Request, kind: str, left_out: Collection[str] = frozenset()) -> web.Response:
    found, partner = _of_organization(request, kind), _partner(request)
    items, link = page(request, found, page_size(request, usual=100, most=partner.page_size))
    if link and partner.links_to:
        link = {"Link": f'<{partner.links_to}>; rel="next"'}
    shown = [{k: v for k, v in _shown(kind, one).items() if k not in left_out} for one in items]
    return web.json_response({"items": shown}, headers=link)


def _of_organization(request: web.Request, kind: str) -> list[Json]:
    if "orgId" not in request.query:
        raise bad("orgId is required of a partner's token.")
    return _partner(request).listed(kind, request.query["orgId"])


def _partner(request: web.Request) -> Partner:
    return request.app[PARTNER]


def _shown(kind: str, one: Json) -> Json:
    return {name: value for name, value in one.items() if name not in OURS.get(kind, ())}


def _number(one: Json, owner: Json | None) -> Json:
    shown: Json = {
        "phoneNumber": one.get("phoneNumber", ""),
        "state": one.get("state", "ACTIVE"),
        "phoneNumberType": "PRIMARY",
        "mainNumber": False,
        "includedTelephonyTypes": "PSTN_NUMBER",
        "tollFreeNumber": False,
        "isServiceNumber": False,
        "elinEnabled": False,
        "isReservedNumber": False,
    }
    if "extension" in one:
        shown["extension"] = one["extension"]
    if "location" in one:
        shown["location"] = {"id": one["locationId"], "name": one["location"]}
    if owner:
        names = {name: owner[name] for name in ("firstName", "lastName") if name in owner}
        shown["owner"] = {"id": owner["id"], "type": "PEOPLE", **names}
    return shown


ROUTES = (
    web.post("/v1/access_token", access_token),
    web.get("/v1/organizations", organizations),
    web.get("/v1/organizations/{id}", organization),
    web.get("/v1/roles", roles),
    web.get("/v1/people", people),
    web.get("/v1/people/me", spaces.me),
    web.get("/v1/people/{id}", person),
    web.get("/v1/licenses", licenses),
    web.get("/v1/locations", locations),
    web.get("/v1/devices", devices),
    web.get("/v1/workspaces", workspaces),
    web.get("/v1/workspaces/{id}", workspace),
    web.get("/v1/settings/organizations/{id}/settings/{key}", setting),
    web.get("/v1/telephony/config/numbers", numbers),
    *scim.ROUTES,
    *activation.ROUTES,
)
