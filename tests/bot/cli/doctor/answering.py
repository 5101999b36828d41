"""A web server that gives one answer to everything, and a server that gives none at all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass
class Answering:
    answer: Callable[[web.Request], web.Response]
    url: str = ""


@asynccontextmanager
async def served(answering: Answering) -> AsyncIterator[Answering]:
    async def handle(request: web.Request) -> web.Response:
        return answering.answer(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    answering.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield answering
    finally:
        await runner.cleanup()


@asynccontextmanager
async def hanging() -> AsyncIterator[int]:
    """The port of a server that takes every connection and says nothing."""
    released = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        released.set()
        server.close()
