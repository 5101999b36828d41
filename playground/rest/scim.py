"""SCIM's users: the people of an organization by UUID, a page at a time by their place; beside /v1 and beneath it."""

from aiohttp import web

from playground.identifiers import uuid_in
from playground.refusals import not_found
from playground.rest.filters import scim_filtered
from playground.rest.request import PARTNER, administrator, number_in
from playground.rooms import Json

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CISCO = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"


async def users(request: web.Request) -> web.Response:
    found = scim_filtered(request, map(_user, _people(request)))
    start, size = number_in(request, "startIndex", 1, least=1), number_in(request, "count", 100)
    items = found[start - 1 : start - 1 + min(size, request.app[PARTNER].page_size)]
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
    for one in _people(request):
        if uuid_in(one["id"]) == request.match_info["id"]:
            return web.json_response(_user(one))
    raise not_found("a user with the provided ID")


def _people(request: web.Request) -> list[Json]:
    """Of the organization in the path. Raises Refusal (403, 404)."""
    administrator(request)
    partner, key = request.app[PARTNER], request.match_info["organization"]
    partner.listed("accounts", key)
    return partner.records[uuid_in(key)]["people"]


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
