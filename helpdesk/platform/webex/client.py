"""Webex's REST API: one aiohttp session, a time limit on every call, bounded retries.

429 and 423 wait as long as Webex says, ten minutes at most (helpdesk.platform.webex.patience); 5xx and broken
connections wait a little longer each time, with jitter so that several processes do not come back in step. What is
left over becomes a WebexError.

Webex has no idempotency key: a POST that broke after it was sent, or was answered with 5xx, may have been
carried out. It is not repeated here but raises OutcomeUnknown, and the caller, who knows what to look for,
decides.

A token may be one that is renewed: where Webex refuses it, another is asked for, once for each call.
"""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog
from yarl import URL

from helpdesk.platform.errors import Unavailable
from helpdesk.platform.language import Text
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.proxies import DIRECT, Proxies
from helpdesk.platform.retry_after import seconds_to_wait
from helpdesk.platform.webex import paging, patience
from helpdesk.platform.webex.paging import Json as Json
from helpdesk.platform.webex.paging import ListPage
from helpdesk.platform.webex.tokens import CallPace, FixedToken, Tokens

ATTEMPTS = 5
PATIENT_ATTEMPTS = 30
CALL_SECONDS = 15
# At 150 ms a call, these carry two thousand calls a second.
CONNECTIONS = 300
_TOLD_TO_WAIT = {423, 429}
_RETRIED = {*_TOLD_TO_WAIT, 500, 502, 503, 504}

T = TypeVar("T")
Read = Callable[[aiohttp.ClientResponse], Awaitable[T]]
Ready = Callable[[], Awaitable[None]]
log = structlog.get_logger()


class WebexError(Unavailable):
    """Webex did not do what was asked. `status` is None when no answer came.

    `retry_after` is for how many seconds Webex asks to be left alone, where that is longer than the caller can wait.
    """

    retry_after: float | None = None

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


@dataclass(frozen=True, slots=True)
class _Request(Generic[T]):
    """`body` makes what aiohttp is given of it, anew for every try; `read` makes of the answer what is wanted.

    `ready` is awaited right before every try: what it raises ends the call, and nothing is sent.
    """

    method: str
    url: str
    read: Read[T]
    params: Mapping[str, str] | None = None
    body: Callable[[], dict[str, Any]] = dict
    accept: str = "application/json"
    ready: Ready | None = None


def open_session(proxies: Proxies = DIRECT) -> aiohttp.ClientSession:
    """The one session of a process; the caller closes it. Trusts what SSL_CERT_FILE names, as OpenSSL does."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, connect=5),
        # Made now: aiohttp's own context was made when it was imported, before a file could name SSL_CERT_FILE.
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60, ssl=ssl.create_default_context()),
        middlewares=proxies.middleware(),
    )


class WebexClient:
    """Calls as one account against one REST base such as `https://webexapis.com/v1`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        token: str | Tokens,
        metrics: Metrics | None = None,
        pace: CallPace | None = None,
    ) -> None:
        self.session = session
        self.base_url = base_url.rstrip("/")
        self._metrics = metrics or Metrics()
        self._tokens = FixedToken(token) if isinstance(token, str) else token
        self._pace = pace

    def as_account(self, tokens: Tokens, pace: CallPace) -> "WebexClient":
        """A client beside this one, over the same connections."""
        return WebexClient(self.session, self.base_url, tokens, self._metrics, pace)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """The JSON object at `path`, which may be a whole URL. Raises WebexError."""
        return await self._call(_Request("GET", self._url(path), _object, params))

    async def page(self, path: str, params: Mapping[str, str] | None = None) -> ListPage:
        """As `get`, with the URL of the page behind it."""
        page = await self._call(_Request("GET", self._url(path), _page, params))
        if page.following and not self._is_ours(page.following):
            raise ForeignLink(None)
        return page

    async def pages(
        self, path: str, params: Mapping[str, str] | None = None, key: str = "items", *, by_place: bool = False
    ) -> AsyncIterator[Json]:
        """Every page of a list (helpdesk.platform.webex.paging).

        Raises WebexError; ForeignLink where it would leave Webex.
        """
        try:
            async for page in paging.pages(self, path, params, key, by_place=by_place):
                yield page
        except paging.SamePageAgain:
            raise WebexError(None) from None

    async def post(self, path: str, body: Json | None, ready: Ready | None = None) -> Json:
        """Raises OutcomeUnknown where it may have been carried out, else WebexError, or what `ready` raises.

        Where `body` is None, none is sent: some calls are to have none.
        """
        given = {} if body is None else {"json": body}
        return await self._call(_Request("POST", self._url(path), _object, body=lambda: given, ready=ready))

    async def post_form(self, path: str, form: Callable[[], aiohttp.FormData], ready: Ready | None = None) -> Json:
        """As `post`, for a form with a file; `form` makes it anew for every try."""
        return await self._call(_Request("POST", self._url(path), _object, body=lambda: {"data": form()}, ready=ready))

    async def put(self, path: str, body: Json, ready: Ready | None = None) -> Json:
        return await self._call(_Request("PUT", self._url(path), _object, body=lambda: {"json": body}, ready=ready))

    async def delete(self, path: str) -> None:
        await self._call(_Request("DELETE", self._url(path), _object))

    async def download(self, url: str, read: Read[T]) -> T:
        """What `read` makes of the answer. Raises WebexError; ForeignLink where `url` is not Webex's own."""
        if not self._is_ours(url):
            raise ForeignLink(None)
        return await self._call(_Request("GET", url, read, accept="*/*"))

    def _url(self, path: str) -> str:
        url = path if path.startswith(("https://", "http://")) else self.base_url + path
        if self.base_url.startswith("https://") and not url.startswith("https://"):
            raise WebexError(None)  # the token never leaves in clear, wherever we are sent
        return url

    def _is_ours(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.base_url)[:2]

    async def _call(self, request: _Request[T]) -> T:
        attempt, waited = 0, 0.0
        while True:
            try:
                return await self._authorized(request)
            except _TryAgain as again:
                failure, wait = again.failure, again.wait if again.wait is not None else backoff(attempt)
                log.warning(
                    "webex_call_failed",
                    method=request.method,
                    status=failure.status,
                    error=again.kind,
                    tracking_id=failure.tracking_id,
                    attempt=attempt + 1,
                )
            attempt += 1
            if isinstance(failure, OutcomeUnknown) or attempt >= self._most_attempts(failure):
                raise failure
            is_told = failure.status in _TOLD_TO_WAIT
            waited += wait
            if is_told and (wait > patience.longest_wait() or waited > patience.LONGEST_PATIENCE_SECONDS):
                failure.retry_after = wait
                raise failure
            self._metrics.retries.inc()
            if self._pace and is_told:
                self._pace.hold(wait)
            await (patience.wait(wait) if is_told else asyncio.sleep(wait))

    def _most_attempts(self, failure: WebexError) -> int:
        # Who keeps to a pace is in no hurry, and is told to wait for what all the others did.
        return PATIENT_ATTEMPTS if self._pace and failure.status in _TOLD_TO_WAIT else ATTEMPTS

    async def _authorized(self, request: _Request[T]) -> T:
        """One try; another one with a newer token where the first is refused."""
        token = await self._tokens.token()
        try:
            return await self._once(request, token)
        except WebexUnauthorized:
            renewed = await self._tokens.renewed(token)
            if renewed is None:
                raise
            return await self._once(request, renewed)

    async def _once(self, request: _Request[T], token: str) -> T:
        """One try. Raises _TryAgain where another may help, else WebexError, or what `read` raises."""
        if self._pace:
            await self._pace.turn()
        if request.ready:
            await request.ready()
        headers = {"Authorization": f"Bearer {token}", "Accept": request.accept}
        uncertain = OutcomeUnknown if request.method == "POST" else WebexError
        began, status = time.perf_counter(), None
        try:
            async with self.session.request(
                request.method,
                request.url,
                params=request.params,
                headers=headers,
                allow_redirects=False,
                **request.body(),
            ) as answer:
                status = answer.status
                if status < 300:
                    return await request.read(answer)
                if status in _TOLD_TO_WAIT:
                    raise _TryAgain(_failure(answer), _retry_after(answer))
                if status in _RETRIED:
                    raise _TryAgain(uncertain(status, answer.headers.get("trackingid", "")))
                raise _failure(answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise _TryAgain(WebexError(None), kind=type(error).__name__) from error  # it was never sent
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _TryAgain(uncertain(None), kind=type(error).__name__) from error
        finally:
            self._metrics.webex_call(request.method, status, time.perf_counter() - began)


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


async def _page(answer: aiohttp.ClientResponse) -> ListPage:
    return ListPage(await _object(answer), _next_page(answer), str(answer.url))


def _next_page(answer: aiohttp.ClientResponse) -> str:
    if "Link" not in answer.headers:
        return ""
    try:
        following = answer.links.get("next")
        return str(URL(str(following["url"]))) if following else ""
    except ValueError:  # no URL at all
        raise ForeignLink(None) from None


def _failure(answer: aiohttp.ClientResponse) -> WebexError:
    kind = {401: WebexUnauthorized, 403: WebexForbidden, 404: WebexNotFound}.get(answer.status, WebexError)
    return kind(answer.status, answer.headers.get("trackingid", ""))


def backoff(attempt: int) -> float:
    """Seconds to wait after try number `attempt`, the first being 0."""
    return float(0.25 * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  (jitter is no secret)


def _retry_after(answer: aiohttp.ClientResponse) -> float:
    """Seconds, as many as anybody waits at most."""
    asked = seconds_to_wait(answer.headers.get("Retry-After"), answer.headers.get("Date"))
    return 1.0 if asked is None else min(asked, patience.LONGEST_WAIT_SECONDS)
