"""Webex's REST API: one aiohttp session, a time limit on every call, bounded retries.

429 and 423 wait as long as Webex says; 5xx and broken connections wait a little longer each time, with
jitter so that several processes do not come back in step. What is left over becomes a WebexError.

Webex has no idempotency key: a POST that broke after it was sent, or was answered with 5xx, may have been
carried out. It is not repeated here but raises OutcomeUnknown, and the caller, who knows what to look for,
decides.

A token may be one that is renewed: where Webex refuses it, another is asked for, once for each call.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
import structlog

from helpdesk.errors import Unavailable
from helpdesk.language import Text
from helpdesk.metrics import Metrics

ATTEMPTS = 5
PATIENT_ATTEMPTS = 30
CALL_SECONDS = 15
LONGEST_WAIT_SECONDS = 60
# At 150 ms a call, these carry two thousand calls a second.
CONNECTIONS = 300
_TOLD_TO_WAIT = {423, 429}
_RETRIED = {*_TOLD_TO_WAIT, 500, 502, 503, 504}

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


class OutcomeUnknown(WebexError):
    """A POST that may have been carried out, or not."""


class WebexUnauthorized(WebexError):
    """401: the token is missing, wrong or expired."""


class WebexForbidden(WebexError):
    """403: understood, and not allowed with this token."""


class WebexNotFound(WebexError):
    """404: no such thing, or none that this token may see."""


class ForeignLink(WebexError):
    """The next page is said to lie on another host. The token does not go there."""


class Tokens(Protocol):
    """Where a client's token comes from. Both raise HelpdeskError where there is none to be had."""

    async def token(self) -> str: ...

    async def renewed(self, refused: str) -> str | None:
        """Another one than `refused`; None where there is only that."""


class Pace(Protocol):
    """When calls may be made, for all who share it."""

    async def turn(self) -> None: ...

    def hold(self, seconds: float) -> None:
        """Nobody's turn comes before `seconds` have passed."""


class FixedToken:
    """A token that stays as it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        return self._token

    async def renewed(self, refused: str) -> str | None:
        return None


def open_session() -> aiohttp.ClientSession:
    """The one session of a process; the caller closes it. Trusts what SSL_CERT_FILE names, as OpenSSL does."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, connect=5),
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60),
    )


class WebexClient:
    """Calls as one account against one REST base such as `https://webexapis.com/v1`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        token: str | Tokens,
        metrics: Metrics | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.session = session
        self.base_url = base_url.rstrip("/")
        self._metrics = metrics or Metrics()
        self._tokens = FixedToken(token) if isinstance(token, str) else token
        self._pace = pace

    def as_account(self, tokens: Tokens, pace: Pace) -> "WebexClient":
        """A client beside this one, over the same connections."""
        return WebexClient(self.session, self.base_url, tokens, self._metrics, pace)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """The JSON object at `path`, which may be a whole URL. Raises WebexError."""
        content, _ = await self._call("GET", path, params=params)
        return content

    async def page(self, path: str, params: Mapping[str, str] | None = None) -> tuple[Json, str]:
        """As `get`, with the URL of the page behind it; "" where Webex names none."""
        content, following = await self._call("GET", path, params=params)
        if following and urlsplit(following)[:2] != urlsplit(self.base_url)[:2]:
            raise ForeignLink(None)
        return content, following

    async def pages(self, path: str, params: Mapping[str, str] | None = None) -> AsyncIterator[Json]:
        """Every page of a list, one after the other. Raises WebexError; ForeignLink where it would leave Webex."""
        content, following = await self.page(path, params)
        yield content
        while following:
            content, behind = await self.page(following)
            if behind == following:  # it would never end
                raise WebexError(None)
            yield content
            following = behind

    async def post(self, path: str, body: Json) -> Json:
        """Raises OutcomeUnknown where it may have been carried out, else WebexError."""
        content, _ = await self._call("POST", path, body=body)
        return content

    async def put(self, path: str, body: Json) -> Json:
        content, _ = await self._call("PUT", path, body=body)
        return content

    async def delete(self, path: str) -> None:
        await self._call("DELETE", path)

    async def _call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Json | None = None
    ) -> tuple[Json, str]:
        """What Webex answers, and the URL of the page behind it."""
        url = path if path.startswith(("https://", "http://")) else self.base_url + path
        if self.base_url.startswith("https://") and not url.startswith("https://"):
            raise WebexError(None)  # the token never leaves in clear, wherever we are sent
        attempt = 0
        while True:
            try:
                return await self._authorized(method, url, params, body)
            except _TryAgain as again:
                failure, wait = again.failure, again.wait if again.wait is not None else backoff(attempt)
                log.warning(
                    "webex call failed",
                    method=method,
                    status=failure.status,
                    error=again.kind,
                    tracking_id=failure.tracking_id,
                    attempt=attempt + 1,
                )
            attempt += 1
            if isinstance(failure, OutcomeUnknown) or attempt >= self._most_attempts(failure):
                raise failure
            self._metrics.retries.inc()
            if self._pace and failure.status in _TOLD_TO_WAIT:
                self._pace.hold(wait)
            await asyncio.sleep(wait)

    def _most_attempts(self, failure: WebexError) -> int:
        # Who keeps to a pace is in no hurry, and is told to wait for what all the others did.
        return PATIENT_ATTEMPTS if self._pace and failure.status in _TOLD_TO_WAIT else ATTEMPTS

    async def _authorized(
        self, method: str, url: str, params: Mapping[str, str] | None, body: Json | None
    ) -> tuple[Json, str]:
        """One try; another one with a newer token where the first is refused."""
        token = await self._tokens.token()
        try:
            return await self._once(method, url, token, params, body)
        except WebexUnauthorized:
            renewed = await self._tokens.renewed(token)
            if renewed is None:
                raise
            return await self._once(method, url, renewed, params, body)

    async def _once(
        self, method: str, url: str, token: str, params: Mapping[str, str] | None, body: Json | None
    ) -> tuple[Json, str]:
        """One try. Raises _TryAgain where another may help, else WebexError."""
        if self._pace:
            await self._pace.turn()
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        uncertain = OutcomeUnknown if method == "POST" else WebexError
        began, status = time.perf_counter(), None
        try:
            async with self.session.request(
                method, url, params=params, json=body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
                if status < 300:
                    return await _object(answer), _next_page(answer)
                if status in _TOLD_TO_WAIT:
                    raise _TryAgain(_failure(answer), _retry_after(answer))
                if status in _RETRIED:
                    raise _TryAgain(uncertain(status, answer.headers.get("trackingid", "")))
                raise _failure(answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _TryAgain(WebexError(None), kind=type(error).__name__) from error  # it was never sent
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _TryAgain(uncertain(None), kind=type(error).__name__) from error
        finally:
            self._metrics.webex_call(method, status, time.perf_counter() - began)


class _TryAgain(Exception):
    def __init__(self, failure: WebexError, wait: float | None = None, kind: str = "") -> None:
        self.failure = failure
        self.wait = wait
        self.kind = kind


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


def _next_page(answer: aiohttp.ClientResponse) -> str:
    if "Link" not in answer.headers:
        return ""
    try:
        following = answer.links.get("next")
        return str(following["url"]) if following else ""
    except ValueError:  # no URL at all
        raise ForeignLink(None) from None


def _failure(answer: aiohttp.ClientResponse) -> WebexError:
    kind = {401: WebexUnauthorized, 403: WebexForbidden, 404: WebexNotFound}.get(answer.status, WebexError)
    return kind(answer.status, answer.headers.get("trackingid", ""))


def backoff(attempt: int) -> float:
    """Seconds to wait after try number `attempt`, the first being 0."""
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
