"""The admin APIs: organizations and what they have, for those with a Service App's token; and that token itself."""

from collections.abc import Collection

from aiohttp import web

from playground.identifiers import identifier, uuid_in
from playground.partner import Partner
from playground.refusals import bad, not_found
from playground.rest import activation, scim, spaces
from playground.rest.filters import check_together, wanted
from playground.rest.request import PARTNER, administrator, asker, page, page_by_place, page_size
from playground.rooms import Json

# Of our records, what the API has not.
OURS = {
    "organizations": {"domains", "sites", "orders", "settings", "country"},
    "people": {"features", "accountStatus", "preferredLanguage", "location"},
    "licenses": {"orgId"},
    "devices": {"location", "workspace"},
}

NAMES = {"licenses": "a license", "locations": "a location", "devices": "a device", "workspaces": "a workspace"}
# What comes with `callingData` alone.
CALLING = frozenset({"extension", "locationId"})
# What `excludeStatus` leaves out.
PRESENCE = frozenset({"status", "lastActivity"})


async def access_token(request: web.Request) -> web.Response:
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return web.json_response(request.app[PARTNER].token_for(form))


async def organizations(request: web.Request) -> web.Response:
    partner = _partner(request)
    partner.asked("organizations")
    return web.json_response({"items": [_shown("organizations", one) for one in partner.organizations.values()]})


async def organization(request: web.Request) -> web.Response:
    found = _partner(request).organizations.get(uuid_in(request.match_info["id"]))
    if found is None:
        raise not_found("an organization with the provided ID")
    return web.json_response(_shown("organizations", found))


async def roles(request: web.Request) -> web.Response:
    _partner(request).asked("roles")
    return web.json_response({"items": _partner(request).roles})


async def role(request: web.Request) -> web.Response:
    for one in _partner(request).roles:
        if one["id"] == request.match_info["id"]:
            return web.json_response(one)
    raise not_found("a role with the provided ID")


async def people(request: web.Request) -> web.Response:
    """Of an organization, or of all, for an administrator; the ones somebody looks for, for everyone else."""
    if asker(request).type != "appuser":
        return await spaces.people(request)
    left_out = PRESENCE if request.query.get("excludeStatus") == "true" else frozenset[str]()
    if request.query.get("callingData") != "true":
        left_out |= CALLING
    most = 50 if "locationId" in request.query else 100 if request.query.get("callingData") == "true" else 1000
    if "orgId" in request.query:
        return _list(request, "people", left_out, most)
    partner = _partner(request)
    partner.asked("people")
    found = [one for records in partner.records.values() for one in records["people"]]
    return _paged(request, "people", wanted(request, "people", found), left_out, most)


async def person(request: web.Request) -> web.Response:
    if asker(request).type == "appuser":
        partner, key = request.app[PARTNER], uuid_in(request.match_info["id"])
        partner.on_call("person")
        for records in partner.records.values():
            for one in records["people"]:
                if uuid_in(one["id"]) == key:
                    left_out = frozenset[str]() if request.query.get("callingData") == "true" else CALLING
                    return web.json_response(_without(_shown("people", one), left_out))
    return await spaces.person(request)


async def license_(request: web.Request) -> web.Response:
    return _one(request, "licenses")


async def location(request: web.Request) -> web.Response:
    return _one(request, "locations")


async def device(request: web.Request) -> web.Response:
    return _one(request, "devices")


async def remove_device(request: web.Request) -> web.Response:
    records, found = _find(request, "devices")
    records.remove(found)
    return web.Response(status=204)


async def licenses(request: web.Request) -> web.Response:
    """All at once: this list has no pages."""
    return web.json_response({"items": [_shown("licenses", one) for one in _of_organization(request, "licenses")]})


async def locations(request: web.Request) -> web.Response:
    return _list(request, "locations")


async def devices(request: web.Request) -> web.Response:
    return _by_place(request, "devices")


async def workspaces(request: web.Request) -> web.Response:
    return _by_place(request, "workspaces")


async def workspace(request: web.Request) -> web.Response:
    for organization, records in _partner(request).records.items():
        if any(one["id"] == request.match_info["id"] for one in records["workspaces"]):
            _partner(request).asked("workspace", organization)
    return _one(request, "workspaces")


async def setting(request: web.Request) -> web.Response:
    """The one setting whose key is documented."""
    partner, key = _partner(request), uuid_in(request.match_info["id"])
    partner.asked("settings", key)
    if key not in partner.organizations or request.match_info["key"] != "allow-admin-invite-emails":
        raise not_found("a setting with the provided key")
    value = partner.organizations[key].get("settings", {}).get("allowAdminInviteEmails", True)
    return web.json_response({"key": request.match_info["key"], "value": value, "name": "Automatic Activation Emails"})


async def numbers(request: web.Request) -> web.Response:
    check_together(request)
    found, usual = _of_organization(request, "numbers"), _usual_location(request)
    people = {uuid_in(one["id"]): one for one in _partner(request).records[uuid_in(request.query["orgId"])]["people"]}
    everyone = [_number(one, people.get(uuid_in(one.get("ownerId", ""))), usual) for one in found]
    shown = wanted(request, "numbers", everyone)
    items, link = page_by_place(request, shown, page_size(request, usual=2000, most=2000))
    return web.json_response({"phoneNumbers": items}, headers=_named(request, link))


def _by_place(request: web.Request, kind: str) -> web.Response:
    """Pages by `start` and `max`."""
    found = wanted(request, kind, _of_organization(request, kind))
    size = page_size(request, usual=100, most=_partner(request).page_size)
    items, link = page_by_place(request, found, size)
    return web.json_response({"items": [_shown(kind, one) for one in items]}, headers=_named(request, link))


def _named(request: web.Request, link: dict[str, str]) -> dict[str, str]:
    """The link to the next page, where Webex names it: of pages by their place the document does not say so."""
    return link if _partner(request).names_next_place else {}


def _list(request: web.Request, kind: str, left_out: Collection[str] = frozenset(), most: int = 1000) -> web.Response:
    return _paged(request, kind, wanted(request, kind, _of_organization(request, kind)), left_out, most)


def _paged(
    request: web.Request, kind: str, found: list[Json], left_out: Collection[str] = frozenset(), most: int = 1000
) -> web.Response:
    partner = _partner(request)
    items, link = page(request, found, page_size(request, usual=100, most=min(most, partner.page_size)))
    if link and partner.links_to:
        link = {"Link": f'<{partner.links_to}>; rel="next"'}
    return web.json_response({"items": [_without(_shown(kind, one), left_out) for one in items]}, headers=link)


def _one(request: web.Request, kind: str) -> web.Response:
    return web.json_response(_shown(kind, _find(request, kind)[1]))


def _find(request: web.Request, kind: str) -> tuple[list[Json], Json]:
    """The record with the id of the request, and the list that it is in. Raises Refusal (404)."""
    for records in _partner(request).records.values():
        for one in records[kind]:
            if uuid_in(one["id"]) == uuid_in(request.match_info["id"]) and wanted(request, "one", [one]):
                return records[kind], one
    raise not_found(f"{NAMES[kind]} with the provided ID")


def _without(one: Json, left_out: Collection[str]) -> Json:
    return {name: value for name, value in one.items() if name not in left_out}


def _of_organization(request: web.Request, kind: str) -> list[Json]:
    if "orgId" not in request.query:
        raise bad("orgId is required of a partner's token.")
    return _partner(request).listed(kind, request.query["orgId"])


def _partner(request: web.Request) -> Partner:
    """What administrators may read. Raises Refusal (403)."""
    administrator(request)
    return request.app[PARTNER]


def _shown(kind: str, one: Json) -> Json:
    return {name: value for name, value in one.items() if name not in OURS.get(kind, ())}


def _usual_location(request: web.Request) -> Json:
    """The first one of the organization, or one of its own."""
    key = uuid_in(request.query["orgId"])
    first = next(iter(_partner(request).records[key]["locations"]), None)
    return {"id": first["id"], "name": first["name"]} if first else {"id": identifier("LOCATION", key), "name": "Main"}


def _number(one: Json, owner: Json | None, usual: Json) -> Json:
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
    # Webex has none without a location.
    shown["location"] = {"id": one["locationId"], "name": one["location"]} if "location" in one else usual
    if owner:
        names = {name: owner[name] for name in ("firstName", "lastName") if name in owner}
        shown["owner"] = {"id": owner["id"], "type": "PEOPLE", **names}
    return shown


ROUTES = (
    web.post("/v1/access_token", access_token),
    web.get("/v1/organizations", organizations),
    web.get("/v1/organizations/{id}", organization),
    web.get("/v1/roles", roles),
    web.get("/v1/roles/{id}", role),
    web.get("/v1/people", people),
    web.get("/v1/people/me", spaces.me),
    web.get("/v1/people/{id}", person),
    web.get("/v1/licenses", licenses),
    web.get("/v1/licenses/{id}", license_),
    web.get("/v1/locations", locations),
    web.get("/v1/locations/{id}", location),
    web.get("/v1/devices", devices),
    web.get("/v1/devices/{id}", device),
    web.delete("/v1/devices/{id}", remove_device),
    web.get("/v1/workspaces", workspaces),
    web.get("/v1/workspaces/{id}", workspace),
    web.get("/v1/settings/organizations/{id}/settings/{key}", setting),
    web.get("/v1/telephony/config/numbers", numbers),
    *scim.ROUTES,
    *activation.ROUTES,
)
