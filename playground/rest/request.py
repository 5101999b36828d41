"""Reading a request: who asks, with which parameters, and in which shape."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from playground.faults import Faults
from playground.partner import Partner
from playground.refusals import Refusal, bad, forbidden, not_found
from playground.rooms import Account, Json, Rooms, Space

ROOMS = web.AppKey("rooms", Rooms)
FAULTS = web.AppKey("faults", Faults)
PARTNER = web.AppKey("partner", Partner)
BASE_URL = web.AppKey("base_url", list[str])  # one element, filled once the port is known

NUMBER_DIGITS = 9

Item = TypeVar("Item")


def rooms_of(request: web.Request) -> Rooms:
    return request.app[ROOMS]


def asker(request: web.Request) -> Account:
    """Whose token the request carries. Raises Refusal (401)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    account = rooms_of(request).by_token.get(token) or request.app[PARTNER].account_of(token)
    if scheme.lower() != "bearer" or account is None:
        raise Refusal(401, "The request requires a valid access token set in the Authorization request header.")
    return account


def administrator(request: web.Request) -> Account:
    """Whose token the request carries, where that is a Service App's. Raises Refusal (401, 403)."""
    account = asker(request)
    if account.type != "appuser":
        raise forbidden("This needs an administrator's token.")
    return account


def base_url(request: web.Request) -> str:
    return request.app[BASE_URL][0]


async def body_of(request: web.Request) -> Json:
    """The JSON object in the body. Raises Refusal: 415 for another content type, 400 for no object."""
    if request.content_type != "application/json":
        raise Refusal(415, "Content-Type must be application/json.")
    try:
        body = json.loads(await request.text())
    except (ValueError, RecursionError):
        raise bad("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise bad("The body must be a JSON object.")
    return body


def text_in(body: Json, name: str, *, is_required: bool = False) -> str | None:
    """A string of the body; null and missing are the same."""
    value = body.get(name)
    if value is None and not is_required:
        return None
    if not isinstance(value, str) or (is_required and not value):
        raise bad(f"{name} must be a string.")
    return value


def list_in(body: Json, name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad(f"{name} must be an array.")
    return value


def space_of(request: web.Request, wanted: str | None) -> Space:
    """The space with this id, which the one asking must be in. Raises Refusal (404)."""
    rooms = rooms_of(request)
    found = rooms.space(wanted or "")
    if found is None or not rooms.is_member(asker(request), found):
        raise not_found("a room with the provided ID")
    return found


def page_size(request: web.Request, usual: int, most: int) -> int:
    """`max`; too large a one is silently reduced, as Webex does."""
    return min(number_in(request, "max", usual, least=1), most)


def number_in(request: web.Request, name: str, usual: int, least: int = 0) -> int:
    """A whole number of the query. Raises Refusal (400) for what is none, or is of more than nine digits."""
    given = request.query.get(name, str(usual))
    if not given.isascii() or not given.isdigit() or len(given) > NUMBER_DIGITS or int(given) < least:
        raise bad(f"{name} must be a number of {least} or more.")
    return int(given)


def moment_in(request: web.Request, name: str) -> datetime | None:
    """An aware time of the query. Raises Refusal (400)."""
    given = request.query.get(name)
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given.replace("Z", "+00:00"))
    except ValueError:
        raise bad(f"{name} must be an ISO 8601 date and time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def page(request: web.Request, items: list[Item], size: int) -> tuple[list[Item], dict[str, str]]:
    """One page of `items` and the `Link` header that leads to the next one."""
    return page_by_place(request, items, size, "cursor")


def page_by_place(
    request: web.Request, items: list[Item], size: int, name: str = "start"
) -> tuple[list[Item], dict[str, str]]:
    """The same of a list whose pages are documented as beginning at a place, which `name` gives."""
    start = number_in(request, name, 0)
    link = link_next(request, {name: str(start + size)}) if len(items) > start + size else {}
    return items[start : start + size], link


def link_next(request: web.Request, changed: dict[str, str]) -> dict[str, str]:
    """The `Link` header to this request with some parameters changed."""
    query = urlencode({**request.query, **changed})
    return {"Link": f'<{base_url(request)}{request.path}?{query}>; rel="next"'}
