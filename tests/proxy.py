"""A real HTTP proxy on this machine: CONNECT and whole addresses, with or without a login, and what went through it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HEAD_ENDS = b"\r\n\r\n"


@dataclass
class LocalProxy:
    """Every name leads to this machine, as only this proxy knows. `asked` are the first lines it was sent."""

    login: str = ""  # `user:password`, where one is asked for
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    answer: bytes | None = None  # instead of doing what it is asked
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["LocalProxy"]:
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()

    def went(self, beginning: str) -> bool:
        return any(line.startswith(beginning) for line in self.asked)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(HEAD_ENDS)
        first, *others = head.decode().removesuffix("\r\n\r\n").split("\r\n")
        wanted = base64.b64encode(self.login.encode()).decode()
        if self.login and f"proxy-authorization: basic {wanted}".lower() not in [each.lower() for each in others]:
            self.refused += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        self.asked.append(first)
        if self.answer is not None:
            writer.write(self.answer)
            await writer.drain()
            return
        method, target, version = first.split(" ")
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        there, out = await asyncio.open_connection("127.0.0.1", parts.port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = target.partition("://")[2].partition("/")[2]
            kept = [each for each in others if not each.lower().startswith(("proxy-", "connection:"))]
            lines = [f"{method} /{path} {version}", *kept, "Connection: close"]
            out.write("\r\n".join(lines).encode() + HEAD_ENDS)
        try:
            await asyncio.gather(_pump(reader, out), _pump(there, writer))
        finally:
            out.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(1 << 16):
        writer.write(piece)
        await writer.drain()
    writer.close()
