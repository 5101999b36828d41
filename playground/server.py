"""The HTTP side of the cloud: who may ask, what goes wrong on purpose, and how refusals look."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.faults import Faults
from playground.identifiers import new_uuid
from playground.refusals import Refusal
from playground.rest.request import FAULTS, asker

API = ("/v1/", "/conversation/", "/wdm/", "/u2c/", "/identity/")  # need a token, and are recorded
FAULTY = ("/v1/", "/conversation/", "/identity/")
# Who asks for a token has none yet.
OPEN = ("/v1/access_token",)
LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Call(NamedTuple):
    """One answered call; `path` is without its query."""

    method: str
    path: str
    status: int


CALLS = web.AppKey("calls", list[Call])


@web.middleware
async def only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tokens are handed out freely here, so no page of another name may reach this server."""
    if request.host.rpartition(":")[0] not in LOCAL and request.host not in LOCAL:
        return web.Response(status=421, text="This server answers to localhost only.\n")
    return await handler(request)


@web.middleware
async def api(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Authorisation, faults, errors in Webex's form, and the record of calls."""
    if not request.path.startswith(API):
        return await handler(request)
    try:
        response = await _answer(request, handler)
    except Refusal as refusal:
        response = error(refusal.status, refusal.message)
        if refusal.retry_after is not None:
            response.headers["Retry-After"] = str(refusal.retry_after)
    except web.HTTPException as refused:
        response = error(refused.status, refused.reason)
        if "Allow" in refused.headers:
            response.headers["Allow"] = refused.headers["Allow"]
    if ahead := request.app[FAULTS].clock_ahead_seconds:
        response.headers["Date"] = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    request.app[CALLS].append(Call(request.method, request.path, response.status))
    return response


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    faults, is_open = request.app[FAULTS], request.path in OPEN
    if (not is_open and asker(request).type == "person") or not request.path.startswith(FAULTY):
        return await handler(request)
    if status := faults.refusal(f"{request.method} {request.path_qs}"):
        return error(status, "Refused, as asked for.")
    if faults.latency_seconds:
        await asyncio.sleep(faults.latency_seconds)
    if failure := _failure(faults):
        return failure
    if faults.take("reset_next"):
        return _cut(request)
    response = await handler(request)
    return _cut(request) if faults.take("lose_answer_next") else response


def _failure(faults: Faults) -> web.Response | None:
    if faults.take("too_many_next"):
        limited = error(429, "Too many requests.")
        limited.headers["Retry-After"] = str(faults.retry_after_seconds)
        return limited
    status = faults.error_status()
    return error(status, "Something went wrong on the server.") if status else None


def _cut(request: web.Request) -> web.Response:
    """End the connection without an answer; the status is for the record of calls only."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=499)


def error(status: int, message: str) -> web.Response:
    """An error in the shape of Webex's own."""
    tracking_id = f"PLAYGROUND_{new_uuid()}"
    body = {"message": message, "errors": [{"description": message}], "trackingId": tracking_id}
    return web.json_response(body, status=status, headers={"trackingId": tracking_id})
