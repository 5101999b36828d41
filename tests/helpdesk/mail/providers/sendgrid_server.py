"""SendGrid with lists and logs of the test's own, as its documents and those who met it describe it.

What its OpenAPI document says of it is checked by Prism in between.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

KEY = "SG.key-of-the-tests"
LISTS = ("bounces", "blocks", "invalid_emails", "spam_reports")
_QUERY = re.compile(r"""to_email = '([^'"]+)' AND sg_message_id_created_at > TIMESTAMP "([^"]+)\"""")
Json = dict[str, Any]


@dataclass
class SendGrid:
    """`lists` by name, then by address; `unsubscribed` is the global list. `trouble` is answered instead, if set.

    Deleting from the list `stuck` is refused.
    """

    lists: dict[str, dict[str, Json]] = field(default_factory=lambda: {name: {} for name in LISTS})
    unsubscribed: set[str] = field(default_factory=set)
    mails: list[Json] = field(default_factory=list)
    trouble: int | None = None
    stuck: str | None = None
    queries: list[Json] = field(default_factory=list)

    def put(self, name: str, address: str, since: datetime, **more: str) -> None:
        row: Json = {"email": address, "created": int(since.timestamp())}
        if name != "spam_reports":
            row["reason"] = "550 5.1.1 no such user"
        else:
            row["ip"] = "203.0.113.7"
        if name in ("bounces", "blocks"):
            row["status"] = "5.1.1"
        self.lists[name][address] = row | more

    def mailed(self, address: str, at: datetime, status: str, reason: str | None = None) -> None:
        mail = {
            "from_email": "desk@partner.example",
            "to_email": address,
            "subject": f"It was {status}",
            "status": status,
            "sg_message_id": f"id-{len(self.mails)}.recvd-1",
            "sg_message_id_created_at": at.isoformat().replace("+00:00", "Z"),
        }
        self.mails.append(mail | ({"reason": reason} if reason else {}))

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/v3/suppression/{list}/{email}", self._find),
                web.delete("/v3/suppression/{list}/{email}", self._delete),
                web.get("/v3/asm/suppressions/global/{email}", self._find_unsubscribed),
                web.delete("/v3/asm/suppressions/global/{email}", self._delete_unsubscribed),
                web.post("/v3/asm/suppressions/global", self._unsubscribe),
                web.post("/v3/logs", self._search),
            ]
        )
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            response: web.StreamResponse = _refused(401, "authorization required")
        elif self.trouble:
            response = _refused(self.trouble, "as the test wants")
        else:
            response = await handler(request)
        # The next test has a server of its own at the same port.
        response.force_close()
        return response

    async def _find(self, request: web.Request) -> web.Response:
        row = self.lists[request.match_info["list"]].get(request.match_info["email"])
        return web.json_response([row] if row else [])

    async def _delete(self, request: web.Request) -> web.Response:
        if request.match_info["list"] == self.stuck:
            return _refused(400, "as the test wants")
        if self.lists[request.match_info["list"]].pop(request.match_info["email"], None) is None:
            return _refused(404, "not found")
        return web.Response(status=204)

    async def _find_unsubscribed(self, request: web.Request) -> web.Response:
        email = request.match_info["email"]
        return web.json_response({"recipient_email": email} if email in self.unsubscribed else {})

    async def _delete_unsubscribed(self, request: web.Request) -> web.Response:
        self.unsubscribed.discard(request.match_info["email"])
        return web.Response(status=204)

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.unsubscribed.update(asked["recipient_emails"])
        return web.json_response(asked, status=201)

    async def _search(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.queries.append(asked)
        query = _QUERY.fullmatch(asked["query"])
        if query is None:
            return _refused(400, "invalid query")
        address, since = query[1], datetime.fromisoformat(query[2])
        found = [mail for mail in self.mails if mail["to_email"] == address and _created(mail) > since]
        return web.json_response({"messages": found[: asked["limit"]]})


@asynccontextmanager
async def serving(application: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Its address."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _created(mail: Json) -> datetime:
    return datetime.fromisoformat(mail["sg_message_id_created_at"])


def _refused(status: int, message: str) -> web.Response:
    return web.json_response({"errors": [{"field": None, "message": message}]}, status=status)
