"""One question over HTTP, asked once; whatever comes instead of an answer is put in words."""

import json
import os
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.cli.doctor.finding import CheckFailed

# More than any answer asked for here; a server that sends without end is cut off.
LONGEST_BODY = 1 << 20
PROXY_ADVICE = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and the proxy's user and password."


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    date: str
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The JSON object in the body; an empty one where there is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


async def ask(session: aiohttp.ClientSession, url: str, token: str = "", **params: str) -> HttpAnswer:
    """GET `url`, without following it elsewhere. Raises Problem where no answer comes."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    host = urlsplit(url).netloc.rpartition("@")[2]
    try:
        async with session.get(url, headers=headers, params=params, allow_redirects=False) as answer:
            body = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                body += chunk
                if len(body) > LONGEST_BODY:
                    break
            return HttpAnswer(answer.status, answer.headers.get("Date", ""), bytes(body))
    except (aiohttp.ClientSSLError, ssl.SSLError) as error:
        raise CheckFailed(
            f"{host} shows a certificate that is not trusted here: {error}.",
            "Behind a proxy that opens TLS, name its certificates in SSL_CERT_FILE.",
        ) from None
    except (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError) as error:
        why = f"it answered {error.status}" if isinstance(error, aiohttp.ClientHttpProxyError) else _words(error)
        raise CheckFailed(f"{host} is not reached through the proxy: {why}.", PROXY_ADVICE) from None
    except (aiohttp.ClientError, OSError) as error:
        raise CheckFailed(
            f"{host} cannot be reached: {_words(error)}.", "Check the address, and the firewall."
        ) from None


def _words(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no such name is known"
    if isinstance(error, aiohttp.ClientConnectorError) and (error.os_error.errno or 0) > 0:
        return os.strerror(error.os_error.errno or 0)
    # A TimeoutError says nothing of its own.
    return str(error) or "it takes too long"
