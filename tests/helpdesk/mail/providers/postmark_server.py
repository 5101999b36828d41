"""Postmark with one message stream and mails of the test's own, as its documents describe it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

TOKEN, STREAM = "token-of-the-tests", "outbound"
_REFUSAL = "You do not have the required authority to change this suppression."
Json = dict[str, Any]


@dataclass
class Postmark:
    """`listed` by address; `details` are the events of each mail by its id. `hears_filter` may be switched off.

    What it `insists_on` it does not let go, as with a complaint that came in a moment ago.
    """

    listed: dict[str, Json] = field(default_factory=dict)
    mails: list[Json] = field(default_factory=list)
    details: dict[str, list[Json]] = field(default_factory=dict)
    trouble: int | None = None
    hears_filter: bool = True
    insists_on: set[str] = field(default_factory=set)

    def put(self, address: str, reason: str, since: datetime, origin: str = "Recipient") -> None:
        # Seven digits and a zone, as Postmark writes them.
        created = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000+00:00")
        self.listed[address] = {
            "EmailAddress": address,
            "SuppressionReason": reason,
            "Origin": origin,
            "CreatedAt": created,
        }

    def mailed(self, message_id: str, address: str, at: datetime, *events: tuple[str, datetime, Json]) -> None:
        self.mails.insert(
            0,
            {
                "MessageID": message_id,
                "Recipients": [address],
                "ReceivedAt": at.isoformat(),
                "Subject": f"Mail {message_id}",
                "MessageStream": STREAM,
                "Status": "Sent",
            },
        )
        self.details[message_id] = [
            {"Recipient": address, "Type": kind, "ReceivedAt": when.isoformat(), "Details": told}
            for kind, when, told in events
        ]

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        stream = f"/message-streams/{STREAM}/suppressions"
        application.add_routes(
            [
                web.get(f"{stream}/dump", self._dump),
                web.post(stream, self._add),
                web.post(f"{stream}/delete", self._delete),
                web.get("/messages/outbound", self._search),
                web.get("/messages/outbound/{id}/details", self._details),
            ]
        )
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("X-Postmark-Server-Token") != TOKEN:
            return web.json_response({"ErrorCode": 10, "Message": "No valid API token"}, status=401)
        if self.trouble:
            return web.json_response({"ErrorCode": 1, "Message": "as the test wants"}, status=self.trouble)
        answered: web.StreamResponse = await handler(request)
        return answered

    async def _dump(self, request: web.Request) -> web.Response:
        asked = request.query["EmailAddress"]
        rows = [row for address, row in self.listed.items() if address == asked or not self.hears_filter]
        return web.json_response({"Suppressions": rows})

    async def _add(self, request: web.Request) -> web.Response:
        addresses = await _addresses(request)
        for address in addresses:
            if address not in self.listed:
                self.put(address, "ManualSuppression", datetime.now(UTC), "Customer")
        return _done([(address, "Suppressed", None) for address in addresses])

    async def _delete(self, request: web.Request) -> web.Response:
        """An address that is not listed is "Deleted" as well."""
        done = []
        for address in await _addresses(request):
            is_complaint = self.listed.get(address, {}).get("SuppressionReason") == "SpamComplaint"
            if is_complaint or address in self.insists_on:
                done.append((address, "Failed", _REFUSAL))
            else:
                self.listed.pop(address, None)
                done.append((address, "Deleted", None))
        return _done(done)

    async def _search(self, request: web.Request) -> web.Response:
        assert request.query["messagestream"] == STREAM
        found = [mail for mail in self.mails if request.query["recipient"] in mail["Recipients"]]
        return web.json_response({"TotalCount": len(found), "Messages": found[: int(request.query["count"])]})

    async def _details(self, request: web.Request) -> web.Response:
        return web.json_response({"MessageEvents": self.details[request.match_info["id"]]})


async def _addresses(request: web.Request) -> list[str]:
    return [each["EmailAddress"] for each in (await request.json())["Suppressions"]]


def _done(rows: list[tuple[str, str, str | None]]) -> web.Response:
    return web.json_response({"Suppressions": [{"EmailAddress": a, "Status": s, "Message": m} for a, s, m in rows]})
