"""What is posted to us: read whole, as long as it is neither too large nor too slow, and all together not too much.

Every route reads through here: `read_body` says how much it takes, and what aiohttp itself offers (`request.read()`,
`request.post()`) takes a form at most (`bot/http/edge/requests.py`).
"""

import asyncio
from typing import Literal

from aiohttp import StreamReader, web
from aiohttp.http import HttpProcessingError

LARGEST_FORM = 64 * 1024
LARGEST_BODY = 1024 * 1024
# How long a body may take to come in; who posts waits longer for our answer.
READ_SECONDS = 10
# All bodies together, from their first byte until their request is answered.
MOST_BYTES = 8 * 1024 * 1024
RETRY_SECONDS = 5

Refusal = Literal["too large", "too slow", "malformed", "busy"]
_STATUS: dict[Refusal, int] = {"too large": 413, "too slow": 408, "malformed": 400, "busy": 503}


class BodyRefused(web.HTTPException):
    """An answer by itself, for who does not catch it."""

    def __init__(self, result: Refusal) -> None:
        self.status_code = _STATUS[result]
        headers = {"Retry-After": str(RETRY_SECONDS)} if result == "busy" else None
        super().__init__(headers=headers, text=f"{result}\n")
        self.result: Refusal = result


class Bodies:
    """The bodies that are held now. Where they are too much together, the largest that is still read gives way.

    So a small one always gets in, however many large ones come.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held = 0
        self._reading: set[Body] = set()

    def grow(self, body: "Body", count: int) -> None:
        """Raises BodyRefused where `body` itself is the largest."""
        body.size += count
        self._held += count
        while self._held > self._most:
            largest = max(self._reading, key=lambda each: each.size)
            self.release(largest)
            if largest is body:
                raise BodyRefused("busy")
            largest.give_up()

    def begin(self, body: "Body") -> None:
        self._reading.add(body)

    def end(self, body: "Body") -> None:
        """It is whole, and held until its request is answered."""
        self._reading.discard(body)

    def release(self, body: "Body") -> None:
        self._reading.discard(body)
        self._held -= body.size
        body.size = 0


class Body:
    """The body of one request. `refusal` is why it was not read, once it was not."""

    def __init__(self, bodies: Bodies) -> None:
        self.size = 0
        self.refusal: Refusal | None = None
        self._bodies = bodies
        self._until = asyncio.get_running_loop().time() + READ_SECONDS
        self._timeout: asyncio.Timeout | None = None
        self._gave_up = False

    async def read(self, content: StreamReader, length: int | None, largest: int) -> bytes:
        """At most `largest` bytes; `length` is what the head says. Raises BodyRefused."""
        try:
            return await self._read(content, length, largest)
        except BodyRefused as refused:
            self.refusal = refused.result
            raise

    def give_up(self) -> None:
        """Let go of what was read: others need the room."""
        self._gave_up = True
        if self._timeout is not None:
            self._timeout.reschedule(0)

    def close(self) -> None:
        """The request is answered."""
        self._bodies.release(self)

    async def _read(self, content: StreamReader, length: int | None, largest: int) -> bytes:
        if (length or 0) > largest:
            raise BodyRefused("too large")
        self._bodies.begin(self)
        try:
            async with asyncio.timeout_at(self._until) as self._timeout:
                return await self._whole(content, largest)
        except TimeoutError:
            raise BodyRefused("busy" if self._gave_up else "too slow") from None
        except (ConnectionError, HttpProcessingError, web.RequestPayloadError):  # broken off, or broken
            raise BodyRefused("malformed") from None
        finally:
            self._timeout = None
            self._bodies.end(self)

    async def _whole(self, content: StreamReader, largest: int) -> bytes:
        read = bytearray()
        while chunk := await content.readany():
            if len(read) + len(chunk) > largest:
                raise BodyRefused("too large")
            self._bodies.grow(self, len(chunk))
            read += chunk
        return bytes(read)


# Set by the server on every request.
BODY = web.RequestKey("body", Body)


async def read_body(request: web.Request, largest: int) -> bytes:
    """At most `largest` bytes. Raises BodyRefused."""
    return await request[BODY].read(request.content, request.content_length, largest)
