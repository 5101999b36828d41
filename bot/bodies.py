"""What is posted to us: read whole, as long as it is neither too large nor too slow."""

import asyncio
from typing import Literal

from aiohttp import web
from aiohttp.http import HttpProcessingError

# How long a body may take to come in; who posts waits longer for our answer.
READ_SECONDS = 5

Refusal = Literal["too large", "too slow", "malformed"]
_STATUS: dict[Refusal, int] = {"too large": 413, "too slow": 408, "malformed": 400}


class BodyRefused(Exception):
    def __init__(self, result: Refusal) -> None:
        super().__init__(result)
        self.status = _STATUS[result]
        self.result: Refusal = result


async def read_body(request: web.Request, largest: int) -> bytes:
    """At most `largest` bytes, or what the application takes if that is less. Raises BodyRefused."""
    if (request.content_length or 0) > largest:
        raise BodyRefused("too large")
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise BodyRefused("too large") from None
    except TimeoutError:
        raise BodyRefused("too slow") from None
    except (ConnectionError, HttpProcessingError):  # broken off, or broken
        raise BodyRefused("malformed") from None
