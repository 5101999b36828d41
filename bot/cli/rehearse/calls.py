"""Every call over HTTP with its status and time, without anything that names somebody."""

import re
import time
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp

MOST = 200
# Words of paths as the documents write them: all else in a path is an id.
_WORD = re.compile(r"[A-Za-z_]{1,30}|v\d")


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    outcome: str
    milliseconds: int


class Calls:
    def __init__(self, webex_url: str) -> None:
        self.made: list[Call] = []
        self._host = urlsplit(webex_url).netloc

    def trace(self) -> aiohttp.TraceConfig:
        """What a session is to be given to have its calls noted."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._start)
        trace.on_request_end.append(self._end)
        trace.on_request_exception.append(self._broken)
        trace.freeze()
        return trace

    async def _start(
        self, _: aiohttp.ClientSession, at: SimpleNamespace, call: aiohttp.TraceRequestStartParams
    ) -> None:
        at.began = time.monotonic()

    async def _end(self, _: aiohttp.ClientSession, at: SimpleNamespace, call: aiohttp.TraceRequestEndParams) -> None:
        self._note(call.method, str(call.url), str(call.response.status), at)

    async def _broken(
        self, _: aiohttp.ClientSession, at: SimpleNamespace, call: aiohttp.TraceRequestExceptionParams
    ) -> None:
        self._note(call.method, str(call.url), type(call.exception).__name__, at)

    def _note(self, method: str, url: str, outcome: str, at: SimpleNamespace) -> None:
        if len(self.made) < MOST:
            took = round((time.monotonic() - at.began) * 1000)
            self.made.append(Call(method, self._path(url), outcome, took))

    def _path(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.netloc != self._host:
            return "(elsewhere)"
        return "/".join(part if not part or _WORD.fullmatch(part) else "{id}" for part in parts.path.split("/"))
