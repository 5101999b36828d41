"""webex-bot's websocket client, made to open one link at a time, on our loop and over a device of our own.

It goes on authorising and reading as it does; when to try again, and why, is decided by `websocket.py`.
What we keep away from, and why, with line numbers: docs/decisions.md.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import certifi
from webex_bot.websockets import webex_websocket_client as client_module
from webex_bot.websockets.webex_websocket_client import WebexWebsocketClient

from bot.transports.websocket.devices import Devices, Json
from bot.transports.websocket.disconnects import ReconnectPace
from bot.transports.websocket.link import Link, OnFrame
from bot.transports.websocket.proxy_tunnel import open_tunnel
from helpdesk.platform.proxies import DIRECT, Proxies

Listening = Coroutine[Any, Any, None]

# It logs the ends of links as errors, with the address of the device; we tell of them ourselves.
logging.getLogger(client_module.__name__).setLevel(logging.CRITICAL)
# Else it tries again by itself, and ever more slowly with the age of the process.
client_module.BACKOFF_EXCEPTIONS = ()


class Client(WebexWebsocketClient):  # type: ignore[misc]  # the library has no types
    def __init__(
        self,
        token: str,
        devices: Devices,
        name: str,
        ca_file: str | None,
        *,
        on_frame: OnFrame,
        on_accepted: Callable[[], None],
        on_up: Callable[[], None],
        pace: ReconnectPace,
        proxies: Proxies = DIRECT,
    ) -> None:
        self._devices = devices
        self._ca_file = ca_file
        self._name = name
        self._pace = pace
        self._link = partial(
            Link,
            on_frame=on_frame,
            on_accepted=on_accepted,
            on_up=on_up,
            ping_seconds=pace.ping,
            silence_seconds=pace.silence,
        )
        self._tls: ssl.SSLContext | None = None
        self._proxies = proxies
        self._tunnel: socket.socket | None = None
        super().__init__(token, "helpdesk")

    @property
    def registered_url(self) -> str | None:
        """What the device of this process is removed by; None while it has none, or where Webex does not tell."""
        url = self.device_info.get("url") if self.device_info else None
        return url if isinstance(url, str) else None

    @property
    def has_device(self) -> bool:
        return self.device_info is not None

    def forget_device(self) -> None:
        """The next `run` registers another."""
        self.device_info: Json | None = None

    def run_on(self, loop: asyncio.AbstractEventLoop, listen: Callable[[Listening], Listening]) -> Exception:
        """Open a link and keep it; blocks its thread until the link has ended, and says by what.

        The link itself lives on `loop`, within `listen`.
        """
        elsewhere = _Elsewhere(loop, lambda work: listen(self._prepared(work)))  # type: ignore[abstract]
        asyncio.set_event_loop(elsewhere)
        try:
            self.run()
        except Exception as error:  # anything may come out of it
            return error
        return ConnectionError()

    async def _prepared(self, work: Listening) -> None:
        # Read by the library right after; set here, on the one loop, no two clients can mix it up.
        client_module.ssl_context = self._tls
        try:
            self._tunnel = await self._way_through()
        except BaseException:
            work.close()
            raise
        try:
            await work
        finally:
            if self._tunnel:  # it was not taken
                self._tunnel.close()
                self._tunnel = None

    async def _way_through(self) -> socket.socket | None:
        """Through the proxy to where the device listens; None where there is no proxy in between."""
        url = str((self.device_info or {}).get("webSocketUrl"))
        proxy, parts = self._proxies.of(url), urlsplit(url)
        if proxy is None:
            return None
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        return await open_tunnel(proxy, str(parts.hostname), port, self._pace.handshake)

    def _get_device_url(self) -> None:
        """Asked for by the constructor, which must not block: the service is looked for at registration."""

    def _get_device_info(self, check_existing: bool = True) -> Json:
        if not check_existing:
            # Asked like this where a link has ended: it would now register, and sleep. Ends run() instead.
            raise
        device = self._devices.register(self._name)
        # The library passes a context whatever the address, which a plain ws:// refuses.
        self._tls = _tls_context(self._ca_file) if device["webSocketUrl"].startswith("wss:") else None
        self.device_info = device
        return device

    def _get_websocket_connect_kwargs(self, connect_func: Any) -> dict[str, Any]:
        # Our own way through a proxy, or none: the library reads the variables in another way than all else does.
        way: dict[str, Any] = {"proxy": None}
        if self._tunnel:
            way["sock"], self._tunnel = self._tunnel, None
        ours = {
            **way,
            "create_connection": self._link,
            "compression": None,
            "open_timeout": self._pace.handshake,
            "close_timeout": self._pace.closing,
        }
        return {**super()._get_websocket_connect_kwargs(connect_func), **ours}


class _Elsewhere(asyncio.AbstractEventLoop):
    """What run() takes for the loop of its thread: its coroutines run on another, and it waits for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, listen: Callable[[Listening], Listening]) -> None:
        self._loop = loop
        self._listen = listen

    def run_until_complete(self, future: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(self._listen(future), self._loop).result()


def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    # The default context honours SSL_CERT_FILE; certifi's roots are what the library itself trusts.
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        context.load_verify_locations(ca_file)
    return context
