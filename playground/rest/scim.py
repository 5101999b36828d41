"""SCIM's users: the people of an organization by UUID, a page at a time by their place; beside /v1 and beneath it."""

from aiohttp import web

from playground.identifiers import uuid_in
from playground.refusals import bad, not_found
from playground.rest.filters import scim_filtered
from playground.rest.request import PARTNER
from playground.rooms import Json

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CISCO = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"


async def users(request: web.Request) -> web.Response:
    partner = request.app[PARTNER]
    partner.listed("accounts", request.match_info["organization"])
    everyone = partner.records[request.match_info["organization"]]["people"]
    found = scim_filtered(request, map(_user, everyone))
    start, size = (_positive(request, name, usual) for name, usual in (("startIndex", 1), ("count", 100)))
    items = found[start - 1 : start - 1 + min(size, partner.page_size)]
    return web.json_response(
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(found),
            "itemsPerPage": len(items),
            "startIndex": start,
            "Resources": items,
        }
    )


async def user(request: web.Request) -> web.Response:
    request.app[PARTNER].listed("accounts", request.match_info["organization"])
    for one in request.app[PARTNER].records[request.match_info["organization"]]["people"]:
        if uuid_in(one["id"]) == request.match_info["id"]:
            return web.json_response(_user(one))
    raise not_found("a user with the provided ID")


def _positive(request: web.Request, name: str, usual: int) -> int:
    given = request.query.get(name, str(usual))
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise bad(f"{name} must be a positive number.")
    return int(given)


def _user(one: Json) -> Json:
    email = one["emails"][0]
    return {
        "schemas": [USER, CISCO],
        "id": uuid_in(one["id"]),
        "userName": email,
        "active": one.get("loginEnabled", True),
        "displayName": one["displayName"],
        "emails": [{"value": email, "type": "work", "primary": True}],
        "userType": "user",
        **({"preferredLanguage": one["preferredLanguage"]} if "preferredLanguage" in one else {}),
        # An array, as Webex's examples have it.
        CISCO: {
            "accountStatus": [one["accountStatus"]] if "accountStatus" in one else [],
            "userSettings": [f"{name}={str(value).lower()}" for name, value in one.get("features", {}).items()],
        },
        "meta": {
            "resourceType": "User",
            "created": one["created"],
            "lastModified": one.get("lastModified", one["created"]),
            "version": "1",
            "location": f"https://webexapis.com/identity/scim/{uuid_in(one['orgId'])}/v2/Users/{uuid_in(one['id'])}",
        },
    }


ROUTES = tuple(
    web.get(f"{base}/identity/scim/{{organization}}/v2/Users{rest}", handler)
    for base in ("", "/v1")
    for rest, handler in (("", users), ("/{id}", user))
)
