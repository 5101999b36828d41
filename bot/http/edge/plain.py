"""Answers that the server makes itself: a status, its usual name, and nothing that was asked."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Of the headers of an exception, those that tell the caller how to go on.
_KEPT = ("Allow", "Retry-After")


def plain(status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    kept = {name: headers[name] for name in _KEPT if headers and name in headers}
    return web.Response(status=status, text=f"{status} {HTTPStatus(status).phrase}\n", headers=kept)


def set_headers(response: web.StreamResponse) -> None:
    """What every answer has, unless it says otherwise; and nothing tells what serves it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)
