"""Webex's REST API: one aiohttp session, a time limit on every call, bounded retries.

429 and 423 wait as long as Webex says; 5xx and broken connections wait a little longer each time, with
jitter so that several processes do not come back in step. What is left over becomes a WebexError.
"""

import asyncio
import random
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import structlog

from helpdesk.errors import Unavailable
from helpdesk.language import Text

ATTEMPTS = 5
CALL_SECONDS = 15
LONGEST_WAIT_SECONDS = 60
_RETRIED = {423, 429, 500, 502, 503, 504}

Json = dict[str, Any]
log = structlog.get_logger()


class WebexError(Unavailable):
    """Webex did not do what was asked. `status` is None when no answer came."""

    def __init__(self, status: int | None, tracking_id: str = "") -> None:
        self.status = status
        self.tracking_id = tracking_id
        super().__init__(
            Text("Webex answered with an error ({status}).", status=str(status))
            if status
            else Text("Webex does not answer."),
            Text("Try again in a minute; what you asked for was not completed."),
        )


class WebexUnauthorized(WebexError):
    """401: the token is missing, wrong or expired."""


class WebexNotFound(WebexError):
    """404: no such thing, or none that this token may see."""


def open_session() -> aiohttp.ClientSession:
    """The one session of a process; the caller closes it. Trusts what SSL_CERT_FILE names, as OpenSSL does."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, connect=5),
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=60),
    )


class WebexClient:
    """Calls with one token against one REST base such as `https://webexapis.com/v1`."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, token: str) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """The JSON object at `path`, which may be a whole URL. Raises WebexError."""
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Json) -> Json:
        return await self._call("POST", path, body=body)

    async def put(self, path: str, body: Json) -> Json:
        return await self._call("PUT", path, body=body)

    async def delete(self, path: str) -> None:
        await self._call("DELETE", path)

    async def _call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Json | None = None
    ) -> Json:
        url = path if path.startswith(("https://", "http://")) else self._base_url + path
        if self._base_url.startswith("https://") and not url.startswith("https://"):
            raise WebexError(None)  # the token never leaves in clear, wherever we are sent
        failure = WebexError(None)
        for attempt in range(ATTEMPTS):
            try:
                async with self._session.request(
                    method, url, params=params, json=body, headers=self._headers, allow_redirects=False
                ) as answer:
                    if answer.status < 300:
                        return await _object(answer)
                    failure = _failure(answer)
                    if answer.status not in _RETRIED:
                        raise failure
                    wait = _retry_after(answer) if answer.status in (423, 429) else _backoff(attempt)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                failure, wait = WebexError(None), _backoff(attempt)
                log.warning("webex call failed", method=method, error=type(error).__name__, attempt=attempt + 1)
            else:
                log.warning("webex call refused", method=method, status=failure.status, tracking_id=failure.tracking_id)
            if attempt + 1 < ATTEMPTS:
                await asyncio.sleep(wait)
        raise failure


async def _object(answer: aiohttp.ClientResponse) -> Json:
    if answer.status == 204:
        return {}
    try:
        content = await answer.json(content_type=None)
    except (ValueError, RecursionError):
        raise WebexError(answer.status, answer.headers.get("trackingid", "")) from None
    if not isinstance(content, dict):
        raise WebexError(answer.status, answer.headers.get("trackingid", ""))
    return content


def _failure(answer: aiohttp.ClientResponse) -> WebexError:
    kind = {401: WebexUnauthorized, 404: WebexNotFound}.get(answer.status, WebexError)
    return kind(answer.status, answer.headers.get("trackingid", ""))


def _backoff(attempt: int) -> float:
    return float(0.25 * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  (jitter is no secret)


def _retry_after(answer: aiohttp.ClientResponse) -> float:
    """Seconds: the header is a number of them, or a date."""
    header = answer.headers.get("Retry-After", "")
    if header.isascii() and header.isdigit():
        return min(float(header), LONGEST_WAIT_SECONDS)
    try:
        date, now = parsedate_to_datetime(header), parsedate_to_datetime(answer.headers.get("Date", ""))
        return max(0.0, min((date - now).total_seconds(), LONGEST_WAIT_SECONDS))
    except (ValueError, TypeError):
        return 1.0
