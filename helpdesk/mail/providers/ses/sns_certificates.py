"""The certificates that Amazon SNS signs with, fetched from Amazon alone and kept for a day."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate
from yarl import URL

from helpdesk.mail.delivery import BadSignature
from helpdesk.mail.provider_errors import CALL_SECONDS, ProviderUnavailable
from helpdesk.mail.providers.http import read_at_most
from helpdesk.platform.clock import Clock, utc_now

Fetch = Callable[[str], Awaitable[bytes]]

# Spelt out: `sns.s3.amazonaws.com` is somebody's bucket of files, and no region.
_TOPIC = re.compile(
    r"arn:aws[a-z-]*:sns:(?P<region>[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}):\d{12}:[A-Za-z0-9_-]{1,256}"
)
_PATH = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,100}\.pem")
KEPT = timedelta(days=1)
_LARGEST = 64 * 1024


def host_of(topic: str) -> str | None:
    """The one host of Amazon's that speaks for the topic of this ARN; None where it is no such ARN.

    Source: AWS General Reference, "Amazon SNS endpoints"; China's regions have a domain of their own.
    """
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    region = found["region"]
    return f"sns.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


class Certificates:
    """Only what Amazon served is kept, so what others make up as URLs does not push it out."""

    def __init__(self, fetch: Fetch, now: Clock = utc_now) -> None:
        self._fetch = fetch
        self._now = now
        self._kept: dict[str, tuple[RSAPublicKey, datetime]] = {}
        # One at a time: a flood of made-up URLs is no flood of calls to Amazon.
        self._fetching = asyncio.Lock()

    async def key(self, url: str, host: str) -> RSAPublicKey:
        """Raises BadSignature where `url` is no certificate at `host`; ProviderUnavailable where Amazon is away."""
        path = url.removeprefix(f"https://{host}")
        if path == url or not _PATH.fullmatch(path):
            raise BadSignature("a certificate that is not Amazon's, or of another region")
        if kept := self._fresh(url):
            return kept
        try:
            async with asyncio.timeout(CALL_SECONDS), self._fetching:
                return self._fresh(url) or self._keep(url, await self._fetch(url))
        except TimeoutError:
            raise ProviderUnavailable("Amazon SNS") from None

    def _keep(self, url: str, pem: bytes) -> RSAPublicKey:
        key, until = _opened(pem)
        now = self._now()
        if until <= now:
            raise BadSignature("a certificate that has lapsed")
        self._kept = {each: held for each, held in self._kept.items() if held[1] > now}
        self._kept[url] = key, min(until, now + KEPT)
        return key

    def _fresh(self, url: str) -> RSAPublicKey | None:
        key, until = self._kept.get(url, (None, None))
        return key if until is not None and until > self._now() else None


def _opened(pem: bytes) -> tuple[RSAPublicKey, datetime]:
    """The key of a certificate, and until when it is valid."""
    try:
        certificate = load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except ValueError:
        raise BadSignature("no certificate at that URL") from None
    if not isinstance(key, RSAPublicKey):
        raise BadSignature("a certificate of another kind")
    return key, certificate.not_valid_after_utc


def fetching(session: aiohttp.ClientSession) -> Fetch:
    """Gets what an https:// URL of Amazon's holds. Raises ProviderUnavailable."""

    async def fetch(url: str) -> bytes:
        try:
            # Encoded as it came: the URL that confirms a subscription holds a token.
            async with (
                asyncio.timeout(CALL_SECONDS),
                session.get(URL(url, encoded=True), allow_redirects=False) as response,
            ):
                body = await read_at_most(response, _LARGEST)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise ProviderUnavailable("Amazon SNS") from None
        if response.status != 200 or body is None:
            raise ProviderUnavailable("Amazon SNS")
        return body

    return fetch
