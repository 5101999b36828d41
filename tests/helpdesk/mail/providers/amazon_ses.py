"""Amazon SES's suppression list as it behaves, in memory.

Its words and its ways (capitals count before the @, the last Put wins, a second Delete is a 404) are those that others
have seen of the real one.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

PATH = "/v2/email/suppression/addresses"


@dataclass
class Ses:
    """`refusals` are given to the next calls, one each, instead of an answer; `calls` are those that were answered.

    While it `fails_to_delete`, it says so.
    """

    listed: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    refusals: list[web.Response] = field(default_factory=list)
    calls: list[web.Request] = field(default_factory=list)
    fails_to_delete: bool = False

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._note])
        app.router.add_get(PATH, self._list)
        app.router.add_put(PATH, self._put)
        app.router.add_get(PATH + "/{address:.+}", self._get)
        app.router.add_delete(PATH + "/{address:.+}", self._delete)
        return app

    def asked(self) -> list[str]:
        return [call.method for call in self.calls]

    @web.middleware
    async def _note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.refusals:
            response: web.StreamResponse = self.refusals.pop(0)
        else:
            self.calls.append(request)
            response = await handler(request)
        # The next test has a server of its own at the same port.
        response.force_close()
        return response

    async def _get(self, request: web.Request) -> web.Response:
        address = spelled(request.match_info["address"])
        if address not in self.listed:
            return not_listed(address)
        return web.json_response({"SuppressedDestination": self._row(address)})

    async def _delete(self, request: web.Request) -> web.Response:
        if self.fails_to_delete:
            return refusal(501, "InternalFailure")
        address = spelled(request.match_info["address"])
        return web.json_response({}) if self.listed.pop(address, None) else not_listed(address)

    async def _put(self, request: web.Request) -> web.Response:
        entry = await request.json()
        self.listed[spelled(entry["EmailAddress"])] = entry["Reason"], datetime.now(UTC)
        return web.json_response({})

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"SuppressedDestinationSummaries": [self._row(address) for address in self.listed]})

    def _row(self, address: str) -> dict[str, object]:
        reason, since = self.listed[address]
        return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": since.timestamp()}


def spelled(address: str) -> str:
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{domain.lower()}"


def not_listed(address: str) -> web.Response:
    return refusal(404, "NotFoundException", f"Email address {address} does not exist on your suppression list.")


def refusal(status: int, name: str, message: str = "") -> web.Response:
    return web.json_response({"message": message}, status=status, headers={"x-amzn-ErrorType": name})
