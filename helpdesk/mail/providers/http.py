"""Asking a mail provider over HTTP: a limit on the whole question, repeats that do no harm, failures in one tree.

Neither addresses nor keys are logged. Answers are read up to a size; a redirect is not followed, since the key would
go with it.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog
from yarl import URL

from helpdesk.mail.provider_errors import (
    CALL_SECONDS,
    MailProviderError,
    ProviderAuthError,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnreadable,
)
from helpdesk.platform.retry_after import seconds_to_wait
from helpdesk.platform.text.address import is_address
from helpdesk.platform.webex.client import backoff

ATTEMPTS = 4
LARGEST_ANSWER = 1024 * 1024
_HARMLESS = {"GET", "PUT", "DELETE"}
_REJECTED = {400, 413, 422}

log = structlog.get_logger()

# What proves to the provider that a call is ours: headers for one try, made of its method, URL and body.
Sign = Callable[[str, str, bytes], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """`content` is the JSON in it; None where it is empty."""

    status: int
    headers: Mapping[str, str]
    content: Any


class ProviderClient:
    """Calls to the REST base `url` of `provider`; `variable` is where its key comes from, for who has to fix it."""

    def __init__(self, session: aiohttp.ClientSession, provider: str, variable: str, url: str, sign: Sign) -> None:
        self.provider = provider
        self._session = session
        self._variable = variable
        self._url = url
        self._sign = sign

    async def ask(
        self, method: str, path: str, body: Any = None, *, telling: Collection[int] = (), is_harmless: bool = False
    ) -> ProviderAnswer:
        """The answer, which has one of the statuses `telling` or 2xx. Raises MailProviderError.

        `path` goes over the wire as it is, so addresses in it are `in_path`. A POST is repeated only where it
        `is_harmless`.
        """
        content = b"" if body is None else json.dumps(body).encode()
        attempts = ATTEMPTS if is_harmless or method in _HARMLESS else 1
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self._patiently(attempts, method, self._url + path, content, telling)
        except TimeoutError:
            log.warning("mail_provider_timeout", provider=self.provider, seconds=CALL_SECONDS)
            raise ProviderUnavailable(self.provider) from None

    async def _patiently(
        self, attempts: int, method: str, url: str, body: bytes, telling: Collection[int]
    ) -> ProviderAnswer:
        """Up to so many tries, for as long as the provider lets us wait no longer than there is time."""
        ends_at = time.monotonic() + CALL_SECONDS
        attempt = 0
        while True:
            try:
                return await self._once(method, url, body, telling)
            except _TryAgain as again:
                failure = again.failure
            wait = backoff(attempt) if failure.retry_after is None else failure.retry_after
            attempt += 1
            if attempt == attempts or time.monotonic() + wait >= ends_at:
                raise failure
            await asyncio.sleep(wait)

    async def _once(self, method: str, url: str, body: bytes, telling: Collection[int]) -> ProviderAnswer:
        headers = {"Accept": "application/json", **await self._sign(method, url, body)}
        if body:
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                method, URL(url, encoded=True), data=body or None, headers=headers, allow_redirects=False
            ) as response:
                if response.status < 300 or response.status in telling:
                    return ProviderAnswer(response.status, response.headers, await self._content(response))
                raise self._failure(response)
        except (aiohttp.ClientError, OSError) as error:
            log.warning("mail_provider_unreachable", provider=self.provider, error=type(error).__name__)
            raise _TryAgain(ProviderUnavailable(self.provider)) from None

    async def _content(self, response: aiohttp.ClientResponse) -> Any:
        body = await read_at_most(response, LARGEST_ANSWER)
        if body is None:
            log.warning("mail_provider_answer_too_long", provider=self.provider)
            raise ProviderUnreadable(self.provider)
        try:
            return json.loads(body) if body.strip() else None
        except (ValueError, RecursionError):
            log.warning("mail_provider_answer_invalid", provider=self.provider, status=response.status)
            raise ProviderUnreadable(self.provider) from None

    def _failure(self, response: aiohttp.ClientResponse) -> Exception:
        status = response.status
        log.warning("mail_provider_refused", provider=self.provider, status=status)
        if status in {401, 403}:
            return ProviderAuthError(self.provider, self._variable)
        # Amazon says it either way.
        if status == 429 or response.headers.get("x-amzn-ErrorType", "").startswith("Throttling"):
            return _TryAgain(ProviderRateLimited(self.provider, retry_after(response.headers)))
        if status >= 500:
            return _TryAgain(ProviderUnavailable(self.provider, retry_after(response.headers)))
        return ProviderRejected(self.provider) if status in _REJECTED else ProviderUnreadable(self.provider)


async def read_at_most(response: aiohttp.ClientResponse, largest: int) -> bytes | None:
    """None where there are more than `largest` bytes."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


class _TryAgain(Exception):
    def __init__(self, failure: MailProviderError) -> None:
        self.failure = failure


def bearing(headers: Mapping[str, str]) -> Sign:
    """Proof that is the same for all calls, such as a bearer token."""

    async def sign(method: str, url: str, body: bytes) -> Mapping[str, str]:
        return headers

    return sign


def in_path(address: str) -> str:
    """`address` as a part of a path, or of a query. Raises ValueError unless it is one.

    Without an address, the path of an entry would be that of the whole list.
    """
    if not is_address(address):
        raise ValueError("not an address")  # a defect of the caller: input is checked before it gets here
    return quote(address, safe="")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: `Retry-After` says so, or SendGrid's `X-RateLimit-Reset`, a time in epoch seconds."""
    date, reset = headers.get("Date", ""), headers.get("X-RateLimit-Reset", "")
    asked = seconds_to_wait(headers.get("Retry-After"), date)
    if asked is not None or not (reset.isascii() and reset.isdigit()):
        return asked
    return max(0.0, float(reset) - (_epoch(date) or time.time()))


def _epoch(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return None
