"""The admin APIs of a partner of any size, made up as they are asked for: nothing is kept, so size costs nothing."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.identifiers import identifier, uuid_in

Json = dict[str, Any]
GIVEN = ("Maria", "Wei", "Jürgen", "Fatima", "John", "Åsa", "Olena", "Kenji", "Chloé", "Noor")
FAMILY = ("Smith", "Li", "Müller", "Haddad", "O'Brien", "Lindqvist", "Kovalenko", "Tanaka", "Lefèvre", "de Vries")
CREATED = "2024-05-06T07:08:09.000Z"
ROLE = {"id": identifier("ROLE", "d0000000-0000-4000-8000-000000000001"), "name": "Full Administrator"}
# One in so many people has another name in every round.
CHANGING = 1000


@dataclass
class Partner:
    """`people` over `organizations`, all of one size; each `round` is some time later."""

    people: int
    organizations: int
    round: int = 0

    @property
    def each(self) -> int:
        return self.people // self.organizations

    def application(self) -> web.Application:
        application = web.Application()
        scim = web.get("/identity/scim/{organization}/v2/Users", self._accounts)
        lists = {
            "/v1/organizations": self._organizations,
            "/v1/roles": self._roles,
            "/v1/locations": self._none,
            "/v1/licenses": self._licenses,
            "/v1/people": self._people,
            "/v1/devices": self._none,
            "/v1/telephony/config/numbers": self._numbers,
        }
        application.add_routes([scim, *(web.get(path, answer) for path, answer in lists.items())])
        return application

    async def _organizations(self, _: web.Request) -> web.Response:
        found = [
            {"id": _id("ORGANIZATION", "a", number), "displayName": f"Customer {number}", "created": CREATED}
            for number in range(self.organizations)
        ]
        return web.json_response({"items": found})

    async def _roles(self, _: web.Request) -> web.Response:
        return web.json_response({"items": [ROLE]})

    async def _none(self, _: web.Request) -> web.Response:
        return web.json_response({"items": []})

    async def _numbers(self, _: web.Request) -> web.Response:
        return web.json_response({"phoneNumbers": []})

    async def _licenses(self, request: web.Request) -> web.Response:
        number = _number(request.query["orgId"])
        found = [
            {"id": _id("LICENSE", "c", number * 3 + place), "name": name, "totalUnits": self.each, "consumedUnits": 1}
            for place, name in enumerate(("Messaging", "Meetings", "Calling"))
        ]
        return web.json_response({"items": found})

    async def _people(self, request: web.Request) -> web.Response:
        organization, start = _number(request.query["orgId"]), int(request.query.get("cursor", "0"))
        end = min(start + int(request.query["max"]), self.each)
        items = [self._person(organization, organization * self.each + place) for place in range(start, end)]
        following = str(request.url.update_query(cursor=str(end)))
        headers = {"Link": f'<{following}>; rel="next"'} if end < self.each else {}
        return web.json_response({"items": items}, headers=headers)

    async def _accounts(self, request: web.Request) -> web.Response:
        organization, start = _number(request.match_info["organization"]), int(request.query["startIndex"]) - 1
        end = min(start + int(request.query["count"]), self.each)
        users = [
            {
                "id": _uuid("b", organization * self.each + place),
                "preferredLanguage": "en_US",
                "urn:scim:schemas:extension:cisco:webexidentity:2.0:User": {"accountStatus": ["active"]},
            }
            for place in range(start, end)
        ]
        return web.json_response({"totalResults": self.each, "Resources": users})

    def _person(self, organization: int, number: int) -> Json:
        given, family = GIVEN[number % 10], FAMILY[number // 10 % 10]
        changed = f" {self.round}" if self.round and number % CHANGING == 0 else ""
        return {
            "id": _id("PEOPLE", "b", number),
            "orgId": _id("ORGANIZATION", "a", organization),
            "emails": [f"person{number}@customer{organization}.example"],
            "displayName": f"{given} {family}{changed}",
            "firstName": given,
            "lastName": family,
            "phoneNumbers": [{"type": "work", "value": f"+1212{number % 10_000_000:07}"}],
            "licenses": [_id("LICENSE", "c", organization * 3 + place) for place in range(3)],
            "roles": [ROLE["id"]] if number % 500 == 0 else [],
            "created": CREATED,
            "lastActivity": "2026-01-15T09:30:00.000Z",
            "loginEnabled": True,
            "invitePending": False,
        }


def _uuid(kind: str, number: int) -> str:
    return f"{kind}0000000-0000-4000-8000-{number:012}"


def _id(kind: str, letter: str, number: int) -> str:
    return identifier(kind, _uuid(letter, number))


def _number(organization: str) -> int:
    return int(uuid_in(organization)[-12:])
