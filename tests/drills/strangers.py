"""Strangers who hold connections and send large and slow bodies, in a process of their own.

`python -m tests.drills.strangers PORT SILENT SLOW_FORMS LARGE_BODIES`: says when all of them
have come, goes on until its input ends, then says how often somebody came.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.transports.webhook.registration import HOOK_PATH
from helpdesk.platform.site import PREFIX

MEBIBYTE = 1024 * 1024
# Who is cut off comes again after so long.
AGAIN_SECONDS = 5
SOURCES = [f"127.0.0.{n}" for n in range(2, 10)]
FORM = (
    f"POST {PREFIX}/view/open/{'x' * 43} HTTP/1.1\r\nHost: desk\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nkey="
).encode()
HOOK = (
    f"POST {HOOK_PATH} HTTP/1.1\r\nHost: desk\r\nX-Spark-Signature: {'0' * 40}\r\nContent-Length: {MEBIBYTE}\r\n\r\n"
).encode()
Attack = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def says_nothing(_: asyncio.StreamWriter) -> None:
    """Holds the connection."""


async def sends_slowly(writer: asyncio.StreamWriter) -> None:
    writer.write(FORM)
    while not writer.is_closing():
        await asyncio.sleep(1)
        writer.write(b"x")


async def sends_much(writer: asyncio.StreamWriter) -> None:
    """All but the last byte of a body, so that it is held for as long as possible."""
    writer.write(HOOK + b"x" * (MEBIBYTE - 1))
    await writer.drain()


class Strangers:
    """Each comes again when it is cut off, until `stop`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._attacking: list[asyncio.Task[None]] = []
        self.came = 0

    def send(self, count: int, attack: Attack) -> None:
        for number in range(count):
            # Every third comes from where agents' events and probes come from.
            source = "127.0.0.1" if number % 3 == 0 else SOURCES[number % len(SOURCES)]
            self._attacking.append(asyncio.create_task(self._come(source, attack)))

    async def stop(self) -> None:
        for each in self._attacking:
            each.cancel()
        await asyncio.gather(*self._attacking, return_exceptions=True)

    async def _come(self, source: str, attack: Attack) -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
                self.came += 1
                try:
                    await attack(writer)
                    await reader.read()
                finally:
                    writer.transport.abort()
            await asyncio.sleep(AGAIN_SECONDS)


async def main(port: int, silent: int, slow_forms: int, large_bodies: int) -> None:
    strangers = Strangers(port)
    strangers.send(silent, says_nothing)
    strangers.send(slow_forms, sends_slowly)
    strangers.send(large_bodies, sends_much)
    while strangers.came < silent + slow_forms + large_bodies:  # noqa: ASYNC110 - each counts for itself
        await asyncio.sleep(0.1)
    sys.stdout.write("there\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await strangers.stop()
    sys.stdout.write(f"{strangers.came}\n")


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    os.nice(10)  # elsewhere it would be other machines that are busy with this
    asyncio.run(main(*map(int, sys.argv[1:])))
